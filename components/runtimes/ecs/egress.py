"""The security group that lets a task out where its service or job may go."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2, vpc


@dataclass(frozen=True, kw_only=True)
class EgressRule:
    """An opening out of a task: a port, towards a range of addresses or a security group."""

    key: str
    purpose: str
    port: int
    cidr: Input[str] | None = None
    group_id: Input[str] | None = None


def egress_group(
    logical: str, name: str, description: str, vpc_id: Input[str], egress_rules: Sequence[EgressRule], parent: Resource
) -> tuple[Output[str], list[Resource]]:
    """Make a group with one rule for each rule and no way in; gives its id and the rules."""
    child = ResourceOptions(parent=parent)
    group = ec2.SecurityGroup(
        f"{logical}-group", name=name, description=description, vpc_id=vpc_id, tags={"Name": name}, opts=child
    )
    rules: list[Resource] = [
        vpc.SecurityGroupEgressRule(
            f"{logical}-to-{rule.key}",
            security_group_id=group.id,
            description=rule.purpose,
            cidr_ipv4=rule.cidr,
            referenced_security_group_id=rule.group_id,
            ip_protocol="tcp",
            from_port=rule.port,
            to_port=rule.port,
            opts=child,
        )
        for rule in egress_rules
    ]
    return group.id, rules
