"""Everything a platform is built from: one stack, one product."""

from collections.abc import Mapping

from settings.base import Settings
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.nodes import NodePool
from settings.workload.service import Replicas


class PlatformSettings(Settings):
    stack_name: str
    stack: StackSettings
    workload: Workload
    """The product, less the services that the stack leaves out."""
    notes: tuple[str, ...] = ()
    """What is allowed but worth a look, a sentence each."""

    @property
    def prefix(self) -> str:
        """The start of every physical name: <product>-<stack>, unique within an account."""
        return f"{self.workload.name}-{self.stack_name}"

    @property
    def production(self) -> bool:
        return self.stack.environment == "production"

    def replicas(self, service: str) -> Replicas:
        """The pods a service gets in this environment: the product's figures, or one."""
        if self.stack.application.scale == "single":
            return Replicas(minimum=1, maximum=1)
        return self.workload.services[service].replicas

    @property
    def node_pools(self) -> Mapping[str, NodePool]:
        """The product's own node pools that some pod of it uses; none where it runs as single pods."""
        if self.stack.application.scale == "single":
            return {}
        timeseries = self.workload.timeseries
        used = {service.node_pool for service in self.workload.services.values()}
        used.add(timeseries.node_pool if timeseries else None)
        return {name: pool for name, pool in self.workload.node_pools.items() if name in used}

    def hostname(self, label: str) -> str:
        """The full host name of a route's label (`@` is the stack's domain itself)."""
        return self.stack.domain if label == "@" else f"{label}.{self.stack.domain}"

    @property
    def cdn(self) -> bool:
        """Whether CloudFront stands in front of the load balancer."""
        return self.workload.ingress.cdn is not None and self.stack.ingress.cdn

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call the product from a browser."""
        cors = self.workload.ingress.cors
        return tuple(f"https://{self.hostname(label)}" for label in cors.origins) if cors else ()
