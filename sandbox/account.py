"""What stands in the offline account before any stack: its service-linked roles.

``SANDBOX_ACCOUNT=fresh`` plays an account in which nothing was ever made; ``SANDBOX_ACCOUNT=ecs.amazonaws.com,…`` one
that has the service-linked roles of these services and no others. Without it the account has them all, and each `up`
says which of them it could not have done without.
"""

import os
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "SANDBOX_ACCOUNT"
FRESH: Final = "fresh"


def service_roles(environment: Mapping[str, str] = os.environ) -> frozenset[str] | None:
    """Give the services whose role the account has; ``None``: all of them."""
    stated = environment.get(VARIABLE, "").strip()
    if not stated:
        return None
    return frozenset() if stated == FRESH else frozenset(part.strip() for part in stated.split(",") if part.strip())
