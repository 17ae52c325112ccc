"""What things are called: physical names within the lengths that AWS allows, and where secrets stand."""

from settings import PlatformSettings
from settings.names import bounded

__all__ = ["bounded", "copied_secret_path", "secret_path"]


def secret_path(settings: PlatformSettings) -> str:
    """Return how every secret's name starts, <workload>/<stack>: what the runtime may read."""
    return f"{settings.workload.name}/{settings.stack_name}"


def copied_secret_path(settings: PlatformSettings) -> str | None:
    """Return how the names of the primary region's copies start, for a region that reads them; None for any other."""
    primary = settings.stack.primary_stack
    if primary is None or not settings.shares_secrets:
        return None
    return f"{settings.workload.name}/{primary.rpartition('/')[2]}"
