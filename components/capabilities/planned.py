"""What all capabilities of a stack plan together, from its settings alone."""

from collections.abc import Callable, Iterable
from typing import TypeVar

from components.capabilities.contract import Capability, PlacedPods, Plan
from components.capabilities.registry import CAPABILITIES
from components.capabilities.room import Room
from components.foundation.foundation import Asked
from components.product.credentials import Text
from components.product.reach import AwsService, Reach
from settings import PlatformSettings
from settings.workload.outputs import SecretOutput

T = TypeVar("T")


def present(settings: PlatformSettings) -> list[tuple[Capability, Plan]]:
    """List the capabilities that a stack has, each with its plan."""
    plans = ((each, each.plan(settings)) for each in CAPABILITIES)
    return [(each, plan) for each, plan in plans if plan is not None]


def planned_reach(settings: PlatformSettings) -> list[Reach]:
    """List what the product may connect to."""
    return _listed(settings, lambda plan: plan.reach)


def planned_pods(settings: PlatformSettings) -> list[PlacedPods]:
    """List the pods beside the product's own."""
    return _listed(settings, lambda plan: plan.pods)


def planned_rooms(settings: PlatformSettings) -> list[Room]:
    """List what can run out of a capability at the product's peak."""
    return _listed(settings, lambda plan: plan.rooms())


def planned_charts(settings: PlatformSettings) -> list[str]:
    """Name the optional add-ons that a cluster needs, each once."""
    return list(dict.fromkeys(_listed(settings, lambda plan: plan.charts)))


def planned_managed_add_ons(settings: PlatformSettings) -> list[str]:
    """Name the optional add-ons that EKS keeps, each once."""
    return list(dict.fromkeys(_listed(settings, lambda plan: plan.managed_add_ons)))


def planned_foundation(settings: PlatformSettings) -> Asked:
    """Say what the capabilities ask of the foundation."""
    called = (each.place.endpoint for each in planned_reach(settings) if isinstance(each.place, AwsService))
    return Asked(
        users=_listed(settings, lambda plan: plan.users),
        unencrypted=_listed(settings, lambda plan: plan.unencrypted),
        called=sorted(set(called)),
        key_users=sorted(set(_listed(settings, lambda plan: plan.key_users))),
    )


def planned_namespaces(settings: PlatformSettings) -> list[str]:
    """Name the namespaces beside the product's that read secrets of their own."""
    return _listed(settings, lambda plan: plan.namespaces)


def keeps_volumes(settings: PlatformSettings) -> bool:
    """Tell whether the cluster holds volumes that the vault backs up."""
    return any(plan.volumes for _, plan in present(settings))


def planned_secrets(settings: PlatformSettings) -> dict[SecretOutput, Text]:
    """Give the text of every secret output that the stack has."""
    return {output: text for _, plan in present(settings) for output, text in plan.secrets.items()}


def _listed(settings: PlatformSettings, of: Callable[[Plan], Iterable[T]]) -> list[T]:
    return [each for _, plan in present(settings) for each in of(plan)]
