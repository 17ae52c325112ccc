"""Redis or Valkey on ElastiCache, in cluster mode: shards over zones, TLS, one user with what it needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_random as random
from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, ec2, elasticache, vpc

from components.cache.access import NOBODY, application_access
from components.naming import bounded
from components.options import stateful
from settings.stack import CacheSettings
from settings.workload.data import CacheNeeds

PORT = 6379
_LOGS = ("slow-log", "engine-log")
_GROUP_ID_LENGTH = 40
_CONFIGURATION = "clustercfg."
# Shards are created one after another; with 500 of them AWS takes hours.
_PATIENCE = CustomTimeouts(create="2h", update="4h", delete="2h")


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """`subnet_ids` are the data tier's; `client_security_group_id` is the only one that may connect.

    `user_name` and `user_password` are the application's; the password has 16 to 128 printable characters.
    """

    prefix: str
    settings: CacheSettings
    needs: CacheNeeds
    vpc_id: Input[str]
    subnet_ids: Sequence[Input[str]]
    client_security_group_id: Input[str]
    data_key_arn: Input[str]
    logs_key_arn: Input[str]
    user_name: str
    user_password: Input[str]
    protect: bool
    log_retention_days: int


class Cache(ComponentResource):
    """The replication group and everything around it.

    `host` is the configuration endpoint, from which a cluster client finds the nodes; `nodes` lists all of them as
    `host:port`, joined by commas, for clients that want seeds.
    """

    host: Output[str]
    port: int
    nodes: Output[str]
    user_name: str
    replication_group_id: Output[str]
    security_group_id: Output[str]
    member_count: int

    def __init__(self, name: str, args: CacheArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Cache", name, None, opts)
        self.security_group_id = self._security_group(name, args)
        logs = self._log_groups(name, args)
        group = elasticache.ReplicationGroup(
            f"{name}-group",
            self._group_args(name, args, logs),
            opts=ResourceOptions.merge(
                stateful(self, protect=args.protect),
                ResourceOptions(depends_on=list[Resource](logs), custom_timeouts=_PATIENCE),
            ),
        )
        self.host = group.configuration_endpoint_address
        self.port = PORT
        self.nodes = Output.all(group.configuration_endpoint_address, group.member_clusters).apply(
            lambda known: seeds(str(known[0]), list[str](known[1]))
        )
        self.user_name = args.user_name
        self.replication_group_id = group.replication_group_id
        self.member_count = args.settings.shards * (1 + args.settings.replicas_per_shard)
        self.register_outputs({"host": self.host, "nodes": self.nodes})

    def _child(self) -> ResourceOptions:
        return ResourceOptions(parent=self)

    def _group_args(
        self, name: str, args: CacheArgs, logs: Sequence[cloudwatch.LogGroup]
    ) -> elasticache.ReplicationGroupArgs:
        settings = args.settings
        identifier = bounded(args.prefix, _GROUP_ID_LENGTH)
        return elasticache.ReplicationGroupArgs(
            replication_group_id=identifier,
            description=f"Sessions, limits and cached data of {args.prefix}",
            engine=args.needs.engine,
            engine_version=args.needs.version,
            node_type=settings.node_type,
            port=PORT,
            cluster_mode="enabled",
            num_node_groups=settings.shards,
            replicas_per_node_group=settings.replicas_per_shard,
            # Cluster mode demands automatic failover, even of a shard without replicas; Multi-AZ demands a replica.
            automatic_failover_enabled=True,
            multi_az_enabled=settings.replicas_per_shard > 0,
            parameter_group_name=self._parameter_group(name, args),
            subnet_group_name=self._subnet_group(name, args),
            security_group_ids=[self.security_group_id],
            transit_encryption_enabled=True,
            transit_encryption_mode="required",
            at_rest_encryption_enabled=True,
            kms_key_id=args.data_key_arn,
            user_group_ids=[self._user_group(name, args)],
            snapshot_retention_limit=settings.snapshot_retention_days,
            snapshot_window=settings.snapshot_window,
            maintenance_window=settings.maintenance_window,
            final_snapshot_identifier=f"{identifier}-final" if args.protect else None,
            auto_minor_version_upgrade=True,
            apply_immediately=not args.protect,
            log_delivery_configurations=[
                elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
                    log_type=log, log_format="json", destination_type="cloudwatch-logs", destination=group.name
                )
                for log, group in zip(_LOGS, logs, strict=True)
            ],
        )

    def _security_group(self, name: str, args: CacheArgs) -> Output[str]:
        """Let the cluster's pods in, on one port. There is no way out."""
        group = ec2.SecurityGroup(
            f"{name}-security-group",
            name=f"{args.prefix}-cache",
            description="Cache, from the cluster alone",
            vpc_id=args.vpc_id,
            opts=self._child(),
        )
        vpc.SecurityGroupIngressRule(
            f"{name}-from-cluster",
            security_group_id=group.id,
            description="Cache from the pods of the cluster",
            referenced_security_group_id=args.client_security_group_id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            opts=self._child(),
        )
        return group.id

    def _log_groups(self, name: str, args: CacheArgs) -> list[cloudwatch.LogGroup]:
        """Name the groups under /aws/vendedlogs/, for which the delivery's permission is not counted one by one."""
        return [
            cloudwatch.LogGroup(
                f"{name}-{log}",
                name=f"/aws/vendedlogs/elasticache/{args.prefix}/{log}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.logs_key_arn,
                opts=self._child(),
            )
            for log in _LOGS
        ]

    def _parameter_group(self, name: str, args: CacheArgs) -> Output[str]:
        family = f"{args.needs.engine}{args.needs.version.split('.', maxsplit=1)[0]}"
        stated = {"cluster-enabled": "yes", "maxmemory-policy": args.needs.eviction}
        return elasticache.ParameterGroup(
            f"{name}-parameters",
            # The family is in the name, so that a major upgrade makes a second group beside the one in use.
            name=f"{args.prefix}-{family}",
            family=family,
            description=f"Cluster mode and eviction of {args.prefix}",
            parameters=[elasticache.ParameterGroupParameterArgs(name=key, value=stated[key]) for key in stated],
            opts=self._child(),
        ).name

    def _subnet_group(self, name: str, args: CacheArgs) -> Output[str]:
        return elasticache.SubnetGroup(
            f"{name}-subnets",
            name=f"{args.prefix}-cache",
            description=f"Data tier of {args.prefix}",
            subnet_ids=list(args.subnet_ids),
            opts=self._child(),
        ).name

    def _unknown_password(self, name: str) -> Output[str]:
        password = random.RandomPassword(f"{name}-default-password", length=128, special=False, opts=self._child())
        return Output.secret(password.result)

    def _user_group(self, name: str, args: CacheArgs) -> Output[str]:
        nobody = elasticache.User(
            f"{name}-default-user",
            user_id=bounded(f"{args.prefix}-default", _GROUP_ID_LENGTH),
            user_name="default",
            engine=args.needs.engine,
            access_string=NOBODY,
            # A password nobody knows: Valkey's groups take no user without one, and AWS calls "no-password-required" by
            # another name afterwards (https://github.com/hashicorp/terraform-provider-aws/issues/33877).
            authentication_mode=elasticache.UserAuthenticationModeArgs(
                type="password", passwords=[self._unknown_password(name)]
            ),
            opts=self._child(),
        )
        application = elasticache.User(
            f"{name}-application-user",
            user_id=bounded(f"{args.prefix}-application", _GROUP_ID_LENGTH),
            user_name=args.user_name,
            engine=args.needs.engine,
            access_string=application_access(),
            authentication_mode=elasticache.UserAuthenticationModeArgs(
                type="password", passwords=[Output.secret(args.user_password)]
            ),
            opts=self._child(),
        )
        return elasticache.UserGroup(
            f"{name}-users",
            user_group_id=bounded(f"{args.prefix}-users", _GROUP_ID_LENGTH),
            engine=args.needs.engine,
            user_ids=[nobody.user_id, application.user_id],
            opts=self._child(),
        ).user_group_id


def seeds(configuration_endpoint: str, members: Sequence[str]) -> str:
    """List the nodes' own endpoints, as `host:port` joined by commas.

    With TLS, node `shop-0001-001` of the group at clustercfg.shop.abc123.use1.cache.amazonaws.com is
    shop-0001-001.shop.abc123.use1.cache.amazonaws.com
    (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html). The members are those AWS reports, since
    resharding leaves gaps in their numbers. Raises ValueError for an endpoint of another form.
    """
    if not configuration_endpoint.startswith(_CONFIGURATION):
        raise ValueError(f"{configuration_endpoint} is not the configuration endpoint of a cluster with TLS")
    domain = configuration_endpoint.removeprefix(_CONFIGURATION)
    return ",".join(f"{member}.{domain}:{PORT}" for member in sorted(members))
