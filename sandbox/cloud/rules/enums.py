"""Inputs that take one of a list of values: botocore's lists, and a few that AWS documents outside its models."""

import difflib
import json
from collections.abc import Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Final

from sandbox.cloud.model import Properties, Refusal
from sandbox.cloud.rules.facts import refusal, strings_at

_SHOWN: Final = 12

# Lists that the service models do not hold. Sources: the API reference pages of the operations named.
DOCUMENTED: Final[Mapping[str, Mapping[str, tuple[str, ...]]]] = {
    "aws:eks/addon:Addon": {"resolveConflictsOnCreate": ("NONE", "OVERWRITE")},
    "aws:eks/accessEntry:AccessEntry": {
        "type": ("STANDARD", "EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX"),
    },
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": {
        "ipProtocol": ("tcp", "udp", "icmp", "icmpv6", "-1", "6", "17", "1", "58"),
    },
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": {
        "ipProtocol": ("tcp", "udp", "icmp", "icmpv6", "-1", "6", "17", "1", "58"),
    },
    # CreateDBInstance: Engine, StorageType, EnableCloudwatchLogsExports.
    "aws:rds/instance:Instance": {
        "engine": (
            "postgres", "mysql", "mariadb", "db2-ae", "db2-se", "custom-oracle-ee", "custom-oracle-ee-cdb",
            "custom-sqlserver-ee", "custom-sqlserver-se", "custom-sqlserver-web", "custom-sqlserver-dev", "oracle-ee",
            "oracle-ee-cdb", "oracle-se2", "oracle-se2-cdb", "sqlserver-dev-ee", "sqlserver-ee", "sqlserver-se",
            "sqlserver-ex", "sqlserver-web",
        ),
        "storageType": ("standard", "gp2", "gp3", "io1", "io2"),
        "caCertIdentifier": ("rds-ca-2019", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"),
        "engineLifecycleSupport": (
            "open-source-rds-extended-support", "open-source-rds-extended-support-disabled",
        ),
        "networkType": ("IPV4", "DUAL"),
        "enabledCloudwatchLogsExports[]": (
            "postgresql", "upgrade", "iam-db-auth-error", "audit", "error", "general", "slowquery", "alert", "listener",
            "trace", "oemagent", "agent", "diag.log", "notify.log",
        ),
    },
    # CreateReplicationGroup and CreateUser: Engine.
    "aws:elasticache/replicationGroup:ReplicationGroup": {"engine": ("redis", "valkey")},
    "aws:elasticache/user:User": {"engine": ("redis", "valkey", "REDIS", "VALKEY")},
    "aws:elasticache/userGroup:UserGroup": {"engine": ("redis", "valkey", "REDIS", "VALKEY")},
    # "Security policies for your Application Load Balancer" in the ELB user guide.
    "aws:lb/listener:Listener": {
        "sslPolicy": (
            "ELBSecurityPolicy-TLS13-1-3-2021-06", "ELBSecurityPolicy-TLS13-1-2-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-Res-2021-06", "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06",
            "ELBSecurityPolicy-TLS13-1-2-Ext2-2021-06", "ELBSecurityPolicy-TLS13-1-1-2021-06",
            "ELBSecurityPolicy-TLS13-1-0-2021-06", "ELBSecurityPolicy-TLS13-1-3-FIPS-2023-04",
            "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-FIPS-2023-04",
            "ELBSecurityPolicy-TLS13-1-2-Ext0-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-2-Ext1-FIPS-2023-04",
            "ELBSecurityPolicy-TLS13-1-2-Ext2-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-1-FIPS-2023-04",
            "ELBSecurityPolicy-TLS13-1-0-FIPS-2023-04", "ELBSecurityPolicy-TLS13-1-3-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-2-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-2-Ext1-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-Ext2-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-3-FIPS-PQ-2025-09", "ELBSecurityPolicy-TLS13-1-2-FIPS-PQ-2025-09",
            "ELBSecurityPolicy-TLS13-1-2-Res-FIPS-PQ-2025-09", "ELBSecurityPolicy-TLS-1-2-Ext-2018-06",
            "ELBSecurityPolicy-TLS-1-2-2017-01", "ELBSecurityPolicy-TLS-1-1-2017-01", "ELBSecurityPolicy-2016-08",
            "ELBSecurityPolicy-FS-1-2-Res-2020-10", "ELBSecurityPolicy-FS-1-2-Res-2019-08",
            "ELBSecurityPolicy-FS-1-2-2019-08", "ELBSecurityPolicy-FS-1-1-2019-08", "ELBSecurityPolicy-FS-2018-06",
        ),
    },
    # ModifyLoadBalancerAttributes and ModifyTargetGroupAttributes.
    "aws:lb/loadBalancer:LoadBalancer": {
        "desyncMitigationMode": ("monitor", "defensive", "strictest"),
        "xffHeaderProcessingMode": ("append", "preserve", "remove"),
    },
    "aws:lb/targetGroup:TargetGroup": {
        "protocolVersion": ("HTTP1", "HTTP2", "GRPC"),
        "loadBalancingAlgorithmType": ("round_robin", "least_outstanding_requests", "weighted_random"),
        "stickiness.type": ("lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip", "source_ip_dest_ip_proto"),
    },
    # PutMetricAlarm: TreatMissingData, EvaluateLowSampleCountPercentile.
    "aws:cloudwatch/metricAlarm:MetricAlarm": {
        "treatMissingData": ("breaching", "notBreaching", "ignore", "missing"),
        "evaluateLowSampleCountPercentiles": ("evaluate", "ignore"),
    },
    # Subscribe: Protocol.
    "aws:sns/topicSubscription:TopicSubscription": {
        "protocol": ("application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs"),
        "filterPolicyScope": ("MessageAttributes", "MessageBody"),
    },
    "aws:sns/topic:Topic": {"tracingConfig": ("Active", "PassThrough")},
    "aws:chatbot/slackChannelConfiguration:SlackChannelConfiguration": {"loggingLevel": ("ERROR", "INFO", "NONE")},
    "aws:ssm/parameter:Parameter": {"dataType": ("text", "aws:ssm:integration", "aws:ec2:image")},
}  # fmt: skip


@cache
def table() -> Mapping[str, Mapping[str, tuple[str, ...]]]:
    """Give the accepted values by type and input path; read once."""
    text = resources.files("sandbox.cloud.rules").joinpath("enums.json").read_text("utf-8")
    models: dict[str, dict[str, list[str]]] = json.loads(text)
    types = models.keys() | DOCUMENTED.keys()
    return {
        type: {path: tuple(values) for path, values in models.get(type, {}).items()} | dict(DOCUMENTED.get(type, {}))
        for type in types
    }


def check(type: str, inputs: Properties) -> Iterator[Refusal]:
    """Refuse a value that is not in the list of its property."""
    for path, allowed in table().get(type, {}).items():
        for where, value in strings_at(inputs, path):
            if value not in allowed:
                yield refusal(
                    where, "InvalidParameterValue",
                    f"Value '{value}' failed to satisfy constraint: Member must satisfy enum value set: "
                    f"[{', '.join(allowed[:_SHOWN])}{', …' if len(allowed) > _SHOWN else ''}]",
                    _nearest(value, allowed),
                )  # fmt: skip


def _nearest(value: str, allowed: tuple[str, ...]) -> str:
    lowered = {option.lower(): option for option in allowed}
    close = difflib.get_close_matches(value.lower(), lowered, n=1, cutoff=0.5)
    return f"did you mean '{lowered[close[0]]}'?" if close else "use one of these"
