"""What the rules about a stack look at."""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from settings.primary import PrimaryRegion
from settings.raw import Path, Raw, has
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.selection import chosen


def of_product(*paths: Path) -> tuple[Path, ...]:
    """Return places of the workload file as rules about a stack name them: below the stack's key `workload`.

    A rule whose truth depends on the product says on what of it, so that another mistake there does not hide it.
    """
    return tuple(("workload", *path) for path in paths)


@dataclass(frozen=True)
class Sibling:
    """Another stack of the same product and environment, as its file states it."""

    file: str
    region: str
    cidr: str


@dataclass(frozen=True)
class StackContext:
    """A stack, the product it carries, what its file states itself, and its sibling stacks."""

    name: str
    stack: StackSettings
    workload: Workload
    stated: dict[str, Raw]
    siblings: tuple[Sibling, ...] = field(default=())
    primary: PrimaryRegion | None = None
    today: date = field(default_factory=lambda: datetime.now(UTC).date())
    """What the last day of a permit is held against."""

    @property
    def running(self) -> Workload:
        """The product as this stack runs it: without the services that it leaves out or does not ask for."""
        return chosen(self.workload, self.stack.application)

    def states(self, *paths: Path) -> bool:
        """Whether the stack's own file holds one of these keys (otherwise the table or the product does)."""
        return any(has(self.stated, path) for path in paths)

    @property
    def guarded(self) -> bool:
        """Production whose protections were not given up in writing."""
        return self.stack.environment == "production" and not self.stack.protection.allow_unsafe
