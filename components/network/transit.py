"""Encryption of every packet between machines, by the network itself."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_aws import ec2


@dataclass(frozen=True, kw_only=True)
class TransitEncryptionArgs:
    """`after` is everything of the network itself, before which nothing can be enforced.

    `ways_out` is whether the network has a NAT gateway beside its internet gateway, `peered` whether another region's
    network joins it, `shares_files` whether EFS has mount targets in it.
    """

    prefix: str
    vpc_id: Input[str]
    ways_out: bool
    peered: bool
    shares_files: bool
    after: Sequence[Resource]


class TransitEncryption(ComponentResource):
    """VPC encryption control in enforce mode: AWS refuses to attach a machine that does not encrypt in transit.

    AWS starts a control in monitor mode and goes on to enforce while nothing blocks it: so the control comes after the
    gateways and endpoints, and before every machine and store (`Network.hold_until`). What passes the gateways leaves
    AWS's hardware, another region's network cannot be enforced from here, and EFS is not covered: those are excluded,
    and TLS protects there. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html
    """

    control: ec2.VpcEncryptionControl

    def __init__(self, name: str, args: TransitEncryptionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TransitEncryption", name, None, opts)
        self.control = ec2.VpcEncryptionControl(
            f"{name}-control",
            vpc_id=args.vpc_id,
            mode="enforce",
            internet_gateway_exclusion="enable",
            nat_gateway_exclusion=_exclusion(excluded=args.ways_out),
            vpc_peering_exclusion=_exclusion(excluded=args.peered),
            elastic_file_system_exclusion=_exclusion(excluded=args.shares_files),
            tags={"Name": args.prefix},
            opts=ResourceOptions(parent=self, depends_on=list(args.after)),
        )
        self.register_outputs({"controlId": self.control.id})


def _exclusion(*, excluded: bool) -> str:
    return "enable" if excluded else "disable"
