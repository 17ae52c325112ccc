"""Physical names within the lengths that AWS allows."""

import hashlib

from settings import PlatformSettings

_SHORTEST_LIMIT = 8
"""One character, a hyphen and six digits."""


def bounded(name: str, limit: int) -> str:
    """Return `name` unchanged if it fits `limit` characters, else a prefix of it with a six-digit digest of the whole.

    Raises ValueError when `limit` leaves no room for a prefix (below 8).
    """
    if limit < _SHORTEST_LIMIT:
        raise ValueError(f"a limit of {limit} characters leaves no room for a name")
    if len(name) <= limit:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:6]
    return f"{name[: limit - 7].rstrip('-')}-{digest}"


def secret_path(settings: PlatformSettings) -> str:
    """Return how every secret's name starts, <workload>/<stack>: what the runtime may read."""
    return f"{settings.workload.name}/{settings.stack_name}"


def copied_secret_path(settings: PlatformSettings) -> str | None:
    """Return how the names of the primary region's copies start, for a region that reads them; None for any other."""
    primary = settings.stack.primary_stack
    if primary is None or not settings.shares_secrets:
        return None
    return f"{settings.workload.name}/{primary.rpartition('/')[2]}"
