"""The stores that a product asks for, and the backups of what they hold."""

from dataclasses import dataclass

from components.application.application import SYSTEM_NAMESPACE
from components.application.images import SHELL, reference
from components.assembly.foundation import Foundation
from components.backup.backups import Backups, BackupsArgs
from components.backup.vault import VOLUME_TAG
from components.cache.cache import Cache, CacheArgs
from components.database.database import Database, DatabaseArgs, Source
from components.eventbus.event_bus import EventBus, EventBusArgs
from components.monitoring.monitoring import Monitoring
from components.naming import secret_path
from components.runtime.base import Runtime
from components.runtime.eks import EksRuntime
from components.storage.shared_files import SharedFiles, SharedFilesArgs
from components.timeseries.timeseries import Timeseries, TimeseriesArgs


@dataclass(frozen=True, kw_only=True)
class Stores:
    """The managed stores, which any runtime uses."""

    database: Database | None
    cache: Cache | None
    backups: Backups
    shared_files: SharedFiles | None


def build_stores(foundation: Foundation, runtime: Runtime) -> Stores:
    """Build each store that the product asks for; only what carries the runtime's security group reaches them."""
    database = _database(foundation, runtime)
    shared_files = _shared_files(foundation, runtime)
    return Stores(
        database=database,
        cache=_cache(foundation, runtime),
        backups=_backups(foundation, runtime, database, shared_files),
        shared_files=shared_files,
    )


def _database(foundation: Foundation, runtime: Runtime) -> Database | None:
    settings, network, encryption = foundation.settings, foundation.network, foundation.encryption
    if settings.stack.database is None or settings.workload.database is None:
        return None
    return Database(
        "database",
        DatabaseArgs(
            prefix=settings.prefix,
            settings=settings.stack.database,
            needs=settings.workload.database,
            zones=network.zone_names,
            vpc_id=network.vpc_id,
            subnet_ids=network.data_subnet_ids,
            client_security_group_id=runtime.security_group_id,
            data_key_arn=encryption.data_key_arn,
            secrets_key_arn=encryption.secrets_key_arn,
            logs_key_arn=encryption.logs_key_arn,
            secret_path=secret_path(settings),
            private_zone_id=network.private_zone_id,
            private_zone_name=network.private_zone_name,
            protect=foundation.protect,
            log_retention_days=settings.stack.monitoring.log_retention_days,
            follows=_source(foundation),
            followed=bool(settings.stack.replica_regions),
        ),
        foundation.child,
    )


def _source(foundation: Foundation) -> Source | None:
    """Give the primary's writer to a region whose database copies it."""
    primary = foundation.primary
    if primary is None or not foundation.settings.follows:
        return None
    return Source(arn=primary.text("database_arn"), host=primary.text("database_host"))


def _cache(foundation: Foundation, runtime: Runtime) -> Cache | None:
    settings, secrets = foundation.settings, foundation.secrets
    password = secrets.cache_password
    if settings.stack.cache is None or settings.workload.cache is None or password is None:
        return None
    return Cache(
        "cache",
        CacheArgs(
            prefix=settings.prefix,
            settings=settings.stack.cache,
            needs=settings.workload.cache,
            vpc_id=foundation.network.vpc_id,
            subnet_ids=foundation.network.data_subnet_ids,
            client_security_group_id=runtime.security_group_id,
            data_key_arn=foundation.encryption.data_key_arn,
            logs_key_arn=foundation.encryption.logs_key_arn,
            user_name=secrets.cache_user_name,
            user_password=password,
            protect=foundation.protect,
            log_retention_days=settings.stack.monitoring.log_retention_days,
        ),
        foundation.child,
    )


def _shared_files(foundation: Foundation, runtime: Runtime) -> SharedFiles | None:
    settings, network, encryption = foundation.settings, foundation.network, foundation.encryption
    if not settings.shared_folders:
        return None
    services = settings.workload.services
    return SharedFiles(
        "files",
        SharedFilesArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            account_id=encryption.account_id,
            zones=settings.stack.zones,
            vpc_id=network.vpc_id,
            subnet_ids=network.data_subnet_ids,
            client_security_group_id=runtime.security_group_id,
            data_key_arn=encryption.data_key_arn,
            folders={(name, path): services[name].security.user for name, path in settings.shared_folders},
            # A task has a role of its own to mount with; on a cluster the node mounts.
            iam=settings.stack.runtime == "ecs",
            protect=foundation.protect,
        ),
        foundation.child,
    )


