"""The network: tiers, ways in and out, endpoints, records."""

from functools import cache
from typing import Any, get_args

import pytest

from components.network.endpoint_services import INTERFACE_SERVICES
from components.network.network import Network, NetworkArgs
from components.network.registries import registry_buckets
from settings.existing import ExistingNetwork, ExistingSubnet
from settings.stack import NatMode, NetworkSettings
from tests.components.recording import ACCOUNT, Answers, Recorder, Registration, build

ZONES = ("eu-west-1a", "eu-west-1b", "eu-west-1c")
ROUTE = "aws:ec2/route:Route"
SUBNET = "aws:ec2/subnet:Subnet"
ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
GATEWAY = "aws:ec2/natGateway:NatGateway"


_ANSWERS: Answers = {
    "aws:ec2/getPrefixList:getPrefixList": lambda asked: {"cidrBlocks": [f"198.51.100.0/24 of {asked['name']}"]},
    "aws:ec2/getSubnet:getSubnet": lambda asked: {"availabilityZone": f"the zone of {asked['id']}"},
}


def _standing(*zones: str) -> ExistingNetwork:
    """A network of these zones, its subnets in the opposite order."""

    def tier(number: int) -> tuple[ExistingSubnet, ...]:
        return tuple(
            ExistingSubnet(id=f"subnet-{number}{place:016x}", zone=zone, cidr=f"10.0.{16 * number + place}.0/24")
            for place, zone in reversed(list(enumerate(zones)))
        )

    return ExistingNetwork(
        vpc="vpc-0123456789abcdef0", public_subnets=tier(1), private_subnets=tier(2), data_subnets=tier(3)
    )


@cache
def network(
    *,
    standing: bool = False,
    nat: NatMode = "per-zone",
    zones: tuple[str, ...] = ZONES,
    endpoints: bool = True,
    cidr: str = "10.0.0.0/16",
    called: tuple[str, ...] = (),
) -> Recorder[Network]:
    settings = NetworkSettings(cidr=cidr, nat=nat, interface_endpoints=endpoints, flow_log_retention_days=365)
    args = NetworkArgs(
        prefix="shop-prod",
        region="eu-west-1",
        zones=zones,
        settings=settings,
        logs_key_arn="arn:aws:kms:eu-west-1:111122223333:key/logs",
        cluster_name="shop-prod",
        existing=_standing(*zones) if standing else None,
        called=called,
    )
    return build(lambda: Network("network", args), answers=_ANSWERS)


def route_of_table(recorder: Recorder[Network], table: str) -> Registration:
    found = [route for route in recorder.of_type(ROUTE) if route.inputs["routeTableId"] == f"{table}-id"]
    assert len(found) == 1
    return found[0]


def statements(registration: Registration, property: str = "policy") -> list[dict[str, Any]]:
    return registration.document(property)["Statement"]


def test_the_vpc_resolves_names() -> None:
    vpc = network().one("aws:ec2/vpc:Vpc").inputs
    assert vpc["cidrBlock"] == "10.0.0.0/16"
    assert vpc["enableDnsSupport"] is True
    assert vpc["enableDnsHostnames"] is True


@pytest.mark.parametrize("count", [2, 3, 6])
def test_each_tier_has_a_subnet_and_a_table_in_every_zone(count: int) -> None:
    zones = tuple(f"eu-west-1{letter}" for letter in "abcdef"[:count])
    recorder = network(zones=zones)
    for tier in ("public", "private", "data"):
        subnets = [each for each in recorder.of_type(SUBNET) if each.inputs["tags"]["Tier"] == tier]
        assert [each.inputs["availabilityZone"] for each in subnets] == list(zones)
        for each in subnets:
            association = recorder.named(f"{each.name}-association").inputs
            assert association == {"subnetId": f"{each.name}-id", "routeTableId": f"{each.name}-routes-id"}


def test_zones_by_id_are_asked_for_by_id_under_the_same_names() -> None:
    by_id, by_name = network(zones=("euw1-az2", "euw1-az3", "euw1-az1")), network()
    assert {each.urn for each in by_id.registrations} == {each.urn for each in by_name.registrations}
    for tier in ("public", "private", "data"):
        subnets = [each for each in by_id.of_type(SUBNET) if each.inputs["tags"]["Tier"] == tier]
        assert [each.inputs["availabilityZoneId"] for each in subnets] == ["euw1-az2", "euw1-az3", "euw1-az1"]
        assert [each.inputs["tags"]["Name"] for each in subnets] == [
            f"shop-prod-{tier}-{zone}" for zone in ("az2", "az3", "az1")
        ]
        assert not any("availabilityZone" in each.inputs for each in subnets)
    # What takes no id, such as a read replica, gets the name that this account gives the subnet's zone.
    assert by_id.value(by_id.result.zone_names[0]) == "network-data-a-availabilityZone"
    assert by_name.value(by_name.result.zone_names) == list(ZONES)


