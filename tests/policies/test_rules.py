"""Each rule accepts a good resource and refuses the same resource with one field broken."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.registry import RULES
from policies.rule import ResourceRule
from policies.rules import protection, support
from policies.view import Resource
from settings.facts.kubernetes import KUBERNETES
from settings.facts.support import LAMBDA, POSTGRES
from tests.policies import (
    broken,
    broken_data,
    broken_edge,
    broken_grants,
    broken_machines,
    broken_more,
    broken_stores,
)
from tests.policies.breaking import broken as broken_at
from tests.policies.breaking import paths
from tests.policies.broken import (
    BALANCER,
    CLUSTER,
    DELETED,
    DISTRIBUTION,
    INGRESS,
    INSTANCE,
    LEGACY,
    PERMISSION,
    TEMPLATE,
)
from tests.policies.good import GOOD, NEVER_GOOD

RESOURCE_RULES = {rule.name: rule for rule in RULES if isinstance(rule, ResourceRule)}
BROKEN = [
    *broken.BROKEN,
    *broken_data.BROKEN,
    *broken_edge.BROKEN,
    *broken_grants.BROKEN,
    *broken_machines.BROKEN,
    *broken_more.BROKEN,
    *broken_stores.BROKEN,
]
PROTECTED = RESOURCE_RULES["stateful-protected"]


def _resource(
    type_: str, properties: dict[str, Any], *, protect: bool = True, environment: str = "production"
) -> Resource:
    return Resource(
        type=type_,
        name="subject",
        urn=f"urn:pulumi:prod::groundwork::{type_}::subject",
        properties=unknown_checking_proxy(properties),
        protect=protect,
        environment=environment,
    )


def _broken(type_: str, path: str, value: Any) -> dict[str, Any]:
    return broken_at({**GOOD, **NEVER_GOOD}[type_], path, value)


@pytest.mark.parametrize("type_", GOOD)
def test_good_resources_pass_every_rule(type_: str) -> None:
    resource = _resource(type_, GOOD[type_])
    found = {rule.name: list(rule.violations(resource)) for rule in RESOURCE_RULES.values()}
    assert {name: messages for name, messages in found.items() if messages} == {}


@pytest.mark.parametrize(
    ("name", "type_", "path", "value"), BROKEN, ids=lambda item: "deleted" if item is DELETED else str(item)[:60]
)
def test_a_broken_field_is_refused_by_its_rule(name: str, type_: str, path: str, value: Any) -> None:
    messages = list(RESOURCE_RULES[name].violations(_resource(type_, _broken(type_, path, value))))
    assert len(messages) == 1
    assert len(messages[0]) > 20


def test_a_write_only_master_password_is_accepted_where_rds_cannot_manage_it() -> None:
    properties = {**_broken(INSTANCE, "manageMasterUserPassword", DELETED), "passwordWo": "made elsewhere"}
    assert not list(RESOURCE_RULES["database-managed-password"].violations(_resource(INSTANCE, properties)))


def test_stateful_resources_are_protected_in_production() -> None:
    for type_ in PROTECTED.types:
        assert list(PROTECTED.violations(_resource(type_, GOOD[type_], protect=False)))
        assert not list(PROTECTED.violations(_resource(type_, GOOD[type_], protect=False, environment="dev")))


def test_what_is_never_good_is_refused_by_the_rule_that_says_so_alone() -> None:
    found = {
        type_: [rule.name for rule in RESOURCE_RULES.values() if list(rule.violations(_resource(type_, stated)))]
        for type_, stated in NEVER_GOOD.items()
    }
    assert found == {
        "aws:ec2/securityGroupRule:SecurityGroupRule": ["security-group-legacy-rule"],
        "aws:iam/userPolicy:UserPolicy": ["no-user-policies"],
        "aws:iam/userPolicyAttachment:UserPolicyAttachment": ["no-user-policies"],
        "aws:iam/accessKey:AccessKey": ["no-access-keys"],
        "aws:iam/user:User": ["no-users"],
        "aws:iam/userLoginProfile:UserLoginProfile": ["user-no-console"],
        "aws:ec2/launchConfiguration:LaunchConfiguration": ["no-launch-configurations"],
        "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration": ["bucket-no-website"],
    }


def test_every_rule_has_a_failing_case_and_every_type_a_good_one() -> None:
    assert {name for name, *_ in BROKEN} | {
        PROTECTED.name,
        "function-not-public",
        "backup-bucket-customer-key",
        "resource-tagged",
    } == set(RESOURCE_RULES)
    assert {type_ for rule in RESOURCE_RULES.values() for type_ in rule.types} <= {*GOOD, *NEVER_GOOD}


@pytest.mark.parametrize(
    ("name", "type_", "path"),
    sorted({(name, type_, path) for name, type_, path, _ in BROKEN if not path.lower().endswith("password")}),
)
def test_a_value_not_known_yet_breaks_no_rule(name: str, type_: str, path: str) -> None:
    resource = _resource(type_, _broken(type_, path, UNKNOWN_STRING_VALUE))
    rule = RESOURCE_RULES[name]
    if type_ in NEVER_GOOD and list(rule.violations(_resource(type_, NEVER_GOOD[type_]))):
        return  # It is there at all that is wrong.
    assert list(rule.violations(resource)) == []


@pytest.mark.parametrize("type_", GOOD)
def test_nothing_that_is_not_known_yet_is_a_fault(type_: str) -> None:
    """Each value of the good resource, and each list and mapping as a whole, one after the other."""
    rules = [rule for rule in RESOURCE_RULES.values() if type_ in rule.types]
    for path in paths(GOOD[type_]):
        resource = _resource(type_, _broken(type_, path, UNKNOWN_STRING_VALUE))
        assert {
            rule.name: list(rule.violations(resource)) for rule in rules if list(rule.violations(resource))
        } == {}, path


def test_what_stands_behind_an_unknown_item_of_a_list_is_judged() -> None:
    ebs = {"encrypted": "false"}
    template = {**GOOD[TEMPLATE], "blockDeviceMappings": [UNKNOWN_STRING_VALUE, {"deviceName": "b", "ebs": ebs}]}
    [message] = RESOURCE_RULES["node-disk-encrypted"].violations(_resource(TEMPLATE, template))
    assert message.startswith("blockDeviceMappings.1.")


@pytest.mark.parametrize("name", sorted(name for name, rule in RESOURCE_RULES.items() if rule.environments))
def test_production_rules_leave_dev_alone(name: str) -> None:
    rule = RESOURCE_RULES[name]
    for broken_name, type_, path, value in BROKEN:
        if broken_name == name:
            assert not list(rule.violations(_resource(type_, _broken(type_, path, value), environment="dev")))


@pytest.mark.parametrize(
    ("ranges", "refused"),
    [
        (["0.0.0.0/0"], True),
        (["0.0.0.0/1", "128.0.0.0/1"], True),
        ([f"{first}.0.0.0/12" for first in range(11, 28)], True),
        (["8.0.0.0/8"], False),
        (["203.0.113.0/24", "198.51.100.0/24"], False),
    ],
)
def test_the_api_is_open_to_everybody_in_parts_too(ranges: list[str], *, refused: bool) -> None:
    stated = {"endpointPublicAccess": True, "publicAccessCidrs": ranges}
    cluster = _resource(CLUSTER, _broken(CLUSTER, "vpcConfig", stated))
    assert bool(list(RESOURCE_RULES["cluster-endpoint-not-public"].check(cluster))) is refused


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ({"cidrIpv4": "128.0.0.0/1"}, True),
        ({"cidrIpv6": "2000::/3"}, True),
        ({"cidrIpv4": "10.0.0.0/8"}, False),
        ({"referencedSecurityGroupId": "sg-1"}, False),
    ],
)
def test_half_of_the_internet_is_the_world(source: dict[str, str], *, refused: bool) -> None:
    rule = {**source, "fromPort": 22, "toPort": 22, "description": "Clients"}
    assert bool(list(RESOURCE_RULES["security-group-open-to-world"].check(_resource(INGRESS, rule)))) is refused


@pytest.mark.parametrize(
    ("description", "last", "refused"),
    [
        ("Clients, open to every address: the product states why", 22, False),
        ("Clients, open to every address: the product states why", 23, True),
        ("Clients", 22, True),
    ],
)
def test_a_port_that_is_open_to_everybody_says_that_it_is_meant(description: str, last: int, refused: bool) -> None:
    rule = {"cidrIpv4": "0.0.0.0/0", "fromPort": 22, "toPort": last, "description": description}
    found = list(RESOURCE_RULES["security-group-open-to-world"].check(_resource(INGRESS, rule)))
    assert bool(found) is refused


@pytest.mark.parametrize(
    ("source", "refused"),
    [
        ({"cidrIpv4": "0.0.0.0/0"}, True),
        ({"cidrIpv4": "10.0.0.0/8"}, True),
        ({"cidrIpv4": "203.0.113.0/24"}, False),
        ({"cidrIpv4": "8.8.8.0/24"}, True),
        ({"cidrIpv4": "10.0.0.0/16"}, False),
        ({"cidrIpv6": "fd00::/40"}, True),
        ({"cidrIpv6": "fd00::/56"}, False),
        ({"referencedSecurityGroupId": "sg-1"}, False),
        ({"type": "ingress", "cidrBlocks": ["10.0.96.0/24", "172.16.0.0/12"]}, True),
        ({"type": "egress", "cidrBlocks": ["0.0.0.0/0"]}, False),
    ],
)
def test_a_data_stores_port_is_open_to_one_network_at_most(source: dict[str, Any], *, refused: bool) -> None:
    type_ = LEGACY if "type" in source else INGRESS
    for ports in (
        {"fromPort": 5432, "toPort": 5432},
        {"fromPort": 5000, "toPort": 6000},
        {"fromPort": -1, "toPort": -1},
    ):
        rule = _resource(type_, {**source, **ports})
        assert bool(list(RESOURCE_RULES["data-port-not-open"].violations(rule))) is refused


def test_anybody_may_run_a_function_only_within_an_organization() -> None:
    rule = RESOURCE_RULES["function-not-public"]
    assert list(rule.violations(_resource(PERMISSION, {"principal": "*"})))
    assert not list(rule.violations(_resource(PERMISSION, {"principal": "*", "principalOrgId": "o-1"})))


def test_a_network_load_balancer_sees_no_requests_to_log() -> None:
    rule = RESOURCE_RULES["load-balancer-access-logs"]
    assert list(rule.check(_resource(BALANCER, {"loadBalancerType": "network"}))) == []
    assert list(rule.check(_resource(BALANCER, {"loadBalancerType": "application"}))) != []


_SOURCE = "replicateSourceDb"
_DELETION = RESOURCE_RULES["database-deletion-protection"]


@pytest.mark.parametrize(
    ("stated", "accepted"),
    [
        ({}, False),
        ({"tags": {"Retiring": "2026-12-31"}}, True),
        ({_SOURCE: "openibank-prod-primary"}, True),
        # A copy of another region's database takes over from it one day.
        ({_SOURCE: "arn:aws:rds:us-east-1:000000000000:db:openibank-prod-primary"}, False),
    ],
    ids=("primary", "retiring", "copy", "copy of another region"),
)
def test_what_is_retired_and_what_holds_nothing_of_its_own_may_be_released(
    stated: dict[str, Any], accepted: bool
) -> None:
    instance = _resource(INSTANCE, {**GOOD[INSTANCE], "deletionProtection": False, **stated}, protect=False)
    for rule in (PROTECTED, _DELETION):
        assert (not list(rule.violations(instance))) is accepted


@pytest.mark.parametrize(
    ("what", "version", "day", "told"),
    [
        ("PostgreSQL", "14", date(2026, 11, 30), None),
        ("PostgreSQL", "14", date(2026, 12, 1), "leaves standard support after 2027-02-28; go to 17"),
        ("Kubernetes", "1.34", date(2026, 12, 2), "left standard support after 2026-12-01; go to 1.35"),
        # Nothing is newer in the table, so that nobody could do what the rule asks for.
        ("Kubernetes", "1.35", date(2027, 3, 26), None),
        ("Kubernetes", "1.35", date(2027, 3, 27), "left standard support after 2027-03-26; go to a newer one"),
        ("Kubernetes", "1.99", date(2030, 1, 1), None),
    ],
)
def test_a_version_is_refused_90_days_before_its_support_ends(
    what: str, version: str, day: date, told: str | None
) -> None:
    found = list(support.leaving(what, version, day))
    assert len(found) == int(told is not None)
    assert all(str(told) in each for each in found)


@pytest.mark.parametrize(
    ("type_", "stated", "found"),
    [
        (INSTANCE, {"engine": "postgres", "engineVersion": "14.9"}, 1),
        (INSTANCE, {"engine": "mysql", "engineVersion": "14.9"}, 0),
        ("aws:lambda/function:Function", {"runtime": "python3.13"}, 1),
    ],
)
def test_versions_are_read_where_each_type_has_them(
    type_: str, stated: dict[str, Any], found: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(support, "_today", lambda: date(2031, 1, 1))
    rule = RESOURCE_RULES["version-supported"]
    assert len(list(rule.violations(_resource(type_, {**GOOD[type_], **stated})))) == found


def test_policies_and_settings_know_the_same_last_days() -> None:
    day = timedelta(days=1)
    assert {
        "Kubernetes": {version: release.standard_ends - day for version, release in KUBERNETES.items()},
        "PostgreSQL": {version: days.standard for version, days in POSTGRES.items()},
        "Lambda's": {runtime: days.standard for runtime, days in LAMBDA.items()},
    } == support.LAST_DAYS


_COPIES = RESOURCE_RULES["backup-bucket-customer-key"]


@pytest.mark.parametrize(
    ("path", "value"),
    [("sseAlgorithm", "AES256"), ("kmsMasterKeyId", DELETED)],
)
def test_a_bucket_for_backups_has_a_customer_key(path: str, value: Any) -> None:
    """Other buckets, such as those that a load balancer writes its logs to, take no customer key."""
    (type_,) = _COPIES.types
    stated = _broken(type_, f"rules.0.applyServerSideEncryptionByDefault.{path}", value)
    bucket = _resource(type_, stated)
    assert not list(_COPIES.violations(bucket))
    assert list(_COPIES.violations(replace(bucket, name="backups-store-encryption")))
    assert not list(_COPIES.violations(replace(bucket, name="backups-store-encryption", environment="dev")))


def test_what_a_load_balancer_logs_in_place_of_a_cdn_needs_no_second_log() -> None:
    rule = RESOURCE_RULES["distribution-logged"]
    stated = _broken(DISTRIBUTION, "loggingConfig", DELETED)
    nothing = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    uncached = [{"viewerProtocolPolicy": "https-only", "cachePolicyId": nothing}]
    behaviour = {**stated["defaultCacheBehavior"], "cachePolicyId": nothing}
    plain = {**stated, "defaultCacheBehavior": behaviour, "orderedCacheBehaviors": uncached}
    assert not list(rule.violations(_resource(DISTRIBUTION, plain)))
    assert list(rule.violations(_resource(DISTRIBUTION, {**plain, "orderedCacheBehaviors": [{}]})))


REPAIRED = [
    (name, type_, path, value) for name, type_, path, value in BROKEN if RESOURCE_RULES[name].repair is not None
]


@pytest.mark.parametrize(("name", "type_", "path", "value"), REPAIRED)
def test_what_a_rule_repairs_it_then_accepts(name: str, type_: str, path: str, value: Any) -> None:
    rule = RESOURCE_RULES[name]
    stated = _broken(type_, path, value)
    assert rule.repair is not None
    assert not list(rule.violations(_resource(type_, {**stated, **rule.repair(_resource(type_, stated))})))


def test_only_tls_public_access_and_tags_are_repaired() -> None:
    """A repair that a program's author does not see must not be able to break what runs."""
    assert {name for name, rule in RESOURCE_RULES.items() if rule.repair is not None} == {
        "bucket-public-access-switches",
        "listener-modern-tls",
        "resource-tagged",
        "subnet-no-public-addresses",
    }


def test_tags_are_asked_for_by_name_and_added_where_they_are_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    rule = RESOURCE_RULES["resource-tagged"]
    stated = {"encrypted": True, "tags": {"Owner": "data"}}
    volume = _resource("aws:ebs/volume:Volume", stated)
    assert not list(rule.violations(volume))
    monkeypatch.setattr(protection.REQUIRED, "value", ("Owner", "CostCentre"))
    [message] = rule.violations(volume)
    assert "CostCentre" in message
    assert rule.repair is not None
    assert rule.repair(volume) == {"tags": {"Owner": "data", "CostCentre": "unassigned"}}
    assert not list(rule.violations(_resource("aws:ebs/volume:Volume", {"tags": UNKNOWN_STRING_VALUE})))
