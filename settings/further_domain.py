"""The second domain of a product that moves from one to another."""

from typing import Literal

from settings.base import Settings
from settings.existing import ZoneId
from settings.types import DomainName


class FurtherDomain(Settings):
    """A domain that the product moves to, and later the one that it came from."""

    name: DomainName
    """The domain."""
    zone: ZoneId | None = None
    """Its public hosted zone, where it stands already; without it the stack makes one."""
    stage: Literal["zone", "beside", "former", "gone"]
    """zone: its hosted zone alone, to be delegated to; beside: the product's hosts answer under it, too; former: the
    product came from it, and its hosts still answer; gone: nothing of it is left, and this section can go."""

    @property
    def answers(self) -> bool:
        """Whether the product's hosts answer under it."""
        return self.stage in ("beside", "former")
