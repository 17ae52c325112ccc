from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, Union, get_args, get_origin

import pytest
from pulumi._types import input_type_types

from offline_cloud.cloud import identity
from offline_cloud.cloud.core import registry
from offline_cloud.cloud.model import ACCOUNT_ID, UNKNOWN, Properties, Record, Value, at, text
from tests.offline_cloud.cloud.memory import Memory
from tests.offline_cloud.cloud.sdk import arguments, classes, output_types

TOKENS = sorted(classes())
KNOWN = {token for token, known in registry.every().items() if known.id}
"""Types whose id is made as AWS makes it; others get their name and a few digits."""


def matches(value: Value, expected: Any) -> bool:
    """Tell whether a value fits the SDK's type, at its top level and for the items of a list."""
    if value is None:
        return True
    if get_origin(expected) is not None:
        return _fits_generic(value, expected)
    if isinstance(value, dict):
        return expected not in (str, int, bool, float)
    if isinstance(value, bool) or expected is bool:
        return isinstance(value, bool) and expected is bool
    return isinstance(value, int | float) if expected is float else isinstance(value, expected)


def _fits_generic(value: Value, expected: Any) -> bool:
    origin, inner = get_origin(expected), get_args(expected)
    if origin is Union:
        return any(matches(value, option) for option in inner)
    if isinstance(value, list):
        return origin is Sequence and _all(value, inner[0])
    return isinstance(value, dict) and origin is Mapping


def _all(values: list[Value], expected: Any) -> bool:
    return all(matches(value, expected) for value in values)


_BALANCER = "elasticloadbalancing:us-east-1:000000000000"
SAMPLE: Properties = {
    "loadBalancerArn": f"arn:aws:{_BALANCER}:loadbalancer/app/sample/0123456789abcdef",
    "listenerArn": f"arn:aws:{_BALANCER}:listener/app/sample/0123456789abcdef/0123456789abcdef",
    "secretId": "arn:aws:secretsmanager:us-east-1:000000000000:secret:sample-AbCdEf",
    "topic": "arn:aws:sns:us-east-1:000000000000:sample",
    "name": "sample",
    "vpcId": "vpc-1",
    "vpcConfig": {"subnetIds": ["subnet-1"]},
    "kubernetesNetworkConfig": {"ipFamily": "ipv4"},
    "manageMasterUserPassword": True,
    "replicas": [{"region": "eu-west-1"}],
    "domainName": "example.com",
    "validationMethod": "DNS",
    "vpcEndpointType": "Interface",
    "serviceName": "com.amazonaws.us-east-1.sts",
    "subnetIds": ["subnet-1"],
    "numNodeGroups": 2,
    "availabilityMode": "regional",
}


def sample(token: str) -> Record:
    """Describe a resource with every input of the sample that the type takes with that type of value."""
    expected = input_type_types(arguments(token))
    inputs = {key: value for key, value in SAMPLE.items() if key in expected and matches(value, expected[key])}
    return Record(urn=f"urn:pulumi:prod::groundwork::{token}::sample", type=token, inputs=inputs, region="us-east-1")


@pytest.mark.parametrize("token", TOKENS)
def test_every_type_has_an_identity_made_as_aws_makes_it(token: str) -> None:
    assert token in KNOWN


def test_no_identity_is_kept_for_a_type_the_sdk_does_not_have() -> None:
    assert set(KNOWN) - set(TOKENS) == set()


@pytest.mark.parametrize("token", TOKENS)
def test_outputs_exist_in_the_sdk_with_the_type_given(token: str) -> None:
    made = identity.outputs(sample(token), Memory())
    expected = output_types(token)
    wrong = {
        key: (value, expected.get(key))
        for key, value in made.outputs.items()
        if key not in expected or not matches(value, expected[key])
    }
    assert wrong == {}


@pytest.mark.parametrize("token", TOKENS)
def test_what_the_sdk_calls_an_arn_is_always_given(token: str) -> None:
    made = identity.outputs(sample(token), Memory())
    if "arn" in output_types(token) and "arn" not in input_type_types(arguments(token)):
        assert (text(made.outputs, "arn") or "").startswith("arn:aws:")


@pytest.mark.parametrize("token", TOKENS)
def test_an_identity_is_the_same_each_time(token: str) -> None:
    assert identity.outputs(sample(token), Memory()) == identity.outputs(sample(token), Memory())


@pytest.mark.parametrize("token", TOKENS)
def test_an_update_keeps_the_id_and_the_outputs(token: str) -> None:
    first = identity.outputs(sample(token), Memory())
    record = sample(token)
    tagged = Record(
        urn=record.urn, type=token, inputs={**record.inputs, "tags": {"a": "b"}}, region="us-east-1", id=first.id
    )
    assert identity.outputs(tagged, Memory()) == first


@pytest.mark.parametrize("token", TOKENS)
def test_inputs_that_are_not_known_break_nothing(token: str) -> None:
    record = sample(token)
    hidden = Record(urn=record.urn, type=token, inputs=dict.fromkeys(record.inputs, UNKNOWN), region="us-east-1")
    assert isinstance(identity.outputs(hidden, Memory()).id, str)


def test_a_replacement_gets_another_id_even_with_the_same_inputs() -> None:
    world = Memory()
    first = world.draft("aws:ec2/vpc:Vpc", "network", cidrBlock="10.0.0.0/16")
    ids = {identity.outputs(replace(first, generation=number), world).id for number in range(3)}
    assert len(ids) == 3


