"""The whole platform: every part of one stack, built in the order in which one leans on another."""

from collections.abc import Mapping
from typing import Any

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.application.wiring import Telemetry, Wiring
from components.assembly.access import build_database_access
from components.assembly.consoles import build_consoles
from components.assembly.edge import build_edge
from components.assembly.exports import exports
from components.assembly.foundation import lay_foundation
from components.assembly.operations import build_image_policy, build_monitoring
from components.assembly.product_outputs import master_secret, product_outputs
from components.assembly.provider import aws_provider
from components.assembly.regions import join_regions, primary_data_cidrs
from components.assembly.stores import build_event_bus, build_stores, build_timeseries
from components.eventbus.event_bus import NAMESPACE as EVENT_BUS_NAMESPACE
from components.refusals import refuse_unbuildable
from components.registry.product import product_registry
from components.runtime.base import Runtime, Surroundings
from components.runtime.ecs import EcsRuntime
from components.runtime.eks import EksRuntime
from components.timeseries.timeseries import NAMESPACE as TIMESERIES_NAMESPACE
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
        self.foundation = lay_foundation(settings, secrets, self)
        self.runtime = self._runtime()
        self.stores = build_stores(self.foundation, self.runtime)
        self.edge = build_edge(self.foundation, self.runtime)
        self.monitoring = build_monitoring(self.foundation, self.runtime, self.stores, self.edge)
        self.region = join_regions(self.foundation, self.stores, self.monitoring)
        self.timeseries = build_timeseries(self.foundation, self.runtime, self.monitoring)
        self.event_bus = build_event_bus(self.foundation, self.runtime, self.monitoring)
        self.consoles = build_consoles(self.foundation, self.runtime, self.edge, self.monitoring)
        self.image_policy = build_image_policy(self.foundation, self.runtime)
        self.runtime.run(self._surroundings())
        self.database_access = build_database_access(self.foundation, self.runtime, self.stores)
        self.exports = exports(self.foundation, self.runtime, self.stores, self.edge, self.monitoring, self.event_bus)
        if self.database_access is not None:
            self.exports["database_access_policy"] = self.database_access.policy_arn
        if self.consoles is not None:
            self.exports["consoles"] = [f"https://{host}" for host in self.consoles.hosts]
        self.register_outputs(self.exports)

    def _runtime(self) -> Runtime:
        """The one place that chooses."""
        return (EcsRuntime if self.foundation.settings.stack.runtime == "ecs" else EksRuntime)(self.foundation)

    def _surroundings(self) -> Surroundings:
        """What is there before the product and gone after it: its data, and the way to it and from it.

        A pod counts as ready only when the load balancer finds it healthy, which takes a listener that leads there.
        """
        stores, ingress = self.stores, self.edge.ingress
        around: list[Resource | None] = [
            self.foundation.images,
            self.foundation.secrets,
            stores.database,
            self.timeseries,
            self.event_bus,
            stores.cache,
            stores.backups,
            stores.shared_files,
            ingress,
            self.image_policy,
            self.region.peering,
        ]
        return Surroundings(
            wiring=self._wiring(),
            stores=[each for each in around if each is not None],
            monitors=self.monitoring.in_cluster,
            topic_arn=self.monitoring.topic_arn,
            chat_topic_arn=self.monitoring.chat_topic_arn,
            dump_statements=stores.backups.dump_statements,
            restore_statements=stores.backups.restore_statements,
            resource_labels=ingress.resource_labels if ingress else {},
        )

    def _wiring(self) -> Wiring:
        foundation, stores, ingress = self.foundation, self.stores, self.edge.ingress
        settings, secrets = foundation.settings, foundation.secrets
        return Wiring(
            outputs=product_outputs(
                settings,
                self.runtime.telemetry_endpoint,
                stores.database,
                self.timeseries,
                stores.cache,
                self.event_bus,
            ),
            telemetry=Telemetry(namespace=self.monitoring.namespace, collector=self.monitoring.collector_host),
            secrets=secrets.entries,
            database_role=secrets.database_role,
            database_role_version=secrets.database_role_version,
            timeseries_role=secrets.timeseries_role,
            timeseries_namespace=TIMESERIES_NAMESPACE if self.timeseries else None,
            event_bus_user=self.event_bus.user if self.event_bus else None,
            event_bus_namespace=EVENT_BUS_NAMESPACE if self.event_bus else None,
            cache_user=secrets.cache_user,
            master_secret=master_secret(settings, stores.database),
            target_groups=ingress.target_groups if ingress else {},
            load_balancer_cidrs=foundation.network.public_subnet_cidrs,
            data_cidrs=[*foundation.network.data_subnet_cidrs, *primary_data_cidrs(foundation)],
            endpoint_cidrs=foundation.network.endpoint_cidrs,
            dump_bucket=stores.backups.bucket_name,
            shared_volumes=stores.shared_files.volumes if stores.shared_files else {},
            object_store_cidrs=foundation.network.object_store_cidrs,
            image_registry=product_registry(settings, foundation.encryption.account_id),
        )
