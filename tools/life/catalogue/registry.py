"""Every change that a year may have, by name."""

from typing import Final

from tools.life.catalogue import application, edge, passage, platform, stores
from tools.life.change import Change

_ALL: Final = (*application.CHANGES, *edge.CHANGES, *stores.CHANGES, *platform.CHANGES, *passage.CHANGES)
CATALOGUE: Final[dict[str, Change]] = {each.name: each for each in _ALL}
