"""Where a drill takes place: a folder of its own, PostgreSQL's programs in it, and the stack that it is about."""

import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from settings import PlatformSettings
from tools.drill.cluster import Instance, primary
from tools.drill.postgresql import Installation, install
from tools.drill.product import Product, product_of
from tools.drill.writer import DEFINITION


@dataclass(frozen=True)
class Place:
    """What every drill is given. The database holds so many MB before the writer begins."""

    settings: PlatformSettings
    product: Product
    installation: Installation
    megabytes: int

    @property
    def folder(self) -> Path:
        """The folder that goes with the drill."""
        return self.installation.folder

    @property
    def archive(self) -> Path:
        """Where the primary archives its log."""
        return self.folder / "archive"


@contextmanager
def place(settings: PlatformSettings, megabytes: int) -> Generator[Place]:
    """Make a folder for one drill, and remove it afterwards. Raises DrillError, StartError."""
    product = product_of(settings)
    with tempfile.TemporaryDirectory(prefix="groundwork-drill-", ignore_cleanup_errors=True) as folder:
        yield Place(settings, product, install(Path(folder)), megabytes)


@contextmanager
def production(place: Place) -> Generator[Instance]:
    """Run the primary that the bootstrap made, filled, with the writer's table; its log is archived."""
    with primary(place.installation, place.archive) as instance:
        place.product.bootstrap(instance.server)
        place.product.fill(instance.server, place.megabytes)
        place.product.as_owner(instance.server, DEFINITION)
        yield instance
