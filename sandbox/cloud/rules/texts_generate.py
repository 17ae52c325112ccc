"""Writes ``texts.json`` from botocore's service models: ``python -m sandbox.cloud.rules.texts_generate``.

What a name, description or comment may hold: its pattern, its least and its greatest length. The provider process reads
the file alone: loading botocore's models would cost it seconds.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final, TypeAlias, cast

from sandbox.cloud.rules import models
from sandbox.cloud.rules.models import Paths, Shape, facts

Limits: TypeAlias = dict[str, str | int]

TARGET: Final = Path(__file__).with_name("texts.json")

SHAPES: Final[Paths] = {
    "aws:acm/certificate:Certificate": {"domainName": "acm.DomainNameString"},
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": {"name": "amp.RuleGroupsNamespaceName"},
    "aws:amp/workspace:Workspace": {"alias": "amp.WorkspaceAlias"},
    "aws:appautoscaling/policy:Policy": {"name": "application-autoscaling.PolicyName"},
    "aws:backup/plan:Plan": {"rules[].ruleName": "backup.BackupRuleName"},
    "aws:backup/selection:Selection": {"name": "backup.BackupSelectionName"},
    "aws:backup/vault:Vault": {"name": "backup.BackupVaultName"},
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {
        "configurationName": "chatbot.ConfigurationName",
    },
    "aws:cloudwatch/compositeAlarm:CompositeAlarm": {
        "alarmDescription": "cloudwatch.AlarmDescription",
        "alarmName": "cloudwatch.AlarmName",
    },
    "aws:cloudwatch/eventRule:EventRule": {"description": "events.RuleDescription", "name": "events.RuleName"},
    "aws:cloudwatch/eventTarget:EventTarget": {"targetId": "events.TargetId"},
    "aws:cloudwatch/logGroup:LogGroup": {"name": "logs.LogGroupName"},
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": {
        "metricTransformation.name": "logs.MetricName",
        "metricTransformation.namespace": "logs.MetricNamespace",
        "name": "logs.FilterName",
    },
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "alarmDescription": "cloudwatch.AlarmDescription",
        "metricName": "cloudwatch.MetricName",
        "name": "cloudwatch.AlarmName",
        "namespace": "cloudwatch.Namespace",
    },
    "aws:ecr/repository:Repository": {"name": "ecr.RepositoryName"},
    "aws:efs/fileSystem:FileSystem": {"creationToken": "efs.CreationToken"},
    "aws:elasticache/replicationGroup:ReplicationGroup": {"userGroupIds[]": "elasticache.UserGroupId"},
    "aws:elasticache/user:User": {"userId": "elasticache.UserId"},
    "aws:elasticache/userGroup:UserGroup": {
        "userGroupId": "elasticache.UserGroupId",
        "userIds[]": "elasticache.UserId",
    },
    "aws:iam/instanceProfile:InstanceProfile": {"name": "iam.instanceProfileNameType"},
    "aws:iam/policy:Policy": {"description": "iam.policyDescriptionType", "name": "iam.policyNameType"},
    "aws:iam/role:Role": {"description": "iam.roleDescriptionType", "name": "iam.roleNameType"},
    "aws:iam/rolePolicy:RolePolicy": {"name": "iam.policyNameType"},
    "aws:kms/alias:Alias": {"name": "kms.AliasNameType"},
    "aws:kms/key:Key": {"description": "kms.DescriptionType"},
    "aws:kms/replicaKey:ReplicaKey": {"description": "kms.DescriptionType"},
    "aws:lambda/function:Function": {"description": "lambda.Description"},
    "aws:route53/healthCheck:HealthCheck": {"fqdn": "route53.FullyQualifiedDomainName"},
    "aws:route53/resolverQueryLogConfig:ResolverQueryLogConfig": {
        "name": "route53resolver.ResolverQueryLogConfigName",
    },
    "aws:route53/zone:Zone": {"comment": "route53.ResourceDescription", "name": "route53.DNSName"},
    "aws:scheduler/schedule:Schedule": {"description": "scheduler.Description", "name": "scheduler.Name"},
    "aws:secretsmanager/secret:Secret": {"description": "secretsmanager.DescriptionType"},
    "aws:servicediscovery/httpNamespace:HttpNamespace": {
        "description": "servicediscovery.ResourceDescription",
        "name": "servicediscovery.NamespaceNameHttp",
    },
    "aws:ssm/parameter:Parameter": {"description": "ssm.ParameterDescription", "name": "ssm.PSParameterName"},
    "aws:synthetics/canary:Canary": {"name": "synthetics.CanaryName"},
    "aws:wafv2/ipSet:IpSet": {"description": "wafv2.EntityDescription", "name": "wafv2.EntityName"},
    "aws:wafv2/webAcl:WebAcl": {
        "customResponseBodies[].key": "wafv2.EntityName",
        "description": "wafv2.EntityDescription",
        "name": "wafv2.EntityName",
        "rules[].name": "wafv2.EntityName",
        "rules[].visibilityConfig.metricName": "wafv2.MetricName",
        "visibilityConfig.metricName": "wafv2.MetricName",
    },
}

# What the models' classes are in Python: theirs are Java's, which know ASCII alone.
_JAVA: Final[Mapping[str, str]] = {
    r"\p{Print}": " -~",
    r"\w": "A-Za-z0-9_",
    r"\s": r" \t\n\x0b\f\r",
}


def python(pattern: str) -> str:
    """Write a pattern of the models for ``re.fullmatch``."""
    in_class = 0
    written: list[str] = []
    for found in re.finditer(r"\\p\{\w+\}|\\.|.", pattern, re.DOTALL):
        part = str(found[0])
        in_class += {"[": 1, "]": -1}.get(part, 0)
        meant = _JAVA.get(part, part)
        written.append(meant if in_class or meant == part else f"[{meant}]")
    return "".join(written)


def _limits(shape: Shape) -> Limits:
    stated = cast("Limits", shape)
    found: Limits = {key: stated[key] for key in ("min", "max") if key in stated}
    if "pattern" in stated:
        found["pattern"] = python(str(stated["pattern"]))
    return found


def generate() -> dict[str, dict[str, Limits]]:
    """Read the limits of every shape named in ``SHAPES``; raises ``KeyError`` for one that does not exist."""
    return facts(SHAPES, _limits)


def written() -> str:
    """Give the text of ``texts.json``."""
    return models.written(generate())


if __name__ == "__main__":
    TARGET.write_text(written(), "utf-8")
