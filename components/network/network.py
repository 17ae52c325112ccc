"""The network: a VPC with public, private and isolated data tiers over the stack's zones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

from pulumi import ComponentResource, Input, InvokeOutputOptions, Output, Resource, ResourceOptions
from pulumi_aws import ec2, route53

from components.naming import zone_labels
from components.network.endpoint_services import Statement, gateways
from components.network.endpoints import Endpoints, EndpointsArgs
from components.network.flow_logs import FlowLogs, FlowLogsArgs
from components.network.isolation import Isolation, IsolationArgs
from components.network.nat import Nat, NatArgs
from components.network.tier import SubnetTier, SubnetTierArgs
from components.refusals import Inputs, refusing
from settings import changes
from settings.arithmetic import subnets
from settings.arithmetic.subnets import Tier
from settings.existing import ExistingNetwork, ExistingSubnet
from settings.facts.regions import is_zone_id
from settings.stack import NetworkSettings

_ZONES, _RUNTIME = "Zones", "Runtime"
"""Tag of the VPC that keeps what the stack's zones were: everything in them comes after the VPC."""


@dataclass(frozen=True, kw_only=True)
class NetworkArgs:
    """`zones` is only ever appended to; `cluster_name` is the physical name that Karpenter looks subnets up by.

    `foreign` lets callers use what other accounts hold: statements of IAM by the endpoint's service, such as `kms`.
    `existing` is a network that is used as it is; the flow logs and the private zone are then all that is made here.
    """

    prefix: str
    region: str
    zones: tuple[str, ...]
    settings: NetworkSettings
    logs_key_arn: Input[str]
    cluster_name: str
    existing: ExistingNetwork | None = None
    clustered: Sequence[str] = ()
    """Those of `zones` that the control plane of a cluster is to be in."""
    runtime: str = ""
    """What the product runs on: a stack keeps it."""
    called: Sequence[str] = ()
    foreign: Mapping[str, Sequence[Statement]] = field(default_factory=dict[str, Sequence[Statement]])


