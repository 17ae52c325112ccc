"""What shared files cost: by what is kept, which is assumed. https://aws.amazon.com/efs/pricing/ has the price."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.capabilities.cost import Cost, Costs

KEPT_GB: Final = 10.0
"""What a small product keeps."""
STORAGE_MONTH: Final = 0.30
"""A GB in several zones, read often."""


def _systems(systems: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    for _ in systems:
        yield Cost(what="GB of shared files (assumed)", quantity=KEPT_GB, dollars=KEPT_GB * STORAGE_MONTH)


COSTS: Final[Mapping[str, Costs]] = {"aws:efs/fileSystem:FileSystem": _systems}
