"""What rules about sizes share: amounts for people, and the settings that sizes depend on."""

from settings.arithmetic.capacity import Demand
from settings.platform import PlatformSettings
from settings.raw import Path


def amount_of(demand: Demand) -> str:
    """Write a demand in Kubernetes' units."""
    return f"{demand.millicores}m and {demand.mebibytes}Mi"


def sizes_of_services(settings: PlatformSettings) -> tuple[Path, ...]:
    """List what says how much all pods ask for."""
    keys = ("resources", "replicas", "scaling", "sidecars", "uses", "node_pool")
    of_services: list[Path] = [("services", name, key) for name in settings.workload.services for key in keys]
    return (*of_services, ("environments",), ("application",))
