"""Who may connect to a store in the data tier: whatever carries the product's security group, on one port."""

from dataclasses import dataclass

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_aws import ec2, vpc


@dataclass(frozen=True, kw_only=True)
class ClientsArgs:
    """`group_id` is the product's security group. `rule` ends the logical name of the rule that lets it in.

    `existing` is the security group of a store that stands already, which gets the rule beside its own.
    """

    name: str
    description: str
    rule: str
    rule_description: str
    vpc_id: Input[str]
    group_id: Input[str]
    port: int
    existing: Input[str] | None = None


def clients_alone(logical: str, args: ClientsArgs, parent: Resource) -> Output[str]:
    """Make a store's security group, or take the one it has, and return its id.

    There is no way out: a store calls nobody.
    """
    child = ResourceOptions(parent=parent)
    group_id = _group(logical, args, child) if args.existing is None else Output.from_input(args.existing)
    vpc.SecurityGroupIngressRule(
        f"{logical}-from-{args.rule}",
        security_group_id=group_id,
        description=args.rule_description,
        referenced_security_group_id=args.group_id,
        ip_protocol="tcp",
        from_port=args.port,
        to_port=args.port,
        opts=child,
    )
    return group_id


def _group(logical: str, args: ClientsArgs, child: ResourceOptions) -> Output[str]:
    return ec2.SecurityGroup(
        f"{logical}-security-group", name=args.name, description=args.description, vpc_id=args.vpc_id, opts=child
    ).id
