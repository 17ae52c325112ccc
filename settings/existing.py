"""What stands in the account already, and is used by a stack or taken over into it (docs/adr/0033)."""

from collections.abc import Sequence
from typing import Annotated, Literal

from pydantic import Field

from settings.arithmetic.subnets import Tier
from settings.base import Settings
from settings.types import Arn, Name, Network, Zone
from settings.vocabulary import Means

_DIGITS = r"([0-9a-f]{8}|[0-9a-f]{17})"
"""https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html"""

VpcId = Annotated[str, Field(pattern=rf"^vpc-{_DIGITS}$"), Means("a VPC's id", "vpc-0123456789abcdef0")]
SubnetId = Annotated[str, Field(pattern=rf"^subnet-{_DIGITS}$"), Means("a subnet's id", "subnet-0123456789abcdef0")]
SecurityGroupId = Annotated[
    str, Field(pattern=rf"^sg-{_DIGITS}$"), Means("a security group's id", "sg-0123456789abcdef0")
]
ZoneId = Annotated[
    str, Field(pattern=r"^Z[A-Z0-9]{1,31}$"), Means("a Route 53 hosted zone's id", "Z0123456789ABCDEFGHIJ")
]
BucketName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$"),
    Means("a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens", "example-uploads"),
]
RdsName = Annotated[
    str,
    Field(pattern=r"^[a-z](-?[a-z0-9])*$", max_length=63),
    Means("a name in RDS: at most 63 lower-case letters, digits and single hyphens, a letter first", "example-db"),
]
ClusterName = Annotated[
    str,
    Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]{0,99}$"),
    Means("a cluster's name: at most 100 letters, digits, hyphens and underscores", "example"),
]
UserName = Annotated[
    str, Field(pattern=r"^[a-z][a-z0-9_]{0,62}$"), Means("a PostgreSQL user's name in lower case", "postgres")
]


class ExistingSubnet(Settings):
    """A subnet, in one of the stack's zones and inside `network.cidr`."""

    id: SubnetId
    """The subnet."""
    zone: Zone
    """The zone that it is in, written as in `zones`."""
    cidr: Network
    """Its range."""


class ExistingNetwork(Settings):
    """A VPC that somebody else manages: the stack makes and changes nothing of its subnets, routes and ways out.

    `network.cidr`, `nat` and `interface_endpoints` then say what it has.
    """

    vpc: VpcId
    """The VPC; its DNS support and DNS hostnames are on."""
    public_subnets: tuple[ExistingSubnet, ...] = Field(min_length=2)
    """Where the load balancer stands: one in each of the stack's zones."""
    private_subnets: tuple[ExistingSubnet, ...] = Field(min_length=2)
    """Where nodes and tasks run: one in each of the stack's zones."""
    data_subnets: tuple[ExistingSubnet, ...] = Field(min_length=2)
    """Where the stores stand: one in each of the stack's zones."""

    @property
    def tiers(self) -> dict[Tier, tuple[ExistingSubnet, ...]]:
        """The subnets of each tier."""
        return {Tier.PUBLIC: self.public_subnets, Tier.PRIVATE: self.private_subnets, Tier.DATA: self.data_subnets}

    def tier(self, tier: Tier, zones: Sequence[str]) -> list[ExistingSubnet]:
        """Return the subnets of a tier in the order of `zones`, each of which has one."""
        by_zone = {subnet.zone: subnet for subnet in self.tiers[tier]}
        return [by_zone[zone] for zone in zones]


class ExistingZone(Settings):
    """The public hosted zone of the domain."""

    id: ZoneId
    """The zone."""
    take_over: bool = False
    """Import it into the stack; otherwise only the records in it are the stack's."""


class ExistingDatabase(Settings):
    """An RDS instance of PostgreSQL that becomes the stack's. What a change would replace it for is stated here."""

    identifier: RdsName
    """The instance."""
    take_over: Literal[True]
    """Import it into the stack."""
    adjust: bool = False
    """Bring it to the stack's settings; until then nothing of it is changed."""
    username: UserName
    """Its administrator."""
    master_secret: Arn
    """Secret <product>/<stack>/… with its `username` and `password`, encrypted with the key aws/secretsmanager."""
    kms_key: Arn
    """The key that its storage is encrypted with."""
    subnet_group: RdsName
    """Its subnet group."""
    security_group: SecurityGroupId
    """Its security group, which the product's own is let into."""


class ExistingCluster(Settings):
    """An EKS cluster that becomes the stack's, with those of its add-ons that EKS keeps."""

    name: ClusterName
    """The cluster."""
    take_over: Literal[True]
    """Import it into the stack."""
    adjust: bool = False
    """Bring it to the stack's settings; until then nothing of it is changed."""
    role: Arn
    """The IAM role of its control plane."""
    add_ons: tuple[Name, ...] = ()
    """Add-ons of EKS that it has and the platform installs: vpc-cni, coredns and so on."""


class ExistingBucket(Settings):
    """A bucket that becomes the stack's, with what is in it."""

    name: BucketName
    """The bucket."""
    take_over: Literal[True]
    """Import it into the stack, which then sets its policy, encryption and lifecycle."""


class ExistingSettings(Settings):
    """What stands already: used as it is, or taken over into the stack and never replaced."""

    network: ExistingNetwork | None = None
    """A VPC that is used."""
    zone: ExistingZone | None = None
    """The domain's hosted zone, which is used or taken over; without it one is made."""
    database: ExistingDatabase | None = None
    """A database that is taken over."""
    cluster: ExistingCluster | None = None
    """A cluster that is taken over, with `runtime: eks`."""
    buckets: dict[Name, ExistingBucket] = Field(default={})
    """Buckets that are taken over, by the name that the product gives each."""
