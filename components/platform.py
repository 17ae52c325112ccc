"""The whole platform: every component of one stack, wired together."""

from collections.abc import Mapping
from typing import Any

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.admission.image_policy import ImagePolicy, ImagePolicyArgs
from components.application.application import SYSTEM_NAMESPACE
from components.application.images import reference
from components.application.wiring import Telemetry, Wiring
from components.backup.backups import Backups, BackupsArgs
from components.cache.cache import Cache, CacheArgs
from components.database.database import Database, DatabaseArgs
from components.encryption.encryption import Encryption, EncryptionArgs
from components.exports import exports
from components.ingress.distribution import MAIN_REGION
from components.ingress.ingress import Ingress, IngressArgs
from components.ingress.main_region import MainRegion, MainRegionArgs
from components.ingress.static_site import StaticSite, StaticSiteArgs
from components.monitoring.monitoring import Monitoring, MonitoringArgs, UptimeTarget
from components.monitoring.uptime import HEALTH_CHECK_REGION
from components.naming import secret_path
from components.network.network import Network, NetworkArgs
from components.network.transit import TransitEncryption, TransitEncryptionArgs
from components.primary import Primary
from components.product_outputs import product_outputs
from components.provider import aws_provider, tags
from components.refusals import refuse_unbuildable
from components.registry.product import product_images, product_registry
from components.runtime.base import Runtime
from components.runtime.ecs import EcsRuntime
from components.runtime.eks import EksRuntime
from components.secrets.secret_store import SecretStore, SecretStoreArgs
from components.timeseries.timeseries import NAMESPACE as TIMESERIES_NAMESPACE
from components.timeseries.timeseries import Timeseries, TimeseriesArgs
from components.watched_stores import watched_cache, watched_database, watched_edge
from settings import PlatformSettings


