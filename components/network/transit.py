"""Encryption of every packet between machines, by the network itself."""

from dataclasses import dataclass

from pulumi import ComponentResource, Input, ResourceOptions
from pulumi_aws import ec2


@dataclass(frozen=True, kw_only=True)
class TransitEncryptionArgs:
    """`ways_out` is whether the network has a NAT gateway beside its internet gateway."""

    prefix: str
    vpc_id: Input[str]
    ways_out: bool


class TransitEncryption(ComponentResource):
    """VPC encryption control in enforce mode: AWS refuses to attach a machine whose card does not encrypt.

    What passes the gateways leaves AWS's hardware and cannot be encrypted by it; there it is TLS that protects. Those
    two are the only exclusions. https://docs.aws.amazon.com/vpc/latest/userguide/vpc-encryption-controls.html
    """

    def __init__(self, name: str, args: TransitEncryptionArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TransitEncryption", name, None, opts)
        control = ec2.VpcEncryptionControl(
            f"{name}-control",
            vpc_id=args.vpc_id,
            mode="enforce",
            internet_gateway_exclusion="enable",
            nat_gateway_exclusion="enable" if args.ways_out else "disable",
            tags={"Name": args.prefix},
            opts=ResourceOptions(parent=self),
        )
        self.register_outputs({"controlId": control.id})
