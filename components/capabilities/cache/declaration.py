"""The cache: Redis or Valkey on ElastiCache, with one user for the product."""

from pulumi import Input

from components.capabilities.cache.alarms import panels, watched
from components.capabilities.cache.cache import PORT, Cache, CacheArgs
from components.capabilities.cache.room import rooms
from components.capabilities.cache.rotation import rotation
from components.capabilities.contract import Context, Given, Plan
from components.capabilities.watched import watched_rotation
from components.invariants import certain
from components.product.credentials import FromCredential, FromOutput, Text, user_in_url
from components.product.reach import DataTier, Reach
from components.secrets.credential import StoreUser
from settings import PlatformSettings
from settings.arithmetic.exporters import CACHE_METRICS, METRICS_CREDENTIALS, is_measured
from settings.arithmetic.rotation import rotation_days
from settings.facts.reserved import METRICS_USERNAME
from settings.workload.outputs import SecretOutput, WiredOutput

_ASKED = "a cache is built for a product that asks for one"
_OWN_USERS = "each stack makes its cache's users itself"
_NAME = "cache"


class CacheCapability:
    name = _NAME

    def plan(self, settings: PlatformSettings) -> Plan | None:
        needs = settings.workload.cache
        if settings.stack.cache is None or needs is None:
            return None
        secrets: dict[SecretOutput, Text] = {
            "cache.url": _url("cache.host"),
            "cache.password": (FromCredential(_NAME, "password"),),
        }
        if not needs.sharded:
            secrets["cache.reader_url"] = _url("cache.reader_host")
        return Plan(
            reach=[Reach(use=_NAME, place=DataTier(), ports=(PORT,), toolbox=True)],
            rooms=lambda: rooms(settings),
            secrets=secrets,
            users=_users(settings),
        )

    def build(self, context: Context) -> Given:
        foundation, settings = context.foundation, context.settings
        stack, needs = certain(settings.stack.cache, _ASKED), certain(settings.workload.cache, _ASKED)
        user = foundation.secrets.credentials[_NAME]
        password = certain(user.password, _OWN_USERS)
        metrics = foundation.secrets.credentials.get(METRICS_CREDENTIALS["cache"])
        every_days = rotation_days(settings.stack, settings.workload, _NAME)
        cache = Cache(
            "cache",
            CacheArgs(
                prefix=settings.prefix,
                settings=stack,
                needs=needs,
                vpc_id=foundation.network.vpc_id,
                subnet_ids=foundation.network.data_subnet_ids,
                client_security_group_id=context.clients_group_id,
                data_key_arn=foundation.encryption.data_key_arn,
                logs_key_arn=foundation.encryption.logs_key_arn,
                user_name=user.user,
                user_password=password,
                metrics_user=(METRICS_USERNAME, certain(metrics.password, _OWN_USERS)) if metrics else None,
                rotated=every_days is not None,
                protect=foundation.protect,
                now=any(settings.stack.permits_to(change, _NAME) for change in ("apply-now", "upgrade")),
                retention=foundation.retention,
                log_retention_days=settings.stack.monitoring.log_retention_days,
            ),
            foundation.child,
        )
        outputs: dict[WiredOutput, Input[str]] = {
            "cache.host": cache.host,
            "cache.port": str(cache.port),
            "cache.nodes": cache.nodes,
        }
        if cache.reader_host is not None:
            outputs["cache.reader_host"] = cache.reader_host
        rotated = rotation(context, cache, user, metrics, every_days) if every_days is not None else None
        return Given(
            resources=[cache],
            outputs=outputs,
            exports={"cache_host": cache.host},
            watched=[
                *watched(cache.replication_group_id, stack, needs),
                *([watched_rotation("cache-rotation", rotated.function_name)] if rotated else []),
            ],
            panels=panels(cache.replication_group_id, stack, needs),
        )


def _users(settings: PlatformSettings) -> list[StoreUser]:
    """List the application's user, and the exporter's on a stack that has it."""
    rotated = rotation_days(settings.stack, settings.workload, _NAME) is not None
    stated = {_NAME: ("cache-user", settings.workload.name, "The application's cache user")}
    if is_measured(settings, "cache"):
        metrics = (CACHE_METRICS, METRICS_USERNAME, "The user that reads how the cache's nodes are")
        stated[METRICS_CREDENTIALS["cache"]] = metrics
    return [
        StoreUser(key=key, label=label, username=username, description=description, rotated=rotated)
        for key, (label, username, description) in stated.items()
    ]


def _url(host: WiredOutput) -> Text:
    return ("rediss://", *user_in_url(_NAME), FromOutput(host), ":", FromOutput("cache.port"))