class Network(ComponentResource):
    """VPC, tiers, ways in and out, endpoints, records of traffic, and a private DNS zone.

    | tier | default route | holds |
    |---|---|---|
    | public | internet gateway | load balancer, NAT gateways |
    | private | NAT gateway, or none | nodes, pods, interface endpoints |
    | data | none | databases and caches |
    """

    vpc_id: Output[str]
    account_id: Output[str]
    cidr: str
    public_subnet_ids: list[Output[str]]
    private_subnet_ids: list[Output[str]]
    data_subnet_ids: list[Output[str]]
    zone_names: list[Input[str]]
    """What the account calls each zone, for what takes no id."""
    private_route_table_ids: list[Output[str]]
    data_route_table_ids: list[Output[str]]
    data_acl_id: Output[str] | None
    public_subnet_cidrs: tuple[str, ...]
    private_subnet_cidrs: tuple[str, ...]
    data_subnet_cidrs: tuple[str, ...]
    gateway_cidrs: dict[str, Output[Sequence[str]]]
    """The public ranges of services that gateway endpoints lead to, by the service's name."""
    endpoint_cidrs: tuple[str, ...]
    """Where AWS services answer from inside; empty where they are reached from outside."""
    nat_addresses: list[Output[str]]
    nat_gateway_ids: list[Output[str]]
    private_zone_id: Output[str]
    private_zone_name: str
    ready: list[Resource]

    def __init__(self, name: str, args: NetworkArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Network", name, None, opts)
        child = ResourceOptions(parent=self)
        self.cidr = args.settings.cidr
        if args.existing is None:
            self._make(name, args)
        else:
            self._use(args, args.existing)
        self.endpoint_cidrs = self.private_subnet_cidrs if args.settings.interface_endpoints else ()
        FlowLogs(
            f"{name}-logs",
            FlowLogsArgs(
                prefix=args.prefix,
                region=args.region,
                account_id=self.account_id,
                vpc_id=self.vpc_id,
                retention_days=args.settings.flow_log_retention_days,
                logs_key_arn=args.logs_key_arn,
            ),
            child,
        )
        self.private_zone_name = f"{args.prefix}.internal"
        zone = route53.Zone(
            f"{name}-zone",
            name=self.private_zone_name,
            comment="Names of the platform's own endpoints, seen inside the VPC alone",
            vpcs=[route53.ZoneVpcArgs(vpc_id=self.vpc_id, vpc_region=args.region)],
            opts=child,
        )
        self.private_zone_id = zone.zone_id
        self.register_outputs(
            {
                "vpcId": self.vpc_id,
                "cidr": self.cidr,
                "publicSubnetIds": self.public_subnet_ids,
                "privateSubnetIds": self.private_subnet_ids,
                "dataSubnetIds": self.data_subnet_ids,
                "natAddresses": self.nat_addresses,
                "privateZoneId": self.private_zone_id,
            }
        )

    def _make(self, name: str, args: NetworkArgs) -> None:
        child = ResourceOptions(parent=self)
        self._plan(args)
        vpc = ec2.Vpc(
            f"{name}-vpc",
            cidr_block=self.cidr,
            enable_dns_support=True,
            enable_dns_hostnames=True,
            # Prefix delegation eats addresses in sixteens: the metric shows it before a subnet is full.
            enable_network_address_usage_metrics=True,
            tags={"Name": args.prefix, _ZONES: " ".join(args.zones)}
            | ({_RUNTIME: args.runtime} if args.runtime else {}),
            opts=ResourceOptions.merge(child, refusing(f"{name}-vpc", partial(_judge, args.clustered))),
        )
        self.vpc_id = vpc.id
        self.account_id = vpc.owner_id
        public, private, data = self._tiers(name, args)
        self.data_acl_id = Isolation(
            f"{name}-isolation",
            IsolationArgs(
                prefix=args.prefix,
                vpc_id=vpc.id,
                vpc_cidr=self.cidr,
                default_route_table_id=vpc.default_route_table_id,
                data_subnet_ids=data.subnet_ids,
            ),
            child,
        ).data_acl_id
        public_routes = self._internet(name, args, public)
        nat = Nat(
            f"{name}-nat",
            NatArgs(
                prefix=args.prefix,
                mode=args.settings.nat,
                region=args.region,
                zones=args.zones,
                vpc_id=vpc.id,
                public_subnet_ids=public.subnet_ids,
                private_route_table_ids=private.route_table_ids,
                public_routes=public_routes,
            ),
            child,
        )
        endpoints = Endpoints(
            f"{name}-endpoints",
            EndpointsArgs(
                prefix=args.prefix,
                region=args.region,
                account_id=vpc.owner_id,
                vpc_id=vpc.id,
                vpc_cidr=self.cidr,
                subnet_ids=private.subnet_ids,
                route_table_ids=[*public.route_table_ids, *private.route_table_ids],
                interface=args.settings.interface_endpoints,
                called=args.called,
                foreign=args.foreign,
            ),
            child,
        )
        self.public_subnet_ids = public.subnet_ids
        self.private_subnet_ids = private.subnet_ids
        self.data_subnet_ids = data.subnet_ids
        self.zone_names = data.zone_names
        self.private_route_table_ids = private.route_table_ids
        self.data_route_table_ids = data.route_table_ids
        self.gateway_cidrs = endpoints.gateway_cidrs
        self.nat_addresses = nat.addresses
        self.nat_gateway_ids = nat.gateway_ids
        self.ready = [*public_routes, *nat.routes, *public.associations, *private.associations, *endpoints.created]

    def _use(self, args: NetworkArgs, existing: ExistingNetwork) -> None:
        """Take what the settings name; its routes and ways out are somebody else's."""
        public, private, data = (existing.tier(tier, args.zones) for tier in (Tier.PUBLIC, Tier.PRIVATE, Tier.DATA))
        self.vpc_id = Output.from_input(existing.vpc)
        self.account_id = Output.from_input(args.logs_key_arn).apply(lambda arn: arn.split(":")[4])
        self.public_subnet_ids, self.public_subnet_cidrs = _taken(public)
        self.private_subnet_ids, self.private_subnet_cidrs = _taken(private)
        self.data_subnet_ids, self.data_subnet_cidrs = _taken(data)
        self.private_route_table_ids, self.data_route_table_ids = [], []
        self.data_acl_id = None
        asking = InvokeOutputOptions(parent=self)
        self.zone_names = [
            ec2.get_subnet_output(id=each.id, opts=asking).availability_zone if is_zone_id(each.zone) else each.zone
            for each in data
        ]
        # The ranges that a gateway endpoint tells too, of an endpoint that is not the stack's own.
        self.gateway_cidrs = {
            service: ec2.get_prefix_list_output(name=f"com.amazonaws.{args.region}.{service}", opts=asking).cidr_blocks
            for service in gateways(args.called)
        }
        self.nat_addresses, self.nat_gateway_ids, self.ready = [], [], []

    def hold_until(self, made: Resource) -> None:
        """Let whatever is placed into a subnet from now on wait for `made`."""
        self.ready = [*self.ready, made]
        self.public_subnet_ids = _after(self.public_subnet_ids, made)
        self.private_subnet_ids = _after(self.private_subnet_ids, made)
        self.data_subnet_ids = _after(self.data_subnet_ids, made)

    def _plan(self, args: NetworkArgs) -> None:
        zones = len(args.zones)
        self.public_subnet_cidrs = subnets.subnets(self.cidr, Tier.PUBLIC, zones)
        self.private_subnet_cidrs = subnets.subnets(self.cidr, Tier.PRIVATE, zones)
        self.data_subnet_cidrs = subnets.subnets(self.cidr, Tier.DATA, zones)

    def _tiers(self, name: str, args: NetworkArgs) -> tuple[SubnetTier, SubnetTier, SubnetTier]:
        def tier(label: str, cidrs: tuple[str, ...], tags: dict[str, str]) -> SubnetTier:
            return SubnetTier(
                f"{name}-{label}",
                SubnetTierArgs(
                    prefix=args.prefix,
                    tier=label,
                    region=args.region,
                    zones=args.zones,
                    cidrs=cidrs,
                    vpc_id=self.vpc_id,
                    tags=tags,
                ),
                ResourceOptions(parent=self),
            )

        return (
            tier("public", self.public_subnet_cidrs, {"kubernetes.io/role/elb": "1"}),
            tier(
                "private",
                self.private_subnet_cidrs,
                {"kubernetes.io/role/internal-elb": "1", "karpenter.sh/discovery": args.cluster_name},
            ),
            tier("data", self.data_subnet_cidrs, {}),
        )

    def _internet(self, name: str, args: NetworkArgs, public: SubnetTier) -> list[ec2.Route]:
        child = ResourceOptions(parent=self)
        gateway = ec2.InternetGateway(f"{name}-internet", vpc_id=self.vpc_id, tags={"Name": args.prefix}, opts=child)
        return [
            ec2.Route(
                f"{name}-public-{letter}-route",
                route_table_id=table,
                destination_cidr_block="0.0.0.0/0",
                gateway_id=gateway.id,
                opts=child,
            )
            for letter, table in zip(zone_labels(args.region, args.zones), public.route_table_ids, strict=True)
        ]


def _after(ids: Sequence[Output[str]], made: Resource) -> list[Output[str]]:
    return [Output.all(id, made.urn).apply(lambda known: str(known[0])) for id in ids]


def _taken(subnets: Sequence[ExistingSubnet]) -> tuple[list[Output[str]], tuple[str, ...]]:
    return [Output.from_input(each.id) for each in subnets], tuple(each.cidr for each in subnets)


def _judge(clustered: Sequence[str], before: Inputs, after: Inputs) -> str | None:
    """Judge other zones and another runtime; what an older version made has no tag to judge by."""
    ran, runs = _kept(before, _RUNTIME), _kept(after, _RUNTIME)
    if ran and runs and (refusal := changes.runtime(ran, runs)):
        return refusal
    had, wanted = _kept(before, _ZONES).split(), _kept(after, _ZONES).split()
    return changes.zones(had, wanted, clustered) if had and wanted else None


def _kept(vpc: Inputs, tag: str) -> str:
    tags: Mapping[str, str] = vpc.get("tags") or {}
    return tags.get(tag, "")
