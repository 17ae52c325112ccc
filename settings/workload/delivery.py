"""How the outside reaches a product: hosts, paths, limits."""

from pydantic import Field

from settings.base import Settings
from settings.types import AbsolutePath, HostLabel, Name, PortName


class Route(Settings):
    """Requests for a host and a path prefix go to one port of one service."""

    host: HostLabel
    path: AbsolutePath = "/"
    service: Name
    port: PortName
    health_path: AbsolutePath = "/"


class RateLimit(Settings):
    """At most `requests` per client address in `window_seconds` (WAF counts over 60, 120, 300 or 600 seconds)."""

    requests: int = Field(ge=10, le=2_000_000_000)
    window_seconds: int = Field(default=60)


class IngressNeeds(Settings):
    routes: tuple[Route, ...] = ()
    rate_limit: RateLimit | None = None
    idle_timeout_seconds: int = Field(default=60, ge=1, le=4000)
    deregistration_delay_seconds: int = Field(default=30, ge=0, le=3600)