def test_a_regional_gateway_has_its_addresses_by_zone_id() -> None:
    gateway = network(nat="regional", zones=("euw1-az2", "euw1-az3")).one(GATEWAY).inputs
    assert [each["availabilityZoneId"] for each in gateway["availabilityZoneAddresses"]] == ["euw1-az2", "euw1-az3"]
    assert not any("availabilityZone" in each for each in gateway["availabilityZoneAddresses"])


def test_outputs_follow_the_order_of_the_zones() -> None:
    recorder = network()
    result = recorder.result
    assert recorder.value(result.private_subnet_ids) == [f"network-private-{letter}-id" for letter in "abc"]
    assert result.private_subnet_cidrs == ("10.0.0.0/19", "10.0.32.0/19", "10.0.64.0/19")
    assert result.data_subnet_cidrs == tuple(recorder.named(f"network-data-{z}").inputs["cidrBlock"] for z in "abc")
    assert result.private_zone_name == "shop-prod.internal"


def test_adding_a_zone_changes_no_subnet() -> None:
    before, after = network(zones=ZONES[:2]), network(zones=ZONES)
    for subnet in before.of_type(SUBNET):
        assert after.named(subnet.name).inputs == subnet.inputs


def test_no_subnet_hands_out_public_addresses() -> None:
    assert {each.inputs["mapPublicIpOnLaunch"] for each in network().of_type(SUBNET)} == {False}


def test_public_subnets_route_to_the_internet_gateway() -> None:
    recorder = network()
    for letter in "abc":
        route = route_of_table(recorder, f"network-public-{letter}-routes").inputs
        assert route["gatewayId"] == "network-internet-id"
        assert route["destinationCidrBlock"] == "0.0.0.0/0"


def test_per_zone_every_private_table_goes_out_through_its_own_zone() -> None:
    recorder = network(nat="per-zone")
    for letter in "abc":
        route = route_of_table(recorder, f"network-private-{letter}-routes")
        assert route.inputs["natGatewayId"] == f"network-nat-{letter}-id"
        gateway = recorder.one(GATEWAY, f"network-nat-{letter}").inputs
        assert gateway["subnetId"] == f"network-public-{letter}-id"
        assert gateway["allocationId"] == f"network-nat-{letter}-address-id"
    assert len(recorder.value(recorder.result.nat_addresses)) == 3


def test_single_all_private_tables_share_the_first_zones_gateway() -> None:
    recorder = network(nat="single")
    assert recorder.one(GATEWAY).inputs["subnetId"] == "network-public-a-id"
    for letter in "abc":
        route = route_of_table(recorder, f"network-private-{letter}-routes")
        assert route.inputs["natGatewayId"] == "network-nat-a-id"
    assert len(recorder.value(recorder.result.nat_addresses)) == 1


def test_regional_one_gateway_has_an_address_in_every_zone() -> None:
    recorder = network(nat="regional")
    gateway = recorder.one(GATEWAY).inputs
    assert gateway["availabilityMode"] == "regional"
    assert gateway["vpcId"] == "network-vpc-id"
    assert "subnetId" not in gateway
    assert "allocationId" not in gateway
    assert gateway["availabilityZoneAddresses"] == [
        {"availabilityZone": f"eu-west-1{letter}", "allocationIds": [f"network-nat-{letter}-address-id"]}
        for letter in "abc"
    ]
    assert {
        route_of_table(recorder, f"network-private-{letter}-routes").inputs["natGatewayId"] for letter in "abc"
    } == {"network-nat-regional-id"}


def test_none_the_private_tier_has_no_way_out() -> None:
    recorder = network(nat="none")
    assert not recorder.of_type(GATEWAY)
    assert not recorder.of_type("aws:ec2/eip:Eip")
    assert {route.inputs["gatewayId"] for route in recorder.of_type(ROUTE)} == {"network-internet-id"}


@pytest.mark.parametrize("nat", ["single", "per-zone", "regional"])
def test_a_gateway_and_its_address_wait_for_the_public_route(nat: NatMode) -> None:
    recorder = network(nat=nat)
    route = recorder.named("network-public-a-route")
    assert all(gateway.depends_on(route) for gateway in recorder.of_type(GATEWAY))
    assert all(address.depends_on(route) for address in recorder.of_type("aws:ec2/eip:Eip"))