class Platform(ComponentResource):
    """A product's production platform in one region.

    `secrets` holds the operator's values for the workload's provided secrets, as one secret mapping of name to value.
    """

    exports: dict[str, Input[Any]]

    def __init__(
        self,
        name: str,
        settings: PlatformSettings,
        secrets: Output[Mapping[str, str]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        refuse_unbuildable(settings)
        provider = aws_provider(settings)
        super().__init__(
            "groundwork:components:Platform",
            name,
            None,
            ResourceOptions.merge(opts, ResourceOptions(provider=provider)),
        )
        self.settings = settings
        child = ResourceOptions(parent=self)
        primary = settings.stack.primary_stack
        self.primary = Primary(primary, child) if primary else None
        protect = settings.stack.protection.stateful
        self.encryption = Encryption(
            "encryption",
            EncryptionArgs(
                prefix=settings.prefix,
                protect=protect,
                replica_regions=settings.stack.replica_regions,
                notifying_region=HEALTH_CHECK_REGION if settings.stack.region != HEALTH_CHECK_REGION else None,
            ),
            child,
        )
        self.secrets = SecretStore(
            "secrets",
            SecretStoreArgs(
                prefix=settings.prefix,
                workload=settings.workload,
                path=secret_path(settings),
                secrets_key_arn=self.encryption.secrets_key_arn,
                logs_key_arn=self.encryption.logs_key_arn,
                log_retention_days=settings.stack.monitoring.log_retention_days,
                replica_key_arns=self.encryption.secrets_replica_key_arns,
                provided=_provided(settings, secrets),
                protect=protect,
            ),
            child,
        )
        self.images = product_images(settings, self.encryption.account_id, self.encryption.data_key_arn, child)
        self.network = Network(
            "network",
            NetworkArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                zones=settings.stack.zones,
                settings=settings.stack.network,
                logs_key_arn=self.encryption.logs_key_arn,
                cluster_name=settings.prefix,
            ),
            child,
        )
        self.runtime = self._runtime(settings)
        self.database = self._database(settings)
        self.cache = self._cache(settings)
        self.transit = self._transit(settings)
        self.backups = self._backups(settings)
        self.main_region = self._main_region(settings)
        self.ingress = self._ingress(settings)
        self.static_sites = self._static_sites(settings)
        self.monitoring = self._monitoring(settings)
        self.timeseries = self._timeseries(settings)
        self.image_policy = self._image_policy(settings)
        self.runtime.run(self, self._wiring(settings), self._around())
        self.exports = exports(self)
        self.register_outputs(self.exports)

    def _runtime(self, settings: PlatformSettings) -> Runtime:
        """The one place that chooses."""
        return EcsRuntime(self) if settings.stack.runtime == "ecs" else EksRuntime(self, tags(settings))

    def _database(self, settings: PlatformSettings) -> Database | None:
        if settings.stack.database is None or settings.workload.database is None:
            return None
        return Database(
            "database",
            DatabaseArgs(
                prefix=settings.prefix,
                settings=settings.stack.database,
                needs=settings.workload.database,
                zones=settings.stack.zones,
                vpc_id=self.network.vpc_id,
                subnet_ids=self.network.data_subnet_ids,
                client_security_group_id=self.runtime.security_group_id,
                data_key_arn=self.encryption.data_key_arn,
                secrets_key_arn=self.encryption.secrets_key_arn,
                logs_key_arn=self.encryption.logs_key_arn,
                secret_path=secret_path(settings),
                private_zone_id=self.network.private_zone_id,
                private_zone_name=self.network.private_zone_name,
                protect=settings.stack.protection.stateful,
                log_retention_days=settings.stack.monitoring.log_retention_days,
            ),
            ResourceOptions(parent=self),
        )

    def _cache(self, settings: PlatformSettings) -> Cache | None:
        password = self.secrets.cache_password
        if settings.stack.cache is None or settings.workload.cache is None or password is None:
            return None
        return Cache(
            "cache",
            CacheArgs(
                prefix=settings.prefix,
                settings=settings.stack.cache,
                needs=settings.workload.cache,
                vpc_id=self.network.vpc_id,
                subnet_ids=self.network.data_subnet_ids,
                client_security_group_id=self.runtime.security_group_id,
                data_key_arn=self.encryption.data_key_arn,
                logs_key_arn=self.encryption.logs_key_arn,
                user_name=self.secrets.cache_user_name,
                user_password=password,
                protect=settings.stack.protection.stateful,
                log_retention_days=settings.stack.monitoring.log_retention_days,
            ),
            ResourceOptions(parent=self),
        )

    def _transit(self, settings: PlatformSettings) -> TransitEncryption | None:
        if settings.workload.transit_encryption == "none":
            return None
        return TransitEncryption(
            "transit",
            TransitEncryptionArgs(
                prefix=settings.prefix,
                vpc_id=self.network.vpc_id,
                ways_out=settings.stack.network.nat != "none",
            ),
            ResourceOptions(parent=self),
        )

    def _timeseries(self, settings: PlatformSettings) -> Timeseries | None:
        """It lives on the cluster, so only there; settings refuse it elsewhere."""
        runtime, stores = self.runtime, self.monitoring.prometheus_stack
        if not isinstance(runtime, EksRuntime) or stores is None:
            return None
        stack, needs, credential = settings.stack.timeseries, settings.workload.timeseries, self.secrets.timeseries_role
        if stack is None or needs is None or credential is None:
            return None
        return Timeseries(
            "timeseries",
            TimeseriesArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                product=settings.workload.name,
                settings=stack,
                needs=needs,
                zones=len(settings.stack.zones),
                image=reference(settings, needs.image),
                credential=credential.remote_name,
                release_namespace=SYSTEM_NAMESPACE,
                metrics_namespace=self.monitoring.namespace,
                cluster_name=runtime.cluster.name,
                data_key_arn=self.encryption.data_key_arn,
                provider=runtime.cluster.provider,
                protect=settings.stack.protection.stateful,
                after=[*runtime.cluster.ready, *runtime.add_ons.ready, stores, self.secrets],
                pool=needs.node_pool if needs.node_pool in settings.node_pools else None,
            ),
            ResourceOptions(parent=self),
        )

    def _image_policy(self, settings: PlatformSettings) -> ImagePolicy | None:
        runtime = self.runtime
        if settings.workload.image_policy is None or not isinstance(runtime, EksRuntime):
            return None
        return ImagePolicy(
            "image-policy",
            ImagePolicyArgs(
                settings=settings,
                registry=product_registry(settings, self.encryption.account_id),
                release_namespace=SYSTEM_NAMESPACE,
                provider=runtime.cluster.provider,
                after=[*runtime.cluster.ready, *runtime.add_ons.ready],
            ),
            ResourceOptions(parent=self),
        )

    def _ingress(self, settings: PlatformSettings) -> Ingress | None:
        """A product without routes is reached from inside alone."""
        stack, workload = settings.stack, settings.workload
        if not workload.ingress.routes:
            return None
        return Ingress(
            "ingress",
            IngressArgs(
                prefix=settings.prefix,
                account_id=self.encryption.account_id,
                region=stack.region,
                domain=stack.domain,
                settings=stack.ingress,
                primary_zone_id=self.primary.zone_id if self.primary else None,
                workload=workload,
                hostnames={route.host: settings.hostname(route.host) for route in workload.ingress.routes},
                vpc_id=self.network.vpc_id,
                public_subnet_ids=self.network.public_subnet_ids,
                cluster_security_group_id=self.runtime.security_group_id,
                logs_key_arn=self.encryption.logs_key_arn,
                log_retention_days=stack.monitoring.log_retention_days,
                zonal_shift=stack.cluster.zonal_shift,
                protect=stack.protection.stateful,
                origins=settings.origins,
                main_region_provider=self.main_region.provider if self.main_region else None,
                main_region_logs_key_arn=self.main_region.logs_key_arn if self.main_region else None,
            ),
            ResourceOptions(parent=self),
        )

    def _main_region(self, settings: PlatformSettings) -> MainRegion | None:
        """CloudFront looks for certificates and firewalls in us-east-1, wherever the stack is."""
        behind = settings.cdn or settings.workload.static_sites
        if not behind or not settings.workload.ingress.routes or settings.stack.region == MAIN_REGION:
            return None
        protect = settings.stack.protection.stateful
        given = MainRegionArgs(prefix=settings.prefix, tags=tags(settings), protect=protect)
        return MainRegion("main-region", given, ResourceOptions(parent=self))

    def _static_sites(self, settings: PlatformSettings) -> dict[str, StaticSite]:
        if self.ingress is None:
            return {}
        return {
            name: StaticSite(
                f"site-{name}",
                StaticSiteArgs(
                    prefix=f"{settings.prefix}-{name}",
                    account_id=self.encryption.account_id,
                    region=settings.stack.region,
                    host=settings.hostname(site.host),
                    needs=site,
                    zone_id=self.ingress.zone_id,
                    main_region_provider=self.main_region.provider if self.main_region else None,
                    protect=settings.stack.protection.stateful,
                ),
                ResourceOptions(parent=self),
            )
            for name, site in settings.workload.static_sites.items()
        }

    def _backups(self, settings: PlatformSettings) -> Backups:
        identity = self.runtime.pod_identity
        return Backups(
            "backups",
            BackupsArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                settings=settings.stack.backup,
                workload=settings.workload,
                database_arn=self.database.arn if self.database else None,
                data_key_arn=self.encryption.data_key_arn,
                cluster_name=identity.cluster_name if identity else None,
                namespace=identity.namespace if identity else settings.workload.name,
                protect=settings.stack.protection.stateful,
            ),
            ResourceOptions(parent=self),
        )

    def _monitoring(self, settings: PlatformSettings) -> Monitoring:
        stack, watch = settings.stack, self.runtime.watch()
        # Route 53 asks from addresses all over the world: a product that is closed to them cannot be asked.
        check = settings.workload.health_check if "0.0.0.0/0" in stack.ingress.allowed_cidrs else None
        return Monitoring(
            "monitoring",
            MonitoringArgs(
                prefix=settings.prefix,
                account_id=self.encryption.account_id,
                region=stack.region,
                settings=stack.monitoring,
                secret_path=secret_path(settings),
                notifications_key_arn=self.encryption.notifications_key_arn,
                uptime_key_arn=self.encryption.notifying_region_key_arn,
                secrets_key_arn=self.encryption.secrets_key_arn,
                cluster_name=watch.cluster_name,
                provider=watch.provider,
                highly_available=settings.production,
                protect=stack.protection.stateful,
                cluster_ready=watch.cluster_ready,
                container_log_group_name=watch.container_log_group_name,
                tasks=watch.tasks,
                database=watched_database(settings, self.database),
                cache=watched_cache(settings, self.cache),
                edge=watched_edge(settings, self.ingress),
                nat_gateway_ids=self.network.nat_gateway_ids,
                interruption_queue_name=watch.interruption_queue_name,
                backup_vault_name=self.backups.vault_name,
                custom_metrics=watch.custom_metrics,
                uptime=UptimeTarget(host=settings.hostname(check.host), path=check.path, search=check.search)
                if check
                else None,
            ),
            ResourceOptions(parent=self),
        )

    def _around(self) -> list[Resource]:
        """What is there before the product and gone after it: its data, and the way to it and from it.

        A pod counts as ready only when the load balancer finds it healthy, which takes a listener that leads there.
        """
        stores = (self.database, self.timeseries, self.cache)
        around = (self.images, self.secrets, *stores, self.backups, self.ingress, self.image_policy)
        return [each for each in around if each is not None]

    def _wiring(self, settings: PlatformSettings) -> Wiring:
        return Wiring(
            outputs=product_outputs(
                settings, self.runtime.telemetry_endpoint, self.database, self.timeseries, self.cache
            ),
            telemetry=Telemetry(namespace=self.monitoring.namespace, collector=self.monitoring.collector_host),
            secrets=self.secrets.entries,
            database_role=self.secrets.database_role,
            database_role_version=self.secrets.database_role_version,
            timeseries_role=self.secrets.timeseries_role,
            timeseries_namespace=TIMESERIES_NAMESPACE if self.timeseries else None,
            cache_user=self.secrets.cache_user,
            master_secret=self.database.master_secret_arn if self.database else None,
            target_groups=self.ingress.target_groups if self.ingress else {},
            load_balancer_cidrs=self.network.public_subnet_cidrs,
            data_cidrs=self.network.data_subnet_cidrs,
            dump_bucket=self.backups.bucket_name,
            image_registry=product_registry(settings, self.encryption.account_id),
        )


def _provided(settings: PlatformSettings, values: Output[Mapping[str, str]] | None) -> dict[str, Output[str]]:
    """Look each declared name up in the operator's values; nothing is unwrapped."""
    if values is None:
        return {}

    def value(name: str) -> Output[str]:
        return values.apply(lambda given: given[name])

    return {name: value(name) for name in settings.stack.provided_secrets}
