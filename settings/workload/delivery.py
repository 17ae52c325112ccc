"""How the outside reaches a product: hosts, paths, limits."""

from typing import Literal

from pydantic import Field

from settings.base import Settings
from settings.types import AbsolutePath, HostLabel, Name, PortName


class Route(Settings):
    """Requests for a host and a path prefix go to one port of one service."""

    host: HostLabel
    """Host below the stack's domain; `@` is the domain itself."""
    path: AbsolutePath = "/"
    """Path prefix."""
    service: Name
    """Service that answers."""
    port: PortName
    """Name of the service's port."""
    health_path: AbsolutePath = "/"
    """Path that the load balancer asks to see whether a pod is healthy."""


class RateLimit(Settings):
    """At most `requests` per client address in `window_seconds`."""

    requests: int = Field(ge=10, le=2_000_000_000)
    """Requests from one client address."""
    window_seconds: Literal[60, 120, 300, 600] = 60
    """Window over which WAF counts."""
    application_requests: int | None = Field(default=None, ge=1)
    """What the application itself allows one user in the same window; a lower limit at the edge is noted."""


class IngressNeeds(Settings):
    routes: tuple[Route, ...] = ()
    """Which requests go to which service."""
    rate_limit: RateLimit | None = None
    """Limit per client address, enforced by WAF."""
    idle_timeout_seconds: int = Field(default=60, ge=1, le=4000)
    """The load balancer closes a connection after this long without traffic; WebSockets need it above their ping."""
    deregistration_delay_seconds: int = Field(default=30, ge=0, le=3600)
    """Time for open requests when a pod leaves; no longer than the pod's termination grace."""
