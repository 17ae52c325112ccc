"""The whole platform: every part of one stack, built in the order in which they depend on one another."""

from collections.abc import Callable, Mapping
from typing import Any, Final

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.assembly.backups import build_backups
from components.assembly.consoles import build_consoles
from components.assembly.edge import build_edge
from components.assembly.exports import exports
from components.assembly.operations import build_image_policy, build_monitoring
from components.assembly.product_outputs import product_outputs
from components.capabilities.collected import Collected
from components.capabilities.contract import Context, Monitored, Running
from components.capabilities.planned import planned_foundation, planned_reach, planned_secrets
from components.checked import refuse_unbuildable
from components.existing.taken_over import taken_over
from components.foundation.foundation import Foundation, lay_foundation
from components.foundation.provider import aws_provider
from components.permits import released, retired
from components.product.wiring import Telemetry, Wiring
from components.registry.product import product_registry
from components.runtimes.contract import ProductContext, Runtime
from components.runtimes.ecs.runtime import EcsRuntime
from components.runtimes.kubernetes.runtime import EksRuntime
from settings import PlatformSettings
from settings.runtimes import RuntimeName

_RUNTIMES: Final[Mapping[RuntimeName, Callable[[Foundation], Runtime]]] = {"eks": EksRuntime, "ecs": EcsRuntime}
"""The one place that chooses; what a runtime lacks is in settings/runtimes.py."""


class Platform(ComponentResource):
    """A product's production platform in one region.

    `secrets` holds the operator's values for the workload's provided secrets, as one secret mapping of name to value.
    `provider` is the stack's own, for a program that has made it already; see `components.foundation.provider`.
    """

    exports: dict[str, Input[Any]]

    def __init__(
        self,
        name: str,
        settings: PlatformSettings,
        secrets: Output[Mapping[str, str]] | None = None,
        provider: aws.Provider | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        refuse_unbuildable(settings)
        provider = provider or aws_provider(settings)
        release = released(settings.stack.permitted_to("replace"), everything=settings.stack.preview == "plan")
        super().__init__(
            "groundwork:components:Platform",
            name,
            None,
            ResourceOptions.merge(
                ResourceOptions.merge(
                    ResourceOptions.merge(opts, taken_over(settings.stack.existing)),
                    ResourceOptions(provider=provider, transformations=[release]),
                ),
                retired(settings.stack.permits),
            ),
        )
        self.foundation = lay_foundation(settings, secrets, self, planned_foundation(settings))
        self.runtime = self._runtime()
        self.capabilities = self._capabilities()
        self.backups = build_backups(self.foundation, self.runtime, self.capabilities)
        self.edge = build_edge(self.foundation, self.runtime, self.capabilities)
        self.monitoring = build_monitoring(self.foundation, self.runtime, self.capabilities, self.backups, self.edge)
        self.capabilities.monitor(self._monitored())
        self.consoles = build_consoles(self.foundation, self.runtime, self.edge, self.monitoring)
        self.image_policy = build_image_policy(self.foundation, self.runtime)
        self.runtime.run(self._context())
        self.capabilities.run(Running(sessions=self.runtime.sessions))
        self.exports = exports(
            self.foundation, self.runtime, self.capabilities, self.backups, self.edge, self.monitoring
        )
        if self.consoles is not None:
            self.exports["consoles"] = [f"https://{host}" for host in self.consoles.hosts]
        self.register_outputs(self.exports)

    def _runtime(self) -> Runtime:
        return _RUNTIMES[self.foundation.settings.stack.runtime](self.foundation)

    def _capabilities(self) -> Collected:
        return Collected(
            Context(
                foundation=self.foundation,
                clients_group_id=self.runtime.security_group_id,
                kubernetes=self.runtime.kubernetes,
            )
        )

    def _monitored(self) -> Monitored:
        return Monitored(
            topic_arn=self.monitoring.topic_arn,
            namespace=self.monitoring.namespace,
            definitions=self.monitoring.prometheus_stack,
        )

    def _context(self) -> ProductContext:
        """What is there before the product and gone after it: its data, and the way to it and from it.

        A pod counts as ready only when the load balancer finds it healthy, which takes a listener that leads there.
        """
        ingress = self.edge.ingress
        around: list[Resource | None] = [
            self.foundation.images,
            self.foundation.secrets,
            *self.capabilities.resources,
            self.backups,
            ingress,
            self.image_policy,
        ]
        return ProductContext(
            wiring=self._wiring(),
            stores=[each for each in around if each is not None],
            monitors=self.monitoring.in_cluster,
            topic_arn=self.monitoring.topic_arn,
            chat_topic_arn=self.monitoring.chat_topic_arn,
            dump_statements=self.backups.dump_statements,
            restore_statements=self.backups.restore_statements,
            resource_labels=ingress.resource_labels if ingress else {},
        )

    def _wiring(self) -> Wiring:
        foundation, ingress, given = self.foundation, self.edge.ingress, self.capabilities
        settings = foundation.settings
        return Wiring(
            outputs=product_outputs(settings, self.runtime.outputs(), given.outputs),
            telemetry=Telemetry(namespace=self.monitoring.namespace, collector=self.monitoring.collector_host),
            reach=planned_reach(settings),
            credentials=given.credentials,
            secret_texts=planned_secrets(settings),
            secrets=foundation.secrets.entries,
            statements=given.statements,
            backlogs=given.backlogs,
            master_secret=given.administrator,
            target_groups=ingress.every_target_group if ingress else {},
            load_balancer_cidrs=foundation.network.public_subnet_cidrs,
            data_cidrs=foundation.data_cidrs,
            endpoint_cidrs=foundation.network.endpoint_cidrs,
            dump_bucket=self.backups.bucket_name,
            shared_volumes=given.folders,
            gateway_cidrs=foundation.network.gateway_cidrs,
            image_registry=product_registry(settings, foundation.encryption.account_id),
        )