def _backups(
    foundation: Foundation, runtime: Runtime, database: Database | None, shared_files: SharedFiles | None
) -> Backups:
    settings, identity = foundation.settings, runtime.pod_identity
    return Backups(
        "backups",
        BackupsArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            settings=settings.stack.backup,
            workload=settings.workload,
            # AWS Backup takes its points from the writer, in the primary's region.
            database_arn=database.arn if database and not settings.follows else None,
            volumes=settings.runs_event_bus,
            file_system_arn=shared_files.arn if shared_files else None,
            data_key_arn=foundation.encryption.data_key_arn,
            cluster_name=identity.cluster_name if identity else None,
            namespace=identity.namespace if identity else settings.namespace,
            protect=foundation.protect,
        ),
        foundation.child,
    )


def build_event_bus(foundation: Foundation, runtime: Runtime, monitoring: Monitoring) -> EventBus | None:
    """Build the event bus that the stack runs itself. It lives on a cluster; settings refuse it elsewhere."""
    settings, monitors, encryption = foundation.settings, monitoring.prometheus_stack, foundation.encryption
    stack, needs = settings.stack.event_bus, settings.workload.event_bus
    if not isinstance(runtime, EksRuntime) or monitors is None or stack is None or needs is None:
        return None
    if not settings.runs_event_bus:
        return None
    return EventBus(
        "event-bus",
        EventBusArgs(
            product=settings.workload.name,
            product_namespace=settings.namespace,
            settings=stack,
            needs=needs,
            zones=len(settings.stack.zones),
            image=reference(settings, needs.image),
            shell_image=reference(settings, SHELL),
            topic_prefix=settings.topic_prefix,
            consumer_group=settings.consumer_group,
            secret_path=secret_path(settings),
            secrets_key_arn=encryption.secrets_key_arn,
            replica_key_arns=encryption.secrets_replica_key_arns,
            data_key_arn=encryption.data_key_arn,
            backup_tag=(VOLUME_TAG, settings.prefix),
            release_namespace=SYSTEM_NAMESPACE,
            metrics_namespace=monitoring.namespace,
            provider=runtime.cluster.provider,
            protect=foundation.protect,
            keep_volumes=settings.production,
            after=[*runtime.cluster.ready, *runtime.add_ons.ready, monitors, foundation.secrets],
        ),
        foundation.child,
    )


def build_timeseries(foundation: Foundation, runtime: Runtime, monitoring: Monitoring) -> Timeseries | None:
    """Build the time-series database. It lives on a cluster, so only there; settings refuse it elsewhere."""
    settings, monitors = foundation.settings, monitoring.prometheus_stack
    if not isinstance(runtime, EksRuntime) or monitors is None:
        return None
    stack, needs = settings.stack.timeseries, settings.workload.timeseries
    credential = foundation.secrets.timeseries_role
    if stack is None or needs is None or credential is None:
        return None
    return Timeseries(
        "timeseries",
        TimeseriesArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            product=settings.workload.name,
            product_namespace=settings.namespace,
            settings=stack,
            needs=needs,
            zones=len(settings.stack.zones),
            image=reference(settings, needs.image),
            credential=credential.remote_name,
            release_namespace=SYSTEM_NAMESPACE,
            metrics_namespace=monitoring.namespace,
            cluster_name=runtime.cluster.name,
            data_key_arn=foundation.encryption.data_key_arn,
            provider=runtime.cluster.provider,
            protect=foundation.protect,
            keep_volumes=settings.production,
            after=[*runtime.cluster.ready, *runtime.add_ons.ready, monitors, foundation.secrets],
            pool=needs.node_pool if needs.node_pool in settings.node_pools else None,
        ),
        foundation.child,
    )
