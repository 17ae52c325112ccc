"""What the provider process says by its exit code."""

from typing import Final

BUSY_PORT: Final = 3
DAMAGED_STORE: Final = 4
BAD_FAULTS: Final = 5
UNUSABLE_STORE: Final = 6
CRASHED: Final = 70
