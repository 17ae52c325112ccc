"""What a creation is refused for, given what exists already; each diagnostic next to the creation that is accepted."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import ACCOUNT_ID, UNKNOWN, Value, at, text
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics
from tests.offline_cloud.cloud.platform import CACHE, DATABASE, TRUST, WORKER, Platform

# Where a block begins in 10.0.0.0/16, before it is aligned, and how long its prefix is.
BLOCKS = st.tuples(st.integers(0, 65535), st.integers(17, 28))
NO_KEY = "11111111-1111-4111-a111-111111111111"
METRIC_FILTER = "aws:cloudwatch/logMetricFilter:LogMetricFilter"


@pytest.fixture
def world() -> Platform:
    return Platform()


def subnet(world: Platform, cidr: str, zone: str = "us-east-1a") -> set[str]:
    return codes(
        diagnostics(world, facts.SUBNET, "extra", vpcId=world.vpc.id, cidrBlock=cidr, availabilityZone=zone),
    )


def test_a_subnet_lies_inside_its_vpc_and_beside_its_siblings(world: Platform) -> None:
    assert subnet(world, "10.0.9.0/24") == set()
    assert subnet(world, "10.1.0.0/24") == {"InvalidSubnet.Range"}
    assert subnet(world, "10.0.1.128/25") == {"InvalidSubnet.Conflict"}


@given(
    first=st.tuples(st.integers(0, 65535), st.integers(17, 28)),
    second=st.tuples(st.integers(0, 65535), st.integers(17, 28)),
)
@settings(max_examples=200, deadline=None)
def test_ranges_conflict_exactly_when_they_share_an_address(first: tuple[int, int], second: tuple[int, int]) -> None:
    def block(offset: int, bits: int) -> tuple[str, set[int]]:
        start = offset >> (32 - bits) << (32 - bits)
        return f"10.0.{start >> 8}.{start & 255}/{bits}", set(range(start, start + 2 ** (32 - bits)))

    world = Memory()
    vpc = create(world, facts.VPC, "vpc", cidrBlock="10.0.0.0/16")
    (cidr, addresses), (other, others) = block(*first), block(*second)
    create(world, facts.SUBNET, "one", vpcId=vpc.id, cidrBlock=cidr)
    found = codes(diagnostics(world, facts.SUBNET, "two", vpcId=vpc.id, cidrBlock=other))
    assert found == ({"InvalidSubnet.Conflict"} if addresses & others else set())


@given(third=st.integers(0, 255), second=st.integers(0, 3), bits=st.integers(16, 28))
@settings(max_examples=200, deadline=None)
def test_a_range_is_contained_exactly_when_all_its_addresses_are(third: int, second: int, bits: int) -> None:
    world = Memory()
    vpc = create(world, facts.VPC, "vpc", cidrBlock="10.1.0.0/18")
    start = ((second << 16) + (third << 8)) >> (32 - bits) << (32 - bits)
    cidr = f"10.{start >> 16}.{start >> 8 & 255}.0/{bits}"
    inside = start >= 1 << 16 and start + 2 ** (32 - bits) <= (1 << 16) + 2**14
    found = codes(diagnostics(world, facts.SUBNET, "one", vpcId=vpc.id, cidrBlock=cidr))
    assert found == (set() if inside else {"InvalidSubnet.Range"})


def test_an_id_that_does_not_exist_is_refused_with_its_path(world: Platform) -> None:
    inputs: Value = {"subnetIds": [world.subnets[0].id, "subnet-00000000000000000"]}
    found = diagnostics(world, facts.CLUSTER, "eks", name="eks", roleArn=world.role.arn, vpcConfig=inputs)
    missing = [diagnostic for diagnostic in found if diagnostic.reason.startswith("InvalidSubnetID.NotFound")]
    assert [diagnostic.path for diagnostic in missing] == ["vpcConfig.subnetIds[1]"]
    assert "output" in missing[0].fix


def test_an_id_of_another_region_is_refused(world: Platform) -> None:
    kind = facts.INTERNET_GATEWAY
    other = create(world, facts.VPC, "elsewhere", "eu-west-1", cidrBlock="10.8.0.0/16")
    found = diagnostics(world, kind, "gateway-2", vpcId=other.id)
    assert codes(found) == {"InvalidVpcID.NotFound"}
    assert "it is in eu-west-1" in found[0].reason
    assert diagnostics(world, kind, "gateway-2", "eu-west-1", vpcId=other.id) == []


def test_what_comes_with_a_vpc_or_a_cluster_may_be_referred_to(world: Platform) -> None:
    cluster = world.cluster()
    for group in (world.vpc.outputs["defaultSecurityGroupId"], at(cluster.outputs, "vpcConfig.clusterSecurityGroupId")):
        rule = {"ipProtocol": "-1", "referencedSecurityGroupId": group}
        assert diagnostics(world, facts.INGRESS_RULE, "in", securityGroupId=world.group.id, **rule) == []
    made_up = {"ipProtocol": "-1", "referencedSecurityGroupId": "sg-00000000000000000"}
    found = diagnostics(world, facts.INGRESS_RULE, "in", securityGroupId=world.group.id, **made_up)
    assert codes(found) == {"InvalidGroup.NotFound"}


@pytest.mark.parametrize(
    ("arn", "exists"),
    [
        (f"arn:aws:iam::{ACCOUNT_ID}:role/node", True),
        (f"arn:aws:iam::{ACCOUNT_ID}:role/nobody", False),
        (f"arn:aws:iam::{ACCOUNT_ID}:role/aws-service-role/eks.amazonaws.com/AWSServiceRoleForAmazonEKS", True),
        ("arn:aws:iam::123456789012:role/nobody", True),
        (f"arn:aws:kms:us-east-1:{ACCOUNT_ID}:key/11111111-1111-4111-a111-111111111111", False),
    ],
)
def test_arns_of_this_account_must_exist(world: Platform, arn: str, exists: bool) -> None:
    world.cluster()
    inputs: dict[str, Value] = {"namespace": "shop", "serviceAccount": "api", "roleArn": arn}
    found = diagnostics(world, facts.POD_IDENTITY, "api", clusterName="shop", **inputs)
    assert codes(found) == (set() if exists else {"ResourceNotFoundException"})


def test_a_managed_secret_may_be_referred_to_by_its_arn(world: Platform) -> None:
    arn = text(world.database().outputs, "masterUserSecrets[0].secretArn")
    kind = "aws:secretsmanager/secretRotation:SecretRotation"
    assert diagnostics(world, kind, "rotation", secretId=arn) == []
    assert codes(diagnostics(world, kind, "rotation", secretId=f"{arn}x")) == {"ResourceNotFoundException"}


def test_an_arn_put_together_in_a_preview_is_taken_on_trust(world: Platform) -> None:
    world.cluster()
    inputs: dict[str, Value] = {"namespace": "shop", "serviceAccount": "api"}
    arn = f"arn:aws:iam::{ACCOUNT_ID}:role/new"
    assert codes(diagnostics(world, facts.POD_IDENTITY, "api", clusterName="shop", roleArn=arn, **inputs))
    world.preview(facts.ROLE, "new", name="new", assumeRolePolicy=TRUST)
    assert diagnostics(world, facts.POD_IDENTITY, "api", clusterName="shop", roleArn=arn, **inputs) == []


NAMES: list[tuple[str, dict[str, Value], str]] = [
    (facts.DATABASE, {**DATABASE, "dbSubnetGroupName": "nowhere"}, "DBSubnetGroupNotFoundFault"),
    (facts.DATABASE, {**DATABASE, "parameterGroupName": "nothing"}, "DBParameterGroupNotFound"),
    (facts.CACHE, {**CACHE, "subnetGroupName": "nowhere"}, "CacheSubnetGroupNotFoundFault"),
    (facts.CACHE, {**CACHE, "parameterGroupName": "nothing"}, "CacheParameterGroupNotFound"),
    (facts.CACHE, {**CACHE, "userGroupIds": ["nobody"]}, "UserGroupNotFound"),
    (facts.CACHE_USER_GROUP, {"engine": "valkey", "userGroupId": "g", "userIds": ["nobody"]}, "UserNotFound"),
    (facts.ADDON, {"clusterName": "nowhere", "addonName": "vpc-cni"}, "ResourceNotFoundException"),
    (facts.ROLE_POLICY, {"role": "nobody", "name": "p"}, "NoSuchEntity"),
    (facts.ROLE_ATTACHMENT, {"role": "nobody", "policyArn": WORKER}, "NoSuchEntity"),
    ("aws:s3/bucketPolicy:BucketPolicy", {"bucket": "nowhere"}, "NoSuchBucket"),
    (
        "aws:cloudwatch/logMetricFilter:LogMetricFilter",
        {"logGroupName": "/no", "name": "f"},
        "ResourceNotFoundException",
    ),
    (facts.EVENT_TARGET, {"rule": "nothing", "arn": "arn:aws:sns:us-east-1:1:t"}, "ResourceNotFoundException"),
    (facts.BACKUP_PLAN, {"name": "p", "rules": [{"targetVaultName": "nowhere"}]}, "ResourceNotFoundException"),
    (facts.BACKUP_SELECTION, {"name": "s", "planId": "nothing"}, "ResourceNotFoundException"),
    (facts.DNS_RECORD, {"zoneId": "Z0", "name": "api", "type": "A"}, "NoSuchHostedZone"),
    ("aws:rds/proxyTarget:ProxyTarget", {"dbProxyName": "nothing"}, "DBProxyNotFoundFault"),
    ("aws:ecr/lifecyclePolicy:LifecyclePolicy", {"repository": "nothing"}, "RepositoryNotFoundException"),
    (
        "aws:kms/alias:Alias",
        {"name": "alias/a", "targetKeyId": NO_KEY},
        "NotFoundException",
    ),
]


@pytest.mark.parametrize(("type", "inputs", "code"), NAMES, ids=[f"{t.rsplit(':', 1)[-1]}-{c}" for t, _, c in NAMES])
def test_a_name_that_nothing_has_is_refused(type: str, inputs: dict[str, Value], code: str) -> None:
    assert codes(diagnostics(Memory(), type, "it", **inputs)) == {code}


def test_names_that_exist_and_names_that_aws_provides_are_accepted(world: Platform) -> None:
    create(world, facts.DATABASE_SUBNETS, "data", name="data", subnetIds=list(world.subnet_ids))
    create(world, facts.DATABASE_PARAMETERS, "pg", name="pg", family="postgres17")
    world.database(dbSubnetGroupName="data", parameterGroupName="pg")
    world.database("second", identifier="second", parameterGroupName="default.postgres17")


def test_a_name_of_another_region_is_refused_and_said_where_it_is(world: Platform) -> None:
    create(world, facts.DATABASE_PARAMETERS, "pg", "eu-west-1", name="pg", family="postgres17")
    found = diagnostics(world, facts.DATABASE, "db", **{**DATABASE, "parameterGroupName": "pg"})
    assert "there is one in eu-west-1" in found[0].reason


TWINS: list[tuple[str, dict[str, Value], str]] = [
    (facts.ROLE, {"name": "twin", "assumeRolePolicy": TRUST}, "EntityAlreadyExists"),
    (facts.POLICY, {"name": "twin"}, "EntityAlreadyExists"),
    (facts.BUCKET, {"bucket": "twin"}, "BucketAlreadyOwnedByYou"),
    (facts.DATABASE, {**DATABASE, "identifier": "twin"}, "DBInstanceAlreadyExists"),
    (facts.CACHE, {**CACHE, "replicationGroupId": "twin"}, "ReplicationGroupAlreadyExists"),
    (facts.SECRET, {"name": "twin"}, "ResourceExistsException"),
    (facts.LOG_GROUP, {"name": "/twin"}, "ResourceAlreadyExistsException"),
    (facts.TOPIC, {"name": "twin"}, "ResourceAlreadyExistsException"),
    (facts.QUEUE, {"name": "twin"}, "QueueNameExists"),
    (facts.METRIC_ALARM, {"name": "twin"}, "ResourceAlreadyExistsException"),
    (facts.VAULT, {"name": "twin"}, "AlreadyExistsException"),
    (facts.REPOSITORY, {"name": "twin"}, "RepositoryAlreadyExistsException"),
    ("aws:kms/alias:Alias", {"name": "alias/twin"}, "AlreadyExistsException"),
    ("aws:ssm/parameter:Parameter", {"name": "/twin"}, "ParameterAlreadyExists"),
    (facts.WEB_ACL, {"name": "twin", "scope": "REGIONAL"}, "WAFDuplicateItemException"),
]


@pytest.mark.parametrize(("type", "inputs", "code"), TWINS, ids=[t.rsplit(":", 1)[-1] for t, _, _ in TWINS])
def test_a_name_is_taken_once(type: str, inputs: dict[str, Value], code: str) -> None:
    world = Memory()
    world.add(type, "first", **inputs)
    found = diagnostics(world, type, "second", **inputs)
    assert codes(found) == {code}
    assert "'first'" in found[0].reason


@pytest.mark.parametrize(
    ("type", "inputs", "accepted"),
    [
        (facts.DATABASE, {**DATABASE}, True),
        (facts.ROLE, {"name": "twin", "assumeRolePolicy": TRUST}, False),
        (facts.BUCKET, {"bucket": "twin"}, False),
    ],
)
def test_regional_names_repeat_in_another_region_and_global_ones_do_not(
    type: str, inputs: dict[str, Value], accepted: bool
) -> None:
    world = Memory()
    world.add(type, "first", **inputs)
    assert (diagnostics(world, type, "second", "eu-west-1", **inputs) == []) is accepted


def test_names_that_are_not_known_are_not_compared() -> None:
    world = Memory()
    world.preview(facts.TOPIC, "first", name=UNKNOWN)
    assert diagnostics(world, facts.TOPIC, "second", name=UNKNOWN) == []


def test_a_validation_record_may_be_written_twice_when_overwriting_is_allowed() -> None:
    world = Memory()
    zone = create(world, facts.ZONE, "zone", name="example.com")
    record: dict[str, Value] = {
        "zoneId": zone.id,
        "name": "_a.example.com",
        "type": "CNAME",
        "ttl": 60,
        "records": ["b"],
    }
    world.add(facts.DNS_RECORD, "one", **record)
    assert codes(diagnostics(world, facts.DNS_RECORD, "two", **record)) == {"InvalidChangeBatch"}
    assert diagnostics(world, facts.DNS_RECORD, "two", allowOverwrite=True, **record) == []


def test_a_cname_never_stands_at_the_apex_of_a_zone() -> None:
    world = Memory()
    zone = create(world, facts.ZONE, "zone", name="example.com")
    record: dict[str, Value] = {"zoneId": zone.id, "name": "example.com", "ttl": 60, "records": ["b"]}
    assert codes(diagnostics(world, facts.DNS_RECORD, "apex", type="CNAME", **record)) == {"InvalidChangeBatch"}
    assert diagnostics(world, facts.DNS_RECORD, "apex", type="TXT", **record) == []


def test_a_nat_gateway_needs_an_internet_gateway_and_an_address_of_its_own(world: Platform) -> None:
    address = create(world, facts.ELASTIC_IP, "ip", domain="vpc")
    inputs: dict[str, Value] = {"subnetId": world.subnets[0].id, "allocationId": address.id}
    create(world, facts.NAT_GATEWAY, "nat", **inputs)
    assert codes(diagnostics(world, facts.NAT_GATEWAY, "nat-2", **inputs)) == {"Resource.AlreadyAssociated"}
    world.remove(world.gateway)
    found = diagnostics(world, facts.NAT_GATEWAY, "nat-2", subnetId=world.subnets[0].id)
    assert codes(found) == {"Gateway.NotAttached"}
    assert "depends_on" in found[0].fix
    world.preview(facts.INTERNET_GATEWAY, "gateway", vpcId=UNKNOWN)
    assert diagnostics(world, facts.NAT_GATEWAY, "nat-2", subnetId=world.subnets[0].id) == []


def test_a_vpc_has_one_internet_gateway(world: Platform) -> None:
    assert codes(diagnostics(world, facts.INTERNET_GATEWAY, "two", vpcId=world.vpc.id)) == {
        "Resource.AlreadyAssociated"
    }


def test_a_route_table_has_one_route_to_a_destination_and_a_subnet_one_table(world: Platform) -> None:
    table = create(world, facts.ROUTE_TABLE, "table", vpcId=world.vpc.id)
    route: dict[str, Value] = {"routeTableId": table.id, "gatewayId": world.gateway.id}
    create(world, facts.ROUTE, "default", destinationCidrBlock="0.0.0.0/0", **route)
    again = diagnostics(world, facts.ROUTE, "again", destinationCidrBlock="0.0.0.0/0", **route)
    assert codes(again) == {"RouteAlreadyExists"}
    assert diagnostics(world, facts.ROUTE, "other", destinationCidrBlock="192.168.0.0/16", **route) == []
    association: dict[str, Value] = {"routeTableId": table.id, "subnetId": world.subnets[0].id}
    create(world, facts.ROUTE_TABLE_ASSOCIATION, "a", **association)
    assert codes(diagnostics(world, facts.ROUTE_TABLE_ASSOCIATION, "b", **association)) == {
        "Resource.AlreadyAssociated"
    }


def test_a_route_table_serves_subnets_of_its_own_vpc(world: Platform) -> None:
    other = create(world, facts.VPC, "other", cidrBlock="10.9.0.0/16")
    table = create(world, facts.ROUTE_TABLE, "table", vpcId=other.id)
    found = diagnostics(world, facts.ROUTE_TABLE_ASSOCIATION, "a", routeTableId=table.id, subnetId=world.subnets[0].id)
    assert codes(found) == {"InvalidParameterValue"}


def test_a_security_group_has_no_rule_twice_and_is_of_the_same_vpc(world: Platform) -> None:
    rule: dict[str, Value] = {"ipProtocol": "tcp", "fromPort": 443, "toPort": 443, "cidrIpv4": "0.0.0.0/0"}
    create(world, facts.INGRESS_RULE, "https", securityGroupId=world.group.id, **rule)
    again = diagnostics(world, facts.INGRESS_RULE, "again", securityGroupId=world.group.id, **rule)
    assert codes(again) == {"InvalidPermission.Duplicate"}
    assert diagnostics(world, facts.EGRESS_RULE, "out", securityGroupId=world.group.id, **rule) == []
    other = create(world, facts.VPC, "other", cidrBlock="10.9.0.0/16")
    foreign = create(world, facts.SECURITY_GROUP, "foreign", name="foreign", vpcId=other.id)
    found = diagnostics(
        world, facts.LOAD_BALANCER, "lb", name="lb", subnets=list(world.subnet_ids), securityGroups=[foreign.id]
    )
    assert codes(found) == {"InvalidParameter"}


def test_interface_endpoints_have_one_subnet_a_zone_and_private_dns_once(world: Platform) -> None:
    service: dict[str, Value] = {
        "vpcId": world.vpc.id, "serviceName": "com.amazonaws.us-east-1.sts", "vpcEndpointType": "Interface",
    }  # fmt: skip
    create(world, facts.ENDPOINT, "sts", subnetIds=list(world.subnet_ids), privateDnsEnabled=True, **service)
    assert codes(diagnostics(world, facts.ENDPOINT, "two", privateDnsEnabled=True, **service)) == {"InvalidParameter"}
    near = create(
        world, facts.SUBNET, "near", vpcId=world.vpc.id, cidrBlock="10.0.7.0/24", availabilityZone="us-east-1a"
    )
    both: list[Value] = [world.subnets[0].id, near.id]
    assert codes(diagnostics(world, facts.ENDPOINT, "two", subnetIds=both, **service)) == {"DuplicateSubnetsInSameZone"}


def test_private_dns_needs_dns_in_the_vpc() -> None:
    world = Memory()
    vpc = create(world, facts.VPC, "vpc", cidrBlock="10.0.0.0/16")
    service: dict[str, Value] = {"vpcId": vpc.id, "serviceName": "com.amazonaws.us-east-1.sts"}
    found = diagnostics(world, facts.ENDPOINT, "sts", vpcEndpointType="Interface", privateDnsEnabled=True, **service)
    assert codes(found) == {"InvalidParameter"}


@pytest.mark.parametrize(
    ("type", "path", "code"),
    [
        (facts.DATABASE_SUBNETS, "subnetIds", "DBSubnetGroupDoesNotCoverEnoughAZs"),
        (facts.LOAD_BALANCER, "subnets", "ValidationError"),
    ],
)
def test_subnets_cover_two_zones(world: Platform, type: str, path: str, code: str) -> None:
    both: dict[str, Value] = {path: list(world.subnet_ids)}
    one: dict[str, Value] = {path: [world.subnets[0].id]}
    not_known: dict[str, Value] = {path: [world.subnets[0].id, UNKNOWN]}
    assert diagnostics(world, type, "it", name="it", **both) == []
    assert codes(diagnostics(world, type, "it", name="it", **one)) == {code}
    assert diagnostics(world, type, "it", name="it", **not_known) == []


def test_a_cluster_covers_two_zones(world: Platform) -> None:
    network: Value = {"subnetIds": [world.subnets[0].id]}
    found = diagnostics(world, facts.CLUSTER, "eks", name="eks", roleArn=world.role.arn, vpcConfig=network)
    assert codes(found) == {"InvalidParameterException"}
    world.cluster()


def test_a_public_load_balancer_needs_an_internet_gateway(world: Platform) -> None:
    world.remove(world.gateway)
    subnets: list[Value] = list(world.subnet_ids)
    assert codes(diagnostics(world, facts.LOAD_BALANCER, "lb", name="lb", subnets=subnets)) == {"InvalidSubnet"}
    assert diagnostics(world, facts.LOAD_BALANCER, "lb", name="lb", subnets=subnets, internal=True) == []


def test_a_load_balancer_has_one_subnet_in_a_zone(world: Platform) -> None:
    near = create(
        world, facts.SUBNET, "near", vpcId=world.vpc.id, cidrBlock="10.0.7.0/24", availabilityZone="us-east-1a"
    )
    found = diagnostics(world, facts.LOAD_BALANCER, "lb", name="lb", subnets=[*world.subnet_ids, near.id])
    assert codes(found) == {"InvalidConfigurationRequest"}


def test_subnets_of_two_networks_are_not_used_together(world: Platform) -> None:
    other = create(world, facts.VPC, "other", cidrBlock="10.9.0.0/16")
    far = create(world, facts.SUBNET, "far", vpcId=other.id, cidrBlock="10.9.0.0/24", availabilityZone="us-east-1b")
    mixed: list[Value] = [world.subnets[0].id, far.id]
    assert codes(diagnostics(world, facts.DATABASE_SUBNETS, "data", name="data", subnetIds=mixed)) == {"InvalidSubnet"}
