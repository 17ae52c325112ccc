"""Physical names within the lengths that AWS allows."""

import hashlib
from typing import Final

_SHORTEST_LIMIT: Final = 8
"""One character, a hyphen and six digits."""
LONGEST_PREFIX: Final = 42
"""What leaves room behind it: an EventBridge rule's name has 64 characters, "-notify-restore-failed" 22 of them.
The others leave more: a backup vault's and a backup plan's 50, an RDS instance's 63, a role's 64."""


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
