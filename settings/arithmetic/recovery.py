"""What a recovery may lose."""

from typing import Final

RECOVERY_POINT_SECONDS: Final = 15 * 60
"""The tightest recovery point among the products (AT-112): what is younger may be lost, nothing that is older."""

ARCHIVE_SECONDS: Final = 5 * 60
"""A segment of the write-ahead log is archived when it is full, and at the latest after this time."""