def test_a_vpc_comes_with_its_default_objects() -> None:
    world = Memory()
    vpc = world.add("aws:ec2/vpc:Vpc", "network", cidrBlock="10.0.0.0/16")
    group = world.add("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup", "closed", vpcId=vpc.id)
    acl = world.add(
        "aws:ec2/defaultNetworkAcl:DefaultNetworkAcl", "acl", defaultNetworkAclId=vpc.outputs["defaultNetworkAclId"]
    )
    assert group.id == vpc.outputs["defaultSecurityGroupId"]
    assert acl.id == vpc.outputs["defaultNetworkAclId"]
    assert acl.outputs["vpcId"] == vpc.id


def test_a_database_has_the_endpoint_and_the_managed_secret_of_rds() -> None:
    world = Memory("eu-west-1")
    database = world.add(
        "aws:rds/instance:Instance", "db", identifier="shop-prod", engine="postgres", manageMasterUserPassword=True
    )
    address = text(database.outputs, "address") or ""
    assert address.startswith("shop-prod.")
    assert address.endswith(".eu-west-1.rds.amazonaws.com")
    assert database.outputs["endpoint"] == f"{address}:5432"
    secret = text(database.outputs, "masterUserSecrets[0].secretArn") or ""
    assert secret.startswith(f"arn:aws:secretsmanager:eu-west-1:{ACCOUNT_ID}:secret:rds!db-")


def test_a_replica_takes_over_from_its_source_and_has_no_secret() -> None:
    world = Memory()
    world.add("aws:rds/instance:Instance", "db", identifier="shop", engine="postgres", engineVersion="17.5", port=5433)
    replica = world.add("aws:rds/instance:Instance", "replica", identifier="shop-1", replicateSourceDb="shop")
    assert (replica.outputs["engine"], replica.outputs["port"]) == ("postgres", 5433)
    assert replica.outputs["masterUserSecrets"] == []


def test_a_sharded_cache_has_a_configuration_endpoint_and_a_plain_one_has_two() -> None:
    world = Memory()
    kind = "aws:elasticache/replicationGroup:ReplicationGroup"
    sharded = world.add(kind, "a", replicationGroupId="shop", numNodeGroups=3, replicasPerNodeGroup=1)
    plain = world.add(kind, "b", replicationGroupId="cart", numCacheClusters=2, transitEncryptionEnabled=True)
    endpoint = text(sharded.outputs, "configurationEndpointAddress") or ""
    assert endpoint.startswith("clustercfg.shop.")
    assert endpoint.endswith(".use1.cache.amazonaws.com")
    assert len(at(sharded.outputs, "memberClusters")) == 6  # pyright: ignore[reportArgumentType] - a list
    assert (text(plain.outputs, "primaryEndpointAddress") or "").startswith("master.cart.")
    assert (text(plain.outputs, "readerEndpointAddress") or "").startswith("replica.cart.")
    assert "configurationEndpointAddress" not in plain.outputs


def test_a_cluster_has_a_security_group_an_issuer_and_the_vpc_of_its_subnets() -> None:
    world = Memory()
    vpc = world.add("aws:ec2/vpc:Vpc", "network", cidrBlock="10.0.0.0/16")
    subnet = world.add("aws:ec2/subnet:Subnet", "a", vpcId=vpc.id, cidrBlock="10.0.0.0/24")
    cluster = world.add("aws:eks/cluster:Cluster", "eks", name="shop", vpcConfig={"subnetIds": [subnet.id]})
    assert at(cluster.outputs, "vpcConfig.vpcId") == vpc.id
    assert (text(cluster.outputs, "vpcConfig.clusterSecurityGroupId") or "").startswith("sg-0")
    assert (text(cluster.outputs, "identities[0].oidcs[0].issuer") or "").startswith("https://oidc.eks.us-east-1.")


def test_a_wildcard_and_its_domain_share_the_record_that_validates_them() -> None:
    certificate = Memory().add(
        "aws:acm/certificate:Certificate",
        "cert",
        domainName="example.com",
        subjectAlternativeNames=["*.example.com", "api.example.org"],
        validationMethod="DNS",
    )
    names = [text(certificate.outputs, f"domainValidationOptions[{i}].resourceRecordName") for i in range(3)]
    assert names[0] == names[1] != names[2]


def test_a_record_is_named_within_its_zone_once() -> None:
    world = Memory()
    zone = world.add("aws:route53/zone:Zone", "zone", name="example.com")
    kind = "aws:route53/record:Record"
    assert world.add(kind, "a", zoneId=zone.id, name="api", type="A").outputs["fqdn"] == "api.example.com"
    assert world.add(kind, "b", zoneId=zone.id, name="www.example.com", type="A").outputs["fqdn"] == "www.example.com"


def test_each_version_of_a_launch_template_has_the_next_number() -> None:
    world = Memory()
    first = world.add("aws:ec2/launchTemplate:LaunchTemplate", "nodes")
    assert first.outputs["latestVersion"] == 1
    assert identity.outputs(first, world).outputs["latestVersion"] == 2


def test_a_graph_api_has_an_endpoint_to_ask_and_one_to_listen_at() -> None:
    api = Memory().add("aws:appsync/graphQLApi:GraphQLApi", "api", name="api", authenticationType="API_KEY")
    assert (text(api.outputs, "uris.GRAPHQL") or "").endswith(".appsync-api.us-east-1.amazonaws.com/graphql")
    assert (text(api.outputs, "uris.REALTIME") or "").startswith("wss://")
