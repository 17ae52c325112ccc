"""What shared files cost: by what is kept, read and written, which nobody knows while the stack stands."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from components.capabilities.cost import Cost, Costs


def _systems(systems: Sequence[Mapping[str, Any]]) -> Iterator[Cost]:
    for _ in systems:
        yield Cost(what="FileSystem", quantity=1, dollars=None)


COSTS: Final[Mapping[str, Costs]] = {"aws:efs/fileSystem:FileSystem": _systems}
