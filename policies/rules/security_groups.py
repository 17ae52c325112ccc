"""Rules over who may connect to what: data's ports, rules of the older kind, and network ACLs."""

from collections.abc import Iterator
from ipaddress import ip_network
from typing import Any, Final

from policies.about import critical, high, low
from policies.addresses import open_to_everybody
from policies.rule import resource_rule
from policies.view import UNKNOWN, Resource

_INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_LEGACY = "aws:ec2/securityGroupRule:SecurityGroupRule"
_ACL_RULE = "aws:ec2/networkAclRule:NetworkAclRule"
_DATA_PORTS: Final = (1433, 1521, 3306, 5432, 5433, 6379, 6380, 9042, 9092, 9200, 11211, 27017)
"""SQL Server, Oracle, MySQL, PostgreSQL, Redis, Cassandra, Kafka, OpenSearch, Memcached, MongoDB."""
_ADMIN_PORTS = (22, 3389)
_WIDEST_OF_A_VPC: Final = {4: 16, 6: 56}
"""https://docs.aws.amazon.com/vpc/latest/userguide/vpc-cidr-blocks.html: a wider range is more than one network."""
_EVERY_PROTOCOL = ("-1", "all")


def _ports(rule: Resource, first: str, last: str) -> range | None:
    """The ports of a rule, None while they are not known."""
    start, end = rule.value(first), rule.value(last)
    if UNKNOWN in (start, end):
        return None
    if not isinstance(start, int | float) or not isinstance(end, int | float) or start < 0:
        return range(65536)
    return range(int(start), int(end) + 1)


def _broad(stated: Any) -> bool:
    """Whether a range holds more than one network: public addresses, or more of the private ones than a VPC has."""
    try:
        network = ip_network(str(stated), strict=False)
    except ValueError:
        return False
    return not network.is_private or network.prefixlen < _WIDEST_OF_A_VPC[network.version]


def _sources(rule: Resource) -> Iterator[Any]:
    for key in ("cidrIpv4", "cidrIpv6"):
        value = rule.value(key)
        if isinstance(value, str):
            yield value
    for key in ("cidrBlocks", "ipv6CidrBlocks"):
        yield from rule.items(key)


@resource_rule(
    "data-port-not-open",
    "A data store's port is open to networks that are named, and to no broad range",
    _INGRESS,
    _LEGACY,
    about=critical(
        "Strangers reach the store itself, and try passwords and flaws on it.",
        "Name the security group of those who connect, or their subnets.",
        "SOC 2 CC6.6",
    ),
)
def data_port_not_open(rule: Resource) -> Iterator[str]:
    ports = _ports(rule, "fromPort", "toPort")
    if ports is None or rule.value("type") == "egress":
        return
    found = [port for port in _DATA_PORTS if port in ports]
    for source in _sources(rule):
        if found and _broad(source):
            yield f"port {found[0]} of a data store is open to {source}; name the security group that connects"


@resource_rule(
    "security-group-legacy-rule",
    "Security group rules are of the kind that AWS gives an ID of its own",
    _LEGACY,
    about=low(
        "Rules of both kinds in one group take each other away, and one change touches many ranges.",
        "Use aws.vpc.SecurityGroupIngressRule and aws.vpc.SecurityGroupEgressRule.",
    ),
)
def security_group_legacy_rule(rule: Resource) -> Iterator[str]:
    side = "Egress" if rule.value("type") == "egress" else "Ingress"
    yield f"aws.ec2.SecurityGroupRule is the older kind; use aws.vpc.SecurityGroup{side}Rule"


@resource_rule(
    "security-group-legacy-open",
    "A rule of the older kind opens nothing to everybody",
    _LEGACY,
    about=critical(
        "Anybody on the internet reaches a port that is not meant for them.",
        "Name the security group or the address range that may connect.",
        "CKV_AWS_24",
        "CKV_AWS_25",
        "CKV_AWS_277",
        "CIS AWS 5.3",
        "CIS AWS 5.4",
        "SOC 2 CC6.6",
    ),
)
def security_group_legacy_open(rule: Resource) -> Iterator[str]:
    if rule.value("type") != "egress" and open_to_everybody(_sources(rule)):
        yield f"ports {rule.value('fromPort')}-{rule.value('toPort')} are open to everybody; name the source instead"


@resource_rule(
    "security-group-all-ports",
    "No address range reaches every port",
    _INGRESS,
    _LEGACY,
    about=high(
        "What listens for its own machine alone is reached by the whole network.",
        "Name the protocol and the ports.",
        "CKV_AWS_277",
    ),
)
def security_group_all_ports(rule: Resource) -> Iterator[str]:
    protocol = rule.value("protocol" if rule.type == _LEGACY else "ipProtocol")
    everything = str(protocol) in _EVERY_PROTOCOL
    if everything and rule.value("type") != "egress" and any(_broad(source) for source in _sources(rule)):
        yield "every port of every protocol is open to a broad range; name protocol and ports"


@resource_rule(
    "network-acl-admin-ports",
    "Network ACLs let nobody on the internet administer machines",
    _ACL_RULE,
    about=high(
        "A mistake in one security group opens SSH or RDP to the internet.",
        "Deny ports 22 and 3389, or allow the ranges that are meant.",
        "CIS AWS 5.2",
        "SOC 2 CC6.6",
    ),
)
def network_acl_admin_ports(rule: Resource) -> Iterator[str]:
    if rule.value("egress") is True or rule.value("ruleAction") != "allow":
        return
    ranges = [rule.value(key) for key in ("cidrBlock", "ipv6CidrBlock")]
    every = str(rule.value("protocol")) in _EVERY_PROTOCOL
    ports = range(65536) if every else _ports(rule, "fromPort", "toPort")
    if ports is not None and open_to_everybody(ranges) and any(port in ports for port in _ADMIN_PORTS):
        yield "SSH or RDP is allowed to everybody; allow the ports and ranges that are meant"


RULES = (
    data_port_not_open,
    security_group_legacy_rule,
    security_group_legacy_open,
    security_group_all_ports,
    network_acl_admin_ports,
)
