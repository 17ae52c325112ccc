"""Rules that look at all resources together."""

from pathlib import Path

import pytest
from pulumi_policy.proxy import unknown_checking_proxy

from policies.registry import RULES
from policies.rule import StackRule
from policies.view import Resource
from tests.policies.good import GOOD

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
    assert list(rule.check([silent, told, watching])) == []


def test_every_stack_rule_is_tested() -> None:
    assert {*_COMPANIONS, "alarm-tells-somebody"} == set(STACK_RULES)


def test_the_pack_is_of_the_size_it_says() -> None:
    names = [rule.name for rule in RULES]
    assert len(names) == len(set(names))
    readme = (Path(__file__).resolve().parents[2] / "README.md").read_text()
    assert f"`policies/` holds {len(names)} rules" in readme
