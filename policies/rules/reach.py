"""Rules over who reaches the data through the security groups of the whole stack."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import critical, high, low, medium
from policies.addresses import open_to_everybody
from policies.graph import of_type
from policies.rule import resource_rule, stack_rule
from policies.view import Resource

_IN = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_OUT = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
_STORES: Final = {
    "aws:rds/instance:Instance": "vpcSecurityGroupIds",
    "aws:rds/cluster:Cluster": "vpcSecurityGroupIds",
    "aws:elasticache/replicationGroup:ReplicationGroup": "securityGroupIds",
    "aws:elasticache/cluster:Cluster": "securityGroupIds",
    "aws:efs/mountTarget:MountTarget": "securityGroups",
    "aws:mq/broker:Broker": "securityGroups",
    "aws:msk/cluster:Cluster": "brokerNodeGroupInfo",
}
"""What holds data, and the property that names its security groups."""
_EVERY_PROTOCOL = ("-1", "all")


def _ranges(rule: Resource) -> list[object]:
    return [rule.value(key) for key in ("cidrIpv4", "cidrIpv6")]


def _groups_of_data(resources: Sequence[Resource]) -> frozenset[str]:
    return frozenset[str]().union(*(each.refers(_STORES[each.type]) for each in of_type(resources, *_STORES)))


def _open_groups(resources: Sequence[Resource]) -> frozenset[str]:
    """Give the groups that let everybody in at some port."""
    rules = [rule for rule in of_type(resources, _IN) if open_to_everybody(_ranges(rule))]
    return frozenset[str]().union(*(rule.refers("securityGroupId") for rule in rules))


@stack_rule(
    "data-group-closed",
    "The security group of a data store lets nobody in from the internet, at any port",
    about=critical(
        "What listens at that port tomorrow stands on the internet, beside the data.",
        "Name the security group of those who connect.",
        "SOC 2 CC6.6",
    ),
)
def data_group_closed(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    groups = _groups_of_data(resources)
    for rule in of_type(resources, _IN):
        if rule.refers("securityGroupId") & groups and open_to_everybody(_ranges(rule)):
            yield rule, f"ports {rule.value('fromPort')}-{rule.value('toPort')} of a data store's group are open"


@stack_rule(
    "data-behind-two-groups",
    "No path leads in one step from the internet to a data store",
    about=high(
        "Who takes over what answers to the internet talks to the data at once.",
        "Let in the group of the programs, and not that of the load balancer or of a machine with open ports.",
    ),
)
def data_behind_two_groups(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """The path: everybody, a group that is open to everybody, a group of a data store that lets that one in."""
    groups, opened = _groups_of_data(resources), _open_groups(resources)
    for rule in of_type(resources, _IN):
        source = rule.refers("referencedSecurityGroupId")
        if rule.refers("securityGroupId") & groups and source & opened:
            yield rule, "the group that it lets in is open to everybody; put another one between them"


@stack_rule(
    "data-group-sends-nothing-out",
    "The security group of a data store sends nothing to the internet",
    about=medium(
        "Who gets into the store carries the data away.",
        "Leave egress rules out of the group, or name the addresses that it has to reach.",
    ),
)
def data_group_sends_nothing_out(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    groups = _groups_of_data(resources)
    for rule in of_type(resources, _OUT):
        if rule.refers("securityGroupId") & groups and open_to_everybody(_ranges(rule)):
            yield rule, "a data store's group sends to every address; name those it has to reach"


@resource_rule(
    "security-group-egress-confined",
    "No security group lets everything out to everywhere",
    _OUT,
    about=medium(
        "A program that is taken over talks to whom it wants.",
        "Name protocol and ports.",
        "CKV_AWS_382",
    ),
)
def security_group_egress_confined(rule: Resource) -> Iterator[str]:
    if str(rule.value("ipProtocol")) in _EVERY_PROTOCOL and open_to_everybody(_ranges(rule)):
        yield "every protocol is let out to everywhere; name protocol and ports"


@resource_rule(
    "security-group-rule-described",
    "A security group's rule says what it is for",
    _IN,
    _OUT,
    about=low(
        "Nobody dares to take it away, for nobody knows who needs it.",
        "Say in description who connects, and for what.",
        "CKV_AWS_23",
    ),
)
def security_group_rule_described(rule: Resource) -> Iterator[str]:
    if not rule.has("description"):
        yield "description is not set; say who connects, and for what"


RULES = (
    data_group_closed,
    data_behind_two_groups,
    data_group_sends_nothing_out,
    security_group_egress_confined,
    security_group_rule_described,
)
