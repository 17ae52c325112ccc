"""Each rule accepts a good resource and refuses the same resource with one field broken."""

import copy
import json
from datetime import date, timedelta
from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.registry import RULES
from policies.rule import ResourceRule
from policies.rules import support
from policies.view import Resource
from settings.facts.kubernetes import KUBERNETES
from settings.facts.support import LAMBDA, POSTGRES
from tests.policies.good import GOOD

RESOURCE_RULES = {rule.name: rule for rule in RULES if isinstance(rule, ResourceRule)}
DELETED = object()

VPC, SUBNET = "aws:ec2/vpc:Vpc", "aws:ec2/subnet:Subnet"
GROUP, DEFAULT_GROUP = "aws:ec2/securityGroup:SecurityGroup", "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ENDPOINT, CLUSTER = "aws:ec2/vpcEndpoint:VpcEndpoint", "aws:eks/cluster:Cluster"
TEMPLATE, INSTANCE = "aws:ec2/launchTemplate:LaunchTemplate", "aws:rds/instance:Instance"
PARAMETERS, CACHE = "aws:rds/parameterGroup:ParameterGroup", "aws:elasticache/replicationGroup:ReplicationGroup"
FILES, FILES_POLICY = "aws:efs/fileSystem:FileSystem", "aws:efs/fileSystemPolicy:FileSystemPolicy"
KEY, SECRET = "aws:kms/key:Key", "aws:secretsmanager/secret:Secret"
BLOCK, BUCKET_POLICY = "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "aws:s3/bucketPolicy:BucketPolicy"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
BALANCER, LISTENER = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"
ROLE_POLICY, ATTACHMENT = "aws:iam/rolePolicy:RolePolicy", "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
ROLE, LOG_GROUP = "aws:iam/role:Role", "aws:cloudwatch/logGroup:LogGroup"
TOPIC, REPOSITORY = "aws:sns/topic:Topic", "aws:ecr/repository:Repository"
QUEUE, QUEUE_POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"
TOPIC_POLICY = "aws:sns/topicPolicy:TopicPolicy"
RELEASE, PROVIDER = "kubernetes:helm.sh/v3:Release", "pulumi:providers:aws"


