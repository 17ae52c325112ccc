"""Everything a platform is built from: one stack, one product."""

from collections.abc import Iterable, Mapping

from pydantic import Field, JsonValue

from settings.arithmetic.subnets import Tier, subnets
from settings.base import Settings
from settings.diagnostics import Diagnostic
from settings.names import LONGEST_PREFIX, bounded
from settings.places import Place
from settings.primary import PrimaryRegion
from settings.raw import dotted
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.nodes import NodePool
from settings.workload.service import Replicas


class PlatformSettings(Settings):
    stack_name: str
    stack: StackSettings
    workload: Workload
    """The product, less the services that the stack leaves out."""
    primary: PrimaryRegion | None = None
    """The primary region, for a stack that lives by its data and finds its file."""
    chart_values: dict[str, JsonValue] = Field(default={}, repr=False)
    """What the file says that the product names for its vendor's chart."""
    notes: tuple[str, ...] = ()
    """What is allowed but worth a look, a sentence each."""
    places: dict[str, Place] = Field(default={}, repr=False)
    """Where each setting stands that one of the two files states, by its path."""

    def place(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return a diagnostic with the file and line that state its setting, or the nearest thing around it."""
        for length in range(len(diagnostic.path), 0, -1):
            place = self.places.get(dotted(diagnostic.path[:length]))
            if place is not None:
                return diagnostic.placed(place.file, place.line, place.prefix)
        return diagnostic

    @property
    def prefix(self) -> str:
        """The start of every physical name: <product>-<stack>, unique within an account, and short enough for all."""
        return bounded(f"{self.workload.name}-{self.stack_name}", LONGEST_PREFIX)

    @property
    def namespace(self) -> str:
        """The Kubernetes namespace that the product's pods run in."""
        return self.workload.namespace or self.workload.name

    @property
    def quiet_window(self) -> str | None:
        """The weekly window in which nobody is called, "ddd:hh:mm-ddd:hh:mm" in UTC."""
        return self.stack.monitoring.quiet_window or self.workload.maintenance_window

    @property
    def meshed(self) -> bool:
        """Whether the product's pods speak mutual TLS with each other."""
        return self.workload.transit_encryption == "mutual_tls"

    @property
    def production(self) -> bool:
        return self.stack.environment == "production"

    @property
    def follows(self) -> bool:
        """Whether the database is a live copy of the primary region's, which alone takes writes (SL-N22)."""
        return follows(self.stack)

    @property
    def shares_secrets(self) -> bool:
        """Whether the primary's secrets are read here: what it encrypted and signed must be readable (SL-124)."""
        return self.stack.database is not None and self.stack.database.source != "own"

    def subnet_cidrs(self, tier: Tier) -> tuple[str, ...]:
        """The ranges of a tier's subnets, in the order of the zones: those that stand already, or as planned."""
        existing, zones = self.stack.existing.network, self.stack.zones
        if existing is not None:
            return tuple(subnet.cidr for subnet in existing.tier(tier, zones))
        return subnets(self.stack.network.cidr, tier, len(zones))

    def replicas(self, service: str) -> Replicas:
        """The pods a service gets in this environment: the product's values, or one; a pilot light grows from one."""
        stated, scale = self.workload.services[service], self.stack.application.scale
        if scale == "single":
            return Replicas(minimum=1, maximum=1)
        if scale == "pilot" and stated.scaling is not None:
            return Replicas(minimum=1, maximum=stated.replicas.maximum)
        return stated.replicas

    @property
    def node_pools(self) -> Mapping[str, NodePool]:
        """The product's own node pools that some pod of it uses.

        Where it runs as single pods, those alone that it states for the environment.
        """
        changes = self.workload.environments.get(self.stack.environment)
        stated = changes.node_pools if changes else {}
        pools = stated if self.stack.application.scale == "single" else self.workload.node_pools
        timeseries = self.workload.timeseries
        used = {service.node_pool for service in self.workload.services.values()}
        used.add(timeseries.node_pool if timeseries else None)
        return {name: pool for name, pool in pools.items() if name in used}

    @property
    def shared_folders(self) -> tuple[tuple[str, str], ...]:
        """Service and path of every folder that all pods of a service see."""
        services = self.workload.services.items()
        return tuple(
            (name, path)
            for name, service in services
            for path, volume in service.volumes.items()
            if volume.kind == "shared"
        )

    @property
    def topic_prefix(self) -> str:
        """The start of the event bus' topics and groups: the product's own, and the stack's name (SL-54)."""
        bus = self.workload.event_bus
        return f"{bus.topic_prefix}-{self.stack_name}" if bus else ""

    @property
    def consumer_group(self) -> str:
        """The product's consumer group on the event bus (SL-55)."""
        bus = self.workload.event_bus
        return f"{self.topic_prefix}-{bus.consumer_group}" if bus else ""

    def hostname(self, label: str) -> str:
        """The full host name of a route's label (`@` is the stack's domain itself)."""
        return _below(label, self.stack.domain)

    def second_names(self, labels: Iterable[str]) -> dict[str, str]:
        """Give the second name of each host by its first, while the product answers under two domains."""
        further = self.stack.ingress.further_domain
        if further is None or not further.answers:
            return {}
        return {self.hostname(label): _below(label, further.name) for label in labels}

    @property
    def cdn(self) -> bool:
        """Whether CloudFront stands in front of the load balancer."""
        return self.workload.ingress.cdn is not None and self.stack.ingress.cdn

    @property
    def origins(self) -> tuple[str, ...]:
        """The origins whose pages may call the product from a browser."""
        cors = self.workload.ingress.cors
        return tuple(f"https://{self.hostname(label)}" for label in cors.origins) if cors else ()


def _below(label: str, domain: str) -> str:
    return domain if label == "@" else f"{label}.{domain}"


def follows(stack: StackSettings) -> bool:
    """Whether a stack's database is a live copy of the primary region's."""
    return stack.database is not None and stack.database.source == "primary"
