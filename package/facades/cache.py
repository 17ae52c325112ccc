"""Redis or Valkey on ElastiCache."""

from typing import Any, NotRequired, TypedDict

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.capabilities.cache import cache
from package.stated import each_of, model_of, section, text
from settings.checks.sections import check_cache
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT
from settings.sizes.cache import CacheSettings
from settings.workload.cache import CacheNeeds


class CacheArgs(TypedDict):
    prefix: str
    """The start of every physical name, such as shop-prod."""
    environment: str
    """dev, staging, production or budget: what the settings start from."""
    product: dict[str, Any]
    """What a workload file states under `cache`: engine, version, node_type …"""
    settings: NotRequired[dict[str, Any]]
    """What a stack file states under `groundwork:cache`."""
    vpc_id: Input[str]
    zones: list[str]
    """Names of the zones, two at least where there are replicas."""
    subnet_ids: Input[list[str]]
    """One subnet for each zone, in the same order."""
    client_security_group_id: Input[str]
    """The one group that may connect."""
    data_key_arn: Input[str]
    logs_key_arn: Input[str]
    user_name: str
    """The application's user."""
    user_password: Input[str]
    """16 to 128 printable characters."""
    protect: NotRequired[bool]
    """Whether it can only be deleted once it is unprotected; true by default."""
    log_retention_days: NotRequired[int]
    """365 by default."""


class Cache(ComponentResource):
    """The replication group, its users and logs; TLS alone, and reached by one security group."""

    host: Output[str]
    """The configuration endpoint; with cluster mode disabled the primary's."""
    reader_host: Output[str] | None
    """Shares connections out over the replicas; there is none in cluster mode."""
    nodes: Output[str]
    """Every node as host:port, joined by commas."""
    security_group_id: Output[str]

    def __init__(self, name: str, args: CacheArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:index:Cache", name, None, opts)
        needs = model_of(CacheNeeds, args["product"], ("product",))
        environment = text(args, "environment")
        built = cache.Cache(
            name,
            cache.CacheArgs(
                prefix=text(args, "prefix"),
                settings=section("cache", CacheSettings, environment, args.get("settings"), needs, check_cache),
                needs=needs,
                vpc_id=args["vpc_id"],
                subnet_ids=each_of(args["subnet_ids"], len(args["zones"])),
                client_security_group_id=args["client_security_group_id"],
                data_key_arn=args["data_key_arn"],
                logs_key_arn=args["logs_key_arn"],
                user_name=text(args, "user_name"),
                user_password=args["user_password"],
                protect=args.get("protect", True),
                retention=EVERYTHING_KEPT if args.get("protect", True) else NOTHING_KEPT,
                log_retention_days=int(args.get("log_retention_days", 365)),
            ),
            ResourceOptions(parent=self),
        )
        self.host = built.host
        self.reader_host = built.reader_host
        self.nodes = built.nodes
        self.security_group_id = built.security_group_id
        self.register_outputs({"host": self.host, "nodes": self.nodes, "securityGroupId": self.security_group_id})
