"""Rules over the network."""

from collections.abc import Iterator, Sequence
from ipaddress import IPv4Network
from itertools import combinations

from policies.about import critical, high, low, medium
from policies.addresses import open_to_everybody
from policies.rule import resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_WEB_PORTS = (80, 443)


@stack_rule(
    "vpc-flow-logs",
    "Every VPC records its traffic, so that a refused connection can be explained",
    about=medium(
        "Nobody can say afterwards who spoke to whom.",
        "Add an aws.ec2.FlowLog that names the VPC.",
        "CKV2_AWS_11",
        "CIS AWS 3.7",
        "PCI DSS 10.2.1.1",
        "SOC 2 CC7.2",
    ),
)
def vpc_flow_logs(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    if any(resource.type == "aws:ec2/flowLog:FlowLog" and resource.has("vpcId") for resource in resources):
        return
    for resource in resources:
        if resource.type == "aws:ec2/vpc:Vpc":
            yield resource, "the VPC has no flow log; add an aws.ec2.FlowLog with its vpc_id"


_MEANT = "Clients, open to every address"
"""How the description begins of a rule for a port that a product opens to everybody, with its reason."""


@resource_rule(
    "security-group-open-to-world",
    "Only the web ports may be open to everybody, and single ports that are said to be meant so",
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    about=critical(
        "Anybody on the internet reaches a port that is not meant for them.",
        "Name the security group or the address range that may connect.",
        "CKV_AWS_24",
        "CKV_AWS_25",
        "CIS AWS 5.3",
        "CIS AWS 5.4",
        "SOC 2 CC6.6",
    ),
)
def security_group_open_to_world(rule: Resource) -> Iterator[str]:
    source = next((rule.value(key) for key in ("cidrIpv4", "cidrIpv6") if rule.has(key)), None)
    first, last = rule.value("fromPort"), rule.value("toPort")
    if not open_to_everybody([source]) or UNKNOWN in (first, last):
        return
    meant = str(rule.value("description") or "").startswith(_MEANT)
    if first != last or not (last in _WEB_PORTS or meant):
        yield f"ports {first}-{last} are open to {source}; name the source instead"


@resource_rule(
    "security-group-inline-rules",
    "Security group rules are resources of their own, so that one can change without touching the others",
    "aws:ec2/securityGroup:SecurityGroup",
    about=low(
        "Two owners of one group's rules take each other's rules away.",
        "State one aws.vpc.SecurityGroupIngressRule or SecurityGroupEgressRule for each rule.",
    ),
)
def security_group_inline_rules(group: Resource) -> Iterator[str]:
    for side in ("ingress", "egress"):
        if group.items(side):
            yield f"{side} is stated inline; use one aws.vpc.SecurityGroup{side.capitalize()}Rule for each rule"


@resource_rule(
    "default-security-group-closed",
    "A VPC's default security group lets nothing through",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
    about=high(
        "Whatever is launched without a group of its own can be reached by everything else that was.",
        "Leave ingress and egress of the DefaultSecurityGroup out.",
        "CKV2_AWS_12",
        "CIS AWS 5.5",
    ),
)
def default_security_group_closed(group: Resource) -> Iterator[str]:
    for side in ("ingress", "egress"):
        if group.items(side):
            yield f"{side} has rules; leave it out and give each component a group of its own"


@resource_rule(
    "subnet-no-public-addresses",
    "Nothing gets a public address just by being launched",
    "aws:ec2/subnet:Subnet",
    repair=lambda _: {"mapPublicIpOnLaunch": False},
    about=high(
        "A machine gets a public address that nobody asked for.",
        "Leave mapPublicIpOnLaunch out.",
        "CKV_AWS_130",
        "SOC 2 CC6.6",
    ),
)
def subnet_no_public_addresses(subnet: Resource) -> Iterator[str]:
    if subnet.value("mapPublicIpOnLaunch") is True:
        yield "mapPublicIpOnLaunch is true; a load balancer and NAT gateways need no such subnet"


@resource_rule(
    "endpoint-has-policy",
    "A VPC endpoint says whose resources may be reached through it",
    "aws:ec2/vpcEndpoint:VpcEndpoint",
    about=medium(
        "Data leaves through the endpoint for another account's resources.",
        "Give the endpoint a policy that is limited by aws:ResourceAccount.",
    ),
)
def endpoint_has_policy(endpoint: Resource) -> Iterator[str]:
    if not endpoint.has("policy"):
        yield "policy is not set, so any account's resources can be reached; limit it by aws:ResourceAccount"


@stack_rule(
    "networks-do-not-overlap",
    "No two VPCs of a stack have addresses in common",
    about=medium(
        "The two can never be connected: an address would be in both.",
        "Give one of them another range.",
    ),
)
def networks_do_not_overlap(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    ranges = [(each, network) for each in resources if (network := _range(each)) is not None]
    for (one, first), (other, second) in combinations(ranges, 2):
        if first.overlaps(second):
            yield other, f"{second} overlaps {first} of {one.name}; choose another range"


def _range(resource: Resource) -> IPv4Network | None:
    """The addresses of a VPC; None for anything else, and while they are not known."""
    stated = resource.value("cidrBlock") if resource.type == "aws:ec2/vpc:Vpc" else None
    try:
        return IPv4Network(stated) if isinstance(stated, str) else None
    except ValueError:
        return None


RULES = (
    vpc_flow_logs,
    security_group_open_to_world,
    security_group_inline_rules,
    default_security_group_closed,
    subnet_no_public_addresses,
    endpoint_has_policy,
    networks_do_not_overlap,
)
