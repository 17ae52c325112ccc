"""What things are called: physical names within the lengths that AWS allows, and where secrets stand."""

from collections.abc import Sequence
from string import ascii_lowercase

from settings import PlatformSettings
from settings.facts import name_lengths
from settings.facts.regions import is_zone_id
from settings.names import bounded

__all__ = ["bounded", "copied_secret_path", "role_name", "secret_path", "zone_labels"]


def zone_labels(region: str, zones: Sequence[str]) -> list[str]:
    """Return what distinguishes the resources of each zone: a letter, which another region or account has too.

    Of a zone's name it is its own. An id has none, so its place in the list decides, which never changes: zones are
    only appended.
    """
    return [
        ascii_lowercase[position] if is_zone_id(zone) else zone.removeprefix(region)
        for position, zone in enumerate(zones)
    ]


def role_name(name: str) -> str:
    """Return what IAM takes for the name of a role."""
    return bounded(name, name_lengths.ROLE)


def secret_path(settings: PlatformSettings) -> str:
    """Return how every secret's name starts, <workload>/<stack>: what the runtime may read."""
    return f"{settings.workload.name}/{settings.stack_name}"


def copied_secret_path(settings: PlatformSettings) -> str | None:
    """Return how the names of the primary region's copies start, for a region that reads them; None for any other."""
    primary = settings.stack.primary_stack
    if primary is None or not settings.shares_secrets:
        return None
    return f"{settings.workload.name}/{primary.rpartition('/')[2]}"
