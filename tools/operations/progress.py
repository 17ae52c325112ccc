"""How far an operation has come: one tag of the stack, beside its state, where whoever goes on finds it."""

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from typing import Final, Protocol, cast

TAG: Final = "groundwork:operation"
LONGEST: Final = 256
"""Characters of a tag's value (pulumi 3.274.1, pkg/util/validation/stack.go: maxTagValue)."""


class UnreadableError(Exception):
    """The stack's tag holds no progress, or has no room for it; the message is one line for people."""


@dataclass(frozen=True)
class Progress:
    """What is under way on a stack."""

    name: str
    stack: str
    """The stack and the product that it was begun on, as `<stack>/<product>`."""
    by: str
    """Who went on with it last."""
    at: str
    """When, in UTC."""
    since: str
    """The day on which it began."""
    of: str = ""
    to: str = ""
    was: str = ""
    """What the world was before, where a step has to know it and can no longer see it."""
    done: str = ""
    """The last step that is done; empty before the first."""

    def text(self) -> str:
        """Write it for the tag: its fields in their order, `by` as far as there is room. Raises `UnreadableError`."""
        written = _line(self)
        over = len(written) - LONGEST
        if over > 0:
            written = _line(replace(self, by=self.by[: max(0, len(self.by) - over)]))
        if len(written) > LONGEST:
            raise UnreadableError(f"{len(written)} characters do not fit a tag of {LONGEST}: use shorter names")
        return written

    @property
    def written_at(self) -> datetime:
        return datetime.fromisoformat(self.at)

    @classmethod
    def read(cls, text: str) -> "Progress":
        """Read it from a tag. Raises `UnreadableError`."""
        try:
            progress = cls(*cast("list[str]", json.loads(text)))
            if progress.written_at.tzinfo is None:
                raise ValueError(progress.at)  # noqa: TRY301 -- one handler tells of all that is wrong with it
        except (ValueError, TypeError, AttributeError):
            shown = " ".join(text.split())[:80]
            raise UnreadableError(
                f"the stack's tag {TAG} holds no progress of an operation: {shown!r}; look who wrote it, then "
                f"`pulumi stack tag rm {TAG}`"
            ) from None
        return progress


def _line(progress: Progress) -> str:
    return json.dumps(list(asdict(progress).values()), separators=(",", ":"))


class Tag(Protocol):
    """Where the progress of a stack is kept."""

    def read(self) -> str | None:
        """Give what it holds; None where nothing is under way."""
        ...

    def write(self, text: str) -> None:
        """Put something in its place."""
        ...

    def remove(self) -> None:
        """Take it away; nothing where there is none."""
        ...


def moment(at: datetime) -> str:
    """Write a moment to the second, in UTC."""
    return at.astimezone(UTC).isoformat(timespec="seconds")
