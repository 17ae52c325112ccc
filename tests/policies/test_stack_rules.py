"""Rules that look at all resources together."""

from dataclasses import replace

import pytest
from pulumi_policy.proxy import UNKNOWN_ARRAY_VALUE, UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.registry import RULES
from policies.rule import StackRule
from policies.view import Resource
from tests.policies.good import GOOD
from tests.policies.graphs import CASES

STACK_RULES = {rule.name: rule for rule in RULES if isinstance(rule, StackRule)}

_COMPANIONS = {
    "vpc-flow-logs": ("aws:ec2/vpc:Vpc", "aws:ec2/flowLog:FlowLog"),
    "bucket-public-access-blocked": (
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    ),
    "bucket-encrypted": (
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
    ),
    "bucket-has-lifecycle": (
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    ),
    "queue-has-policy": ("aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"),
    "firewall-logged": (
        "aws:wafv2/webAcl:WebAcl",
        "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    ),
    "backup-bucket-versioned": ("aws:s3/bucket:Bucket", "aws:s3/bucketVersioning:BucketVersioning"),
    "backup-bucket-locked": (
        "aws:s3/bucket:Bucket",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    ),
    "backup-vault-locked": ("aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"),
    "load-balancer-has-firewall": (
        "aws:lb/loadBalancer:LoadBalancer",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
    ),
}


def _resource(type_: str, name: str, parent: str = "backups") -> Resource:
    return Resource(
        type=type_,
        name=name,
        urn=f"urn:pulumi:prod::groundwork::groundwork:components:SecureBucket${type_}::{name}",
        parent=f"urn:pulumi:prod::groundwork::groundwork:components:SecureBucket::{parent}",
        properties=unknown_checking_proxy(GOOD.get(type_, {})),
        environment="production",
    )


@pytest.mark.parametrize("name", _COMPANIONS)
def test_the_companion_satisfies_the_rule(name: str) -> None:
    subject, companion = _COMPANIONS[name]
    assert (
        list(STACK_RULES[name].check([_resource(subject, "backups-bucket"), _resource(companion, "backups-policy")]))
        == []
    )


@pytest.mark.parametrize("name", _COMPANIONS)
def test_without_the_companion_the_resource_is_refused(name: str) -> None:
    subject, _ = _COMPANIONS[name]
    resource = _resource(subject, "backups-bucket")
    [(offender, message)] = STACK_RULES[name].check([resource])
    assert offender is resource
    assert "add" in message or "associate" in message


def test_a_network_load_balancer_takes_no_web_acl() -> None:
    balancer = _resource("aws:lb/loadBalancer:LoadBalancer", "tcp")
    network = replace(balancer, properties=unknown_checking_proxy({"loadBalancerType": "network"}))
    assert list(STACK_RULES["load-balancer-has-firewall"].check([network])) == []
    # It is no reason to leave another one without.
    assert [offender for offender, _ in STACK_RULES["load-balancer-has-firewall"].check([network, balancer])] == [
        balancer
    ]


def test_another_buckets_companion_does_not_count() -> None:
    subject, companion = _COMPANIONS["bucket-encrypted"]
    found = list(
        STACK_RULES["bucket-encrypted"].check(
            [_resource(subject, "backups-bucket"), _resource(companion, "logs-x", parent="logs")]
        )
    )
    assert len(found) == 1


def _alarm(type_: str, **properties: object) -> Resource:
    return Resource(type=type_, name="alarm", urn=f"urn:pulumi:prod::groundwork::{type_}::alarm", properties=properties)


def test_an_alarm_reaches_somebody_by_itself_or_through_a_composite() -> None:
    rule = STACK_RULES["alarm-tells-somebody"]
    silent = _alarm("aws:cloudwatch/metricAlarm:MetricAlarm", name="prod-unhealthy")
    told = _alarm("aws:cloudwatch/metricAlarm:MetricAlarm", name="prod-cpu", alarmActions=["arn:aws:sns:x"])
    watching = _alarm("aws:cloudwatch/compositeAlarm:CompositeAlarm", alarmRule='ALARM("prod-unhealthy")')
    assert [offender for offender, _ in rule.check([silent, told])] == [silent]
    closed = replace(told, properties={**told.properties, "actionsEnabled": False})  # the product is, on purpose
    assert list(rule.check([closed])) == []
    assert list(rule.check([silent, told, watching])) == []


def _firewall(*rules: object, environment: str = "production") -> Resource:
    return Resource(
        type="aws:wafv2/webAcl:WebAcl",
        name="acl",
        urn="urn:pulumi:prod::groundwork::aws:wafv2/webAcl:WebAcl::acl",
        properties=unknown_checking_proxy({"rules": list(rules)}),
        environment=environment,
    )


_MANAGED: dict[str, object] = {"name": "common", "statement": {"managedRuleGroupStatement": {"name": "Common"}}}
_LIMIT: dict[str, object] = {
    "name": "limit",
    "statement": {"rateBasedStatement": {"limit": 100}},
    "action": {"block": {}},
}


@pytest.mark.requirement("SL-140")
def test_production_without_a_rate_limit_is_refused() -> None:
    rule = STACK_RULES["firewall-limits-rate"]
    without = _firewall(_MANAGED)
    [(offender, message)] = rule.check([without])
    assert offender is without
    assert "ingress.rate_limit" in message
    assert list(rule.check([_firewall(_MANAGED, _LIMIT)])) == []
    # A rule that only counts lets everything through.
    assert list(rule.check([_firewall({**_LIMIT, "action": {"count": {"header": 1}}})])) != []
    assert list(rule.check([_firewall(_MANAGED, environment="dev")])) == []


@pytest.mark.requirement("SL-140")
def test_behind_a_cdn_one_of_two_web_acls_counts() -> None:
    rule = STACK_RULES["firewall-limits-rate"]
    assert list(rule.check([_firewall(_MANAGED), _firewall(_MANAGED, _LIMIT)])) == []


@pytest.mark.requirement("SL-140")
def test_what_a_preview_does_not_know_yet_is_no_fault() -> None:
    unknown = Resource(
        type="aws:wafv2/webAcl:WebAcl",
        name="acl",
        urn="urn",
        properties=unknown_checking_proxy({"rules": UNKNOWN_ARRAY_VALUE}),
        environment="production",
    )
    assert list(STACK_RULES["firewall-limits-rate"].check([unknown])) == []


def _stated(type_: str, name: str = "one", **properties: object) -> Resource:
    proxied = unknown_checking_proxy(dict(properties))
    return Resource(type=type_, name=name, urn=f"urn::{name}", properties=proxied, environment="production")


_VPC, _SELECTION = "aws:ec2/vpc:Vpc", "aws:backup/selection:Selection"
_FILES = _stated("aws:efs/fileSystem:FileSystem")


def test_networks_that_overlap_are_told_by_both_names() -> None:
    rule = STACK_RULES["networks-do-not-overlap"]
    one, two = _stated(_VPC, "one", cidrBlock="10.0.0.0/16"), _stated(_VPC, "two", cidrBlock="10.0.128.0/20")
    [(offender, message)] = rule.check([one, two])
    assert offender is two
    assert "of one" in message
    assert list(rule.check([one, _stated(_VPC, "three", cidrBlock="10.1.0.0/16")])) == []
    assert list(rule.check([one, _stated(_VPC, "four", cidrBlock=UNKNOWN_STRING_VALUE)])) == []


@pytest.mark.parametrize(
    ("copy", "refused"),
    [
        (_stated(_SELECTION, resources=["arn:aws:rds:us-east-1:0:db:a"]), True),
        (_stated(_SELECTION, resources=["arn:aws:elasticfilesystem:us-east-1:0:file-system/fs-1"]), False),
        (_stated(_SELECTION, resources=[UNKNOWN_STRING_VALUE]), False),
        (_stated(_SELECTION, resources=UNKNOWN_ARRAY_VALUE), False),
        (_stated("aws:efs/backupPolicy:BackupPolicy", backupPolicy={"status": "DISABLED"}), True),
        (_stated("aws:efs/backupPolicy:BackupPolicy", backupPolicy={"status": "ENABLED"}), False),
    ],
)
def test_a_productions_files_are_in_some_backup(copy: Resource, *, refused: bool) -> None:
    rule = STACK_RULES["files-backed-up"]
    assert bool(list(rule.check([_FILES, copy]))) is refused
    assert list(rule.check([replace(_FILES, environment="dev")])) == []


def test_a_bucket_that_logs_to_itself_is_refused() -> None:
    rule = STACK_RULES["bucket-logs-elsewhere"]
    logging = "aws:s3/bucketLogging:BucketLogging"
    assert list(rule.check([_stated(logging, bucket="a", targetBucket="a")]))
    assert not list(rule.check([_stated(logging, bucket="a", targetBucket="b")]))
    assert not list(rule.check([_stated(logging, bucket=UNKNOWN_STRING_VALUE, targetBucket=UNKNOWN_STRING_VALUE)]))


def test_every_stack_rule_is_tested() -> None:
    others = {"networks-do-not-overlap", "files-backed-up", "bucket-logs-elsewhere"}
    graphs = {case.rule for case in CASES}
    assert {*_COMPANIONS, *others, *graphs, "alarm-tells-somebody", "firewall-limits-rate"} == set(STACK_RULES)