@pytest.mark.requirement("OB-70")
@pytest.mark.parametrize("nat", get_args(NatMode))
def test_the_data_tier_has_no_route_out_of_the_vpc(nat: NatMode) -> None:
    recorder = network(nat=nat)
    tables = {f"network-data-{letter}-routes-id" for letter in "abc"}
    assert not [route for route in recorder.of_type(ROUTE) if route.inputs["routeTableId"] in tables]
    for endpoint in recorder.of_type(ENDPOINT):
        assert not tables & set(endpoint.inputs.get("routeTableIds", ()))


@pytest.mark.requirement("OB-70")
def test_the_data_tiers_acl_knows_the_vpc_alone() -> None:
    recorder = network()
    acl = recorder.one("aws:ec2/networkAcl:NetworkAcl")
    assert acl.inputs["subnetIds"] == [f"network-data-{letter}-id" for letter in "abc"]
    rules = [each.inputs for each in recorder.of_type("aws:ec2/networkAclRule:NetworkAclRule")]
    assert {(rule["egress"], rule["ruleAction"], rule["cidrBlock"]) for rule in rules} == {
        (False, "allow", "10.0.0.0/16"),
        (True, "allow", "10.0.0.0/16"),
    }


def test_what_the_vpc_came_with_is_closed() -> None:
    recorder = network()
    group = recorder.one("aws:ec2/defaultSecurityGroup:DefaultSecurityGroup").inputs
    assert group["ingress"] == []
    assert group["egress"] == []
    assert recorder.one("aws:ec2/defaultRouteTable:DefaultRouteTable").inputs["routes"] == []


def test_controllers_find_their_subnets_by_tag() -> None:
    recorder = network()
    assert recorder.named("network-public-a").inputs["tags"]["kubernetes.io/role/elb"] == "1"
    private = recorder.named("network-private-a").inputs["tags"]
    assert private["kubernetes.io/role/internal-elb"] == "1"
    assert private["karpenter.sh/discovery"] == "shop-prod"
    assert "karpenter.sh/discovery" not in recorder.named("network-data-a").inputs["tags"]


def test_every_service_the_platform_calls_has_an_endpoint_in_the_private_tier() -> None:
    recorder = network()
    made = {each.inputs["serviceName"]: each.inputs for each in recorder.of_type(ENDPOINT)}
    for service in INTERFACE_SERVICES:
        endpoint = made[f"com.amazonaws.eu-west-1.{service.name}"]
        assert endpoint["vpcEndpointType"] == "Interface"
        assert endpoint["privateDnsEnabled"] is True
        assert endpoint["subnetIds"] == [f"network-private-{letter}-id" for letter in "abc"]
        assert endpoint["securityGroupIds"] == ["network-endpoints-group-id"]
    assert len(made) == len(INTERFACE_SERVICES) + 1


def test_a_service_that_the_product_calls_has_an_endpoint_once() -> None:
    made = [each.inputs["serviceName"] for each in network(called=("sns", "sqs")).of_type(ENDPOINT)]
    assert made.count("com.amazonaws.eu-west-1.sns") == 1
    assert made.count("com.amazonaws.eu-west-1.sqs") == 1
    assert len(made) == len(INTERFACE_SERVICES) + 2


def test_interface_endpoints_can_be_left_out_and_s3_cannot() -> None:
    recorder = network(endpoints=False, called=("sns",))
    assert recorder.one(ENDPOINT).inputs["serviceName"] == "com.amazonaws.eu-west-1.s3"


def test_endpoints_are_open_to_the_vpc_on_443_alone() -> None:
    rule = network().one("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"], rule["ipProtocol"]) == ("10.0.0.0/16", 443, 443, "tcp")


def test_every_interface_endpoint_serves_the_own_account_alone() -> None:
    recorder = network()
    account = recorder.value(recorder.result.account_id)
    foreign = {service.name for service in INTERFACE_SERVICES if service.foreign_resources}
    for endpoint in recorder.of_type(ENDPOINT):
        if endpoint.inputs["vpcEndpointType"] == "Gateway":
            continue
        (statement,) = statements(endpoint)
        condition = statement["Condition"]["StringEquals"]
        assert condition["aws:PrincipalAccount"] == account
        name = endpoint.inputs["serviceName"].removeprefix("com.amazonaws.eu-west-1.")
        assert condition.get("aws:ResourceAccount") == (None if name in foreign else account)


def test_the_s3_endpoint_serves_own_buckets_and_reads_named_ones() -> None:
    recorder = network()
    own, nodes, registries = statements(recorder.one(ENDPOINT, "network-endpoints-s3"))
    account = recorder.value(recorder.result.account_id)
    assert own["Condition"]["StringEquals"] == {"aws:PrincipalAccount": account, "aws:ResourceAccount": account}
    assert {nodes["Action"], registries["Action"]} == {"s3:GetObject"}
    assert nodes["Resource"][:3] == [
        "arn:aws:s3:::prod-eu-west-1-starport-layer-bucket/*",
        "arn:aws:s3:::al2023-repos-eu-west-1-de612dc2/*",
        "arn:aws:s3:::amazon-ssm-eu-west-1/*",
    ]
    assert "arn:aws:s3:::eu-west-1-birdwatcher-prod/*" in nodes["Resource"]
    assert registries["Resource"] == ["arn:aws:s3:::prod-registry-k8s-io-eu-west-1/*"]