def _document(**statement: Any) -> str:
    return json.dumps({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", **statement}]})


BROKEN: list[tuple[str, str, str, Any]] = [
    ("security-group-open-to-world", INGRESS, "toPort", 5432),
    ("security-group-open-to-world", INGRESS, "fromPort", 80),
    ("security-group-inline-rules", GROUP, "ingress", [{"fromPort": 1}]),
    ("security-group-inline-rules", GROUP, "egress", [{"fromPort": 1}]),
    ("default-security-group-closed", DEFAULT_GROUP, "ingress", [{"fromPort": 0}]),
    ("subnet-no-public-addresses", SUBNET, "mapPublicIpOnLaunch", True),
    ("endpoint-has-policy", ENDPOINT, "policy", DELETED),
    ("cluster-secrets-encrypted", CLUSTER, "encryptionConfig", DELETED),
    ("cluster-endpoint-not-public", CLUSTER, "vpcConfig.endpointPublicAccess", True),
    ("cluster-endpoint-not-public", CLUSTER, "vpcConfig.endpointPublicAccess", DELETED),
    ("cluster-private-endpoint", CLUSTER, "vpcConfig.endpointPrivateAccess", False),
    ("cluster-control-plane-logs", CLUSTER, "enabledClusterLogTypes", ["api"]),
    ("cluster-control-plane-logs", CLUSTER, "enabledClusterLogTypes", DELETED),
    ("cluster-access-by-api", CLUSTER, "accessConfig.authenticationMode", "API_AND_CONFIG_MAP"),
    ("cluster-deletion-protection", CLUSTER, "deletionProtection", False),
    ("node-metadata-v2", TEMPLATE, "metadataOptions.httpTokens", "optional"),
    ("node-metadata-v2", TEMPLATE, "metadataOptions.httpPutResponseHopLimit", 2),
    ("node-disk-encrypted", TEMPLATE, "blockDeviceMappings.0.ebs.encrypted", "false"),
    ("node-disk-encrypted", TEMPLATE, "blockDeviceMappings", DELETED),
    ("database-encrypted", INSTANCE, "storageEncrypted", False),
    ("database-not-public", INSTANCE, "publiclyAccessible", True),
    ("database-multi-az", INSTANCE, "multiAz", False),
    ("database-backups", INSTANCE, "backupRetentionPeriod", 1),
    ("database-backups", INSTANCE, "backupRetentionPeriod", DELETED),
    ("database-deletion-protection", INSTANCE, "deletionProtection", False),
    ("database-final-snapshot", INSTANCE, "skipFinalSnapshot", True),
    ("database-managed-password", INSTANCE, "password", "in the state"),
    ("database-managed-password", INSTANCE, "manageMasterUserPassword", DELETED),
    ("database-insights", INSTANCE, "performanceInsightsEnabled", False),
    ("database-log-exports", INSTANCE, "enabledCloudwatchLogsExports", ["upgrade"]),
    ("database-forced-tls", PARAMETERS, "parameters.0.value", "0"),
    ("cache-encrypted-in-transit", CACHE, "transitEncryptionEnabled", False),
    ("cache-encrypted-at-rest", CACHE, "atRestEncryptionEnabled", DELETED),
    ("cache-authenticated", CACHE, "userGroupIds", DELETED),
    ("cache-multi-az", CACHE, "automaticFailoverEnabled", False),
    ("cache-snapshots", CACHE, "snapshotRetentionLimit", 0),
    ("key-rotation", KEY, "enableKeyRotation", False),
    ("secret-customer-key", SECRET, "kmsKeyId", DELETED),
    ("secret-recovery", SECRET, "recoveryWindowInDays", 0),
    ("bucket-public-access-switches", BLOCK, "restrictPublicBuckets", False),
    ("file-system-encrypted", FILES, "encrypted", False),
    ("file-system-encrypted", FILES, "kmsKeyId", DELETED),
    ("file-system-tls-only", FILES_POLICY, "policy", _document(Action="elasticfilesystem:ClientMount", Resource="*")),
    ("bucket-tls-only", BUCKET_POLICY, "policy", _document(Action="s3:GetObject", Resource="*")),
    ("distribution-https", DISTRIBUTION, "defaultCacheBehavior.viewerProtocolPolicy", "allow-all"),
    ("distribution-https", DISTRIBUTION, "viewerCertificate.minimumProtocolVersion", "TLSv1"),
    ("distribution-origin-https", DISTRIBUTION, "origins.0.customOriginConfig.originProtocolPolicy", "http-only"),
    ("listener-modern-tls", LISTENER, "sslPolicy", "ELBSecurityPolicy-2016-08"),
    ("listener-modern-tls", LISTENER, "sslPolicy", DELETED),
    ("listener-http-redirects", LISTENER, "protocol", "HTTP"),
    ("load-balancer-access-logs", BALANCER, "accessLogs.enabled", False),
    ("load-balancer-drops-invalid-headers", BALANCER, "dropInvalidHeaderFields", False),
    ("load-balancer-deletion-protection", BALANCER, "enableDeletionProtection", False),
    ("policy-names-actions", ROLE_POLICY, "policy", _document(Action="s3:*", Resource="arn:aws:s3:::b")),
    ("policy-names-actions", ROLE_POLICY, "policy", _document(Action=["*"], Resource="arn:aws:s3:::b")),
    ("policy-names-resources", ROLE_POLICY, "policy", _document(Action=["s3:PutObject"], Resource="*")),
    ("no-broad-managed-policy", ATTACHMENT, "policyArn", "arn:aws:iam::aws:policy/AdministratorAccess"),
    ("role-trust-named", ROLE, "assumeRolePolicy", _document(Action="sts:AssumeRole", Principal="*")),
    ("role-trust-named", ROLE, "assumeRolePolicy", _document(Action="sts:AssumeRole", Principal={"AWS": ["*"]})),
    ("log-retention", LOG_GROUP, "retentionInDays", DELETED),
    ("log-encrypted", LOG_GROUP, "kmsKeyId", DELETED),
    ("topic-encrypted", TOPIC, "kmsMasterKeyId", DELETED),
    ("queue-encrypted", QUEUE, "kmsMasterKeyId", DELETED),
    ("message-tls-only", QUEUE_POLICY, "policy", _document(Action="sqs:SendMessage", Resource="*")),
    ("message-tls-only", TOPIC_POLICY, "policy", _document(Action="sns:Publish", Resource="*")),
    ("image-tags-immutable", REPOSITORY, "imageTagMutability", "MUTABLE"),
    ("image-tags-immutable", REPOSITORY, "imageTagMutability", DELETED),
    ("image-scanned", REPOSITORY, "imageScanningConfiguration.scanOnPush", False),
    ("image-scanned", REPOSITORY, "imageScanningConfiguration", DELETED),
    ("image-encrypted", REPOSITORY, "encryptionConfigurations.0.kmsKey", DELETED),
    ("release-atomic", RELEASE, "atomic", False),
    ("release-atomic", RELEASE, "timeout", DELETED),
    ("release-pinned", RELEASE, "version", DELETED),
    ("tags-named", PROVIDER, "defaultTags.tags.Product", DELETED),
    ("version-supported", CLUSTER, "version", "1.32"),
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
    properties = copy.deepcopy(GOOD[type_])
    target: Any = properties
    *steps, last = path.split(".")
    for step in steps:
        target = target[int(step)] if step.isdigit() else target[step]
    if value is DELETED:
        del target[last]
    else:
        target[last] = value
    return properties


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


def test_every_rule_has_a_failing_case_and_every_type_a_good_one() -> None:
    assert {name for name, *_ in BROKEN} | {PROTECTED.name} == set(RESOURCE_RULES)
    assert {type_ for rule in RESOURCE_RULES.values() for type_ in rule.types} <= set(GOOD)


@pytest.mark.parametrize(
    ("name", "type_", "path"),
    sorted({(name, type_, path) for name, type_, path, _ in BROKEN if path != "password"}),
)
def test_a_value_not_known_yet_breaks_no_rule(name: str, type_: str, path: str) -> None:
    resource = _resource(type_, _broken(type_, path, UNKNOWN_STRING_VALUE))
    assert list(RESOURCE_RULES[name].violations(resource)) == []


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
