"""The operators' consoles by internal host names."""

from pydantic import Field

from settings.base import Settings
from settings.sign_on import IdentityProvider
from settings.types import Network


class ConsolesSettings(Settings):
    """Grafana, Prometheus and Alertmanager behind an internal load balancer, for people who signed on."""

    sign_on: IdentityProvider | None = None
    """Whom people sign on with, which switches the names on; without it operators forward the consoles' ports."""
    allowed_cidrs: tuple[Network, ...] = Field(default=(), max_length=20)
    """Ranges of the operators' own network, behind a VPN or Direct Connect; the VPC itself always may."""