@pytest.mark.parametrize(
    ("region", "expected"),
    [
        ("us-east-1", ["docker-images-prod", "quayio-production-s3", "prod-registry-k8s-io-us-east-1"]),
        ("eu-west-2", ["767373bbdcb8270361b96548387bf2a9ad0d48758c35-eu-west-2"]),
        ("ap-south-1", ["prod-registry-k8s-io-ap-south-1"]),
    ],
)
def test_registries_buckets_are_those_of_the_region(region: str, expected: list[str]) -> None:
    assert registry_buckets(region) == expected


@pytest.mark.requirement("OB-121")
def test_refused_connections_are_recorded_with_their_reason() -> None:
    recorder = network()
    log = recorder.one("aws:ec2/flowLog:FlowLog").inputs
    assert log["trafficType"] == "ALL"
    assert log["vpcId"] == "network-vpc-id"
    assert "${action}" in log["logFormat"]
    assert "${reject-reason}" in log["logFormat"]
    assert log["logDestination"] == f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:network-logs-flows-arn"


def test_logs_are_encrypted_and_kept_as_long_as_stated() -> None:
    groups = network().of_type("aws:cloudwatch/logGroup:LogGroup")
    assert [group.inputs["name"] for group in groups] == [
        "/aws/vpc/shop-prod/flows",
        "/aws/vendedlogs/route53resolver/shop-prod",
    ]
    for group in groups:
        assert group.inputs["retentionInDays"] == 365
        assert group.inputs["kmsKeyId"] == "arn:aws:kms:eu-west-1:111122223333:key/logs"


def test_flow_logs_write_to_their_own_group_alone() -> None:
    recorder = network()
    deliver, look_up = statements(recorder.one("aws:iam/rolePolicy:RolePolicy"))
    group = f"arn:aws:cloudwatch:us-east-1:{ACCOUNT}:network-logs-flows-arn"
    assert deliver["Resource"] == [group, f"{group}:*"]
    assert look_up["Action"] == "logs:DescribeLogGroups"
    assert look_up["Resource"].endswith(":log-group:*")
    (trust,) = statements(recorder.one("aws:iam/role:Role"), "assumeRolePolicy")
    assert trust["Principal"] == {"Service": "vpc-flow-logs.amazonaws.com"}
    assert "aws:SourceAccount" in trust["Condition"]["StringEquals"]


def test_what_others_wait_for_is_every_route_and_endpoint() -> None:
    recorder = network()
    ready = {recorder.urn(resource) for resource in recorder.result.ready}
    for token in (ROUTE, ENDPOINT):
        assert {each.urn for each in recorder.of_type(token)} <= ready


def test_a_vpc_that_is_too_small_is_refused() -> None:
    with pytest.raises(ValueError, match="the plan needs 4096"):
        network(cidr="10.0.0.0/22")


def test_a_network_that_stands_is_used_and_nothing_of_it_is_made() -> None:
    recorder = network(standing=True)
    made = {each.type for each in recorder.registrations if each.type.startswith("aws:ec2/")}
    assert made == {"aws:ec2/flowLog:FlowLog"}
    used = recorder.result
    assert recorder.value(used.vpc_id) == "vpc-0123456789abcdef0"
    assert recorder.value(used.private_subnet_ids) == [f"subnet-2{place:016x}" for place in range(3)]
    assert used.data_subnet_cidrs == ("10.0.48.0/24", "10.0.49.0/24", "10.0.50.0/24")
    assert used.endpoint_cidrs == ("10.0.32.0/24", "10.0.33.0/24", "10.0.34.0/24")
    assert recorder.value(used.gateway_cidrs["s3"]) == ["198.51.100.0/24 of com.amazonaws.eu-west-1.s3"]
    assert used.zone_names == list(ZONES)
    zone = recorder.one("aws:route53/zone:Zone").inputs
    assert zone["vpcs"] == [{"vpcId": "vpc-0123456789abcdef0", "vpcRegion": "eu-west-1"}]


def test_what_takes_no_zone_id_gets_the_name_that_the_subnet_has() -> None:
    zones = ("euw1-az2", "euw1-az3")
    recorder = network(zones=zones, standing=True)
    assert recorder.value(recorder.result.zone_names) == [f"the zone of subnet-3{place:016x}" for place in range(2)]
