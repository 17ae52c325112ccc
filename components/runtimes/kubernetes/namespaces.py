"""The platform's own namespace on a cluster."""

from typing import Final

SYSTEM_NAMESPACE: Final = "groundwork-system"
"""Where the foundation's release lives, and what works with the administrator's credentials: bootstrap and restore."""
