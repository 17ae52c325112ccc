"""The settings' checks, with what this platform's components run on a cluster beside the product's services."""

from collections.abc import Mapping
from pathlib import Path

from components.cluster.demand import PLATFORM_PODS, common_pods
from settings import PlatformSettings, require_buildable
from settings import load as load_settings
from settings.arithmetic.cluster_room import ClusterPods
from settings.raw import Raw
from settings.source import Configuration


def load(
    stack_name: str, configuration: Configuration | Mapping[str, Raw], workloads: Path, stacks: Path | None = None
) -> PlatformSettings:
    """Load a stack's settings as `settings.load` does. Raises `SettingsError` with every mistake at once."""
    return load_settings(stack_name, configuration, workloads, stacks, pods_of=pods_of)


def refuse_unbuildable(settings: PlatformSettings) -> None:
    """Raise `SettingsError` with every mistake that AWS would refuse, or that would fail under full load."""
    require_buildable(settings, pods_of)


def pods_of(settings: PlatformSettings) -> ClusterPods:
    """Return what a stack's cluster runs."""
    # The charts' tables load services that a stack of tasks has no use for.
    from components.cluster.system_pods import deployed, on_every_node  # noqa: PLC0415

    return ClusterPods(
        common=tuple(common_pods(settings)),
        platform=PLATFORM_PODS,
        controllers=deployed(settings),
        daemons=on_every_node(settings),
    )
