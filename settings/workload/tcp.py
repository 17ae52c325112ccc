"""A port that clients reach over TCP, such as SSH of a git host."""

from pydantic import Field

from settings.base import Settings
from settings.types import HostLabel, Name, Network, PortName, PortNumber, Reason


class TcpPort(Settings):
    """A port of a service behind a Network Load Balancer, which hands connections on as they come: no TLS, no WAF."""

    host: HostLabel
    """Host below the stack's domain that leads there; no route and no static site may use it."""
    listen: PortNumber
    """Port that clients connect to."""
    service: Name
    """Service that answers."""
    port: PortName
    """Name of the service's port."""
    allowed_cidrs: tuple[Network, ...] = Field(min_length=1, max_length=30)
    """Ranges that may connect; of them, those that the stack's `ingress.allowed_cidrs` lets in."""
    open_because: Reason | None = None
    """Why everybody may connect, where the ranges hold more than a /8: nothing checks a client before the service."""
    proxy_protocol: bool = False
    """Begin each connection with the client's address (PROXY protocol, version 2), for a server that reads it."""
    health_interval_seconds: int = Field(default=15, ge=6, le=300)
    """Time between two attempts to connect, by which the load balancer sees whether a pod is healthy."""
    idle_timeout_seconds: int = Field(default=350, ge=60, le=6000)
    """The load balancer forgets a connection after this long without traffic."""
