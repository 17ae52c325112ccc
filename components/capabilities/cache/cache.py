"""Redis or Valkey on ElastiCache: shards, or one primary with its replicas; TLS, and one user with what it needs."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_random as random
from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions, RunError
from pulumi_aws import cloudwatch, elasticache

from components.capabilities.cache.access import NOBODY, application_access, metrics_access
from components.capabilities.clients import ClientsArgs, clients_alone
from components.capabilities.final_snapshot import final_snapshot_name
from components.naming import bounded
from components.options import stateful
from settings.facts import name_lengths, ports
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.sizes.cache import CacheSettings
from settings.workload.cache import CacheNeeds

PORT = ports.REDIS
_LOGS = ("slow-log", "engine-log")
_ENDPOINTS = ("clustercfg.", "master.")
"""What a configuration endpoint and a primary's begin with."""
# Shards are created one after another; with 500 of them AWS takes hours.
_PATIENCE = CustomTimeouts(create="2h", update="4h", delete="2h")


@dataclass(frozen=True, kw_only=True)
class CacheArgs:
    """`subnet_ids` are the data tier's; `client_security_group_id` is the only one that may connect.

    `now` has changes made before the maintenance window, a new engine or version among them.

    `user_name` and `user_password` are the application's; the password has 16 to 128 printable characters. With
    `rotated` it is the first one alone, and those that follow are never set back.
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
    metrics_user: tuple[str, Input[str]] | None = None
    """Name and password of who asks how the nodes are; None: nobody does."""
    rotated: bool = False
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    log_retention_days: int
    now: bool = False


class Cache(ComponentResource):
    """The replication group and everything around it.

    In cluster mode `host` is the configuration endpoint, from which a cluster client finds the nodes, and there is no
    `reader_host`. With cluster mode disabled `host` leads to whichever node is the primary, and `reader_host` shares
    connections out over the replicas; it is the primary's when there are none. `nodes` lists all nodes as `host:port`,
    joined by commas, for clients that want seeds.
    """

    host: Output[str]
    reader_host: Output[str] | None
    port: int
    nodes: Output[str]
    user_name: str
    user_id: Output[str]
    user_arn: Output[str]
    metrics_user_id: Output[str] | None
    metrics_user_arn: Output[str] | None
    replication_group_id: Output[str]
    security_group_id: Output[str]

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
        primary, reader = group.primary_endpoint_address, group.reader_endpoint_address
        self.host = group.configuration_endpoint_address if args.needs.sharded else primary
        replicated = args.settings.replicas_per_shard > 0
        self.reader_host = None if args.needs.sharded else reader if replicated else primary
        self.port = PORT
        self.nodes = Output.all(self.host, group.member_clusters).apply(
            lambda known: seeds(str(known[0]), list[str](known[1]))
        )
        self.user_name = args.user_name
        self.replication_group_id = group.replication_group_id
        self.register_outputs({"host": self.host, "nodes": self.nodes})

    def _child(self) -> ResourceOptions:
        return ResourceOptions(parent=self)

    def _group_args(
        self, name: str, args: CacheArgs, logs: Sequence[cloudwatch.LogGroup]
    ) -> elasticache.ReplicationGroupArgs:
        settings = args.settings
        identifier = bounded(_named(args, args.prefix), name_lengths.CACHE)
        replicated = settings.replicas_per_shard > 0
        return elasticache.ReplicationGroupArgs(
            replication_group_id=identifier,
            description=f"Sessions, limits and cached data of {args.prefix}",
            engine=args.needs.engine,
            engine_version=args.needs.version,
            node_type=settings.node_type,
            port=PORT,
            cluster_mode=args.needs.cluster_mode,
            num_node_groups=settings.shards if args.needs.sharded else None,
            replicas_per_node_group=settings.replicas_per_shard if args.needs.sharded else None,
            num_cache_clusters=None if args.needs.sharded else 1 + settings.replicas_per_shard,
            # Cluster mode demands automatic failover, even of a shard without replicas; without it failover demands a
            # replica, as Multi-AZ always does.
            automatic_failover_enabled=args.needs.sharded or replicated,
            multi_az_enabled=replicated,
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
            final_snapshot_identifier=self._final_snapshot(name, args, identifier),
            auto_minor_version_upgrade=True,
            apply_immediately=args.settings.apply_changes == "now" or args.now,
            log_delivery_configurations=[
                elasticache.ReplicationGroupLogDeliveryConfigurationArgs(
                    log_type=log, log_format="json", destination_type="cloudwatch-logs", destination=group.name
                )
                for log, group in zip(_LOGS, logs, strict=True)
            ],
        )

    def _final_snapshot(self, name: str, args: CacheArgs, identifier: str) -> Output[str] | None:
        if not args.retention.final_snapshots:
            return None
        return final_snapshot_name(f"{name}-group", identifier, self._child(), {"key": args.data_key_arn})

    def _security_group(self, name: str, args: CacheArgs) -> Output[str]:
        return clients_alone(
            name,
            ClientsArgs(
                name=f"{args.prefix}-cache",
                description="Cache, from the cluster alone",
                rule="cluster",
                rule_description="Cache from the pods of the cluster",
                vpc_id=args.vpc_id,
                group_id=args.client_security_group_id,
                port=PORT,
            ),
            self,
        )

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
        stated = {"cluster-enabled": "yes" if args.needs.sharded else "no", "maxmemory-policy": args.needs.eviction}
        return elasticache.ParameterGroup(
            f"{name}-parameters",
            # The family is in the name, so that a major upgrade makes a second group beside the one in use.
            name=_named(args, f"{args.prefix}-{family}"),
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
            user_id=bounded(f"{args.prefix}-default", name_lengths.CACHE),
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
            user_id=bounded(f"{args.prefix}-application", name_lengths.CACHE),
            user_name=args.user_name,
            engine=args.needs.engine,
            access_string=application_access(),
            authentication_mode=elasticache.UserAuthenticationModeArgs(
                type="password", passwords=[Output.secret(args.user_password)]
            ),
            opts=ResourceOptions(parent=self, ignore_changes=["authenticationMode"] if args.rotated else None),
        )
        self.user_id, self.user_arn = application.user_id, application.arn
        self.metrics_user_id = self.metrics_user_arn = None
        users = [nobody.user_id, application.user_id]
        if args.metrics_user is not None:
            metrics = self._metrics_user(name, args, *args.metrics_user)
            self.metrics_user_id, self.metrics_user_arn = metrics.user_id, metrics.arn
            users.append(metrics.user_id)
        return elasticache.UserGroup(
            f"{name}-users",
            user_group_id=bounded(f"{args.prefix}-users", name_lengths.CACHE),
            engine=args.needs.engine,
            user_ids=users,
            opts=self._child(),
        ).user_group_id

    def _metrics_user(self, name: str, args: CacheArgs, user: str, password: Input[str]) -> elasticache.User:
        return elasticache.User(
            f"{name}-metrics-user",
            user_id=bounded(f"{args.prefix}-metrics", name_lengths.CACHE),
            user_name=user,
            engine=args.needs.engine,
            access_string=metrics_access(),
            authentication_mode=elasticache.UserAuthenticationModeArgs(
                type="password", passwords=[Output.secret(password)]
            ),
            opts=ResourceOptions(parent=self, ignore_changes=["authenticationMode"] if args.rotated else None),
        )


def _named(args: CacheArgs, name: str) -> str:
    """Tell the two modes apart by name: the group of one mode is built beside that of the other, never made of it.

    ElastiCache does not disable cluster mode on a group, nor change `cluster-enabled` under one
    (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/modify-cluster-mode.html).
    """
    return name if args.needs.sharded else f"{name}-one-shard"


def seeds(endpoint: str, members: Sequence[str]) -> str:
    """List the nodes' own endpoints, as `host:port` joined by commas.

    With TLS, node `shop-0001-001` of the group at clustercfg.shop.abc123.use1.cache.amazonaws.com is
    shop-0001-001.shop.abc123.use1.cache.amazonaws.com, and node `shop-001` of the one at
    master.shop.abc123.use1.cache.amazonaws.com is shop-001.shop.abc123.use1.cache.amazonaws.com
    (https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/Endpoints.html). The members are those AWS reports, since
    resharding leaves gaps in their numbers. Raises RunError for an endpoint of another form.
    """
    start = next((each for each in _ENDPOINTS if endpoint.startswith(each)), None)
    if start is None:
        raise RunError(f"{endpoint} is neither the configuration nor the primary endpoint of a group with TLS")
    domain = endpoint.removeprefix(start)
    return ",".join(f"{member}.{domain}:{PORT}" for member in sorted(members))
