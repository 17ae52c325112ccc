"""Mistakes in settings, told so that a person can fix them: where, what was given, what is allowed, what to do."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby
from textwrap import fill

from settings.raw import Absent, Path, Written

_LONGEST = 88
_WIDTH = 112


class Hidden:
    """Stands for a value that must not be shown."""

    def __repr__(self) -> str:
        return "(not shown)"


HIDDEN = Hidden()


@dataclass(frozen=True)
class Finding:
    """A mistake inside one document; `concerns` are other places that its truth depends on."""

    path: Path
    given: object
    allowed: str
    mend: str
    concerns: tuple[Path, ...] = ()
    meant: str | None = None
    """The key that was probably meant, where an unknown one is told."""


@dataclass(frozen=True)
class Problem:
    """A mistake, placed: `path` is the YAML path inside `file`, `line` counts from 1."""

    path: str
    given: object
    allowed: str
    mend: str
    file: str = ""
    line: int | None = None

    @property
    def place(self) -> str:
        """File, line and path in one line."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.path) if part)

    def render(self) -> str:
        """Four lines: where, given, allowed, fix."""
        where = f"line {self.line}: " if self.line is not None else ""
        return (
            f"  {where}{self.path}\n"
            f"      given    {shown(self.given)}\n"
            f"{_wrapped('allowed', self.allowed)}\n"
            f"{_wrapped('fix', self.mend)}"
        )


class SettingsError(Exception):
    """One or more mistakes in what the user stated; nothing was created."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        once = {(problem.file, problem.render()): problem for problem in problems}
        self.problems = tuple(sorted(once.values(), key=_reading_order))
        super().__init__(self.render())

    def render(self) -> str:
        """Every mistake, by file and line."""
        count = len(self.problems)
        blocks = [f"{count} mistake{'s' if count != 1 else ''} in the settings; nothing was created."]
        for file, problems in groupby(self.problems, key=lambda problem: problem.file):
            blocks.append("\n".join([file or "settings", *(problem.render() for problem in problems)]))
        return "\n\n".join(blocks)


def _reading_order(problem: Problem) -> tuple[str, int, str, str]:
    return (problem.file, problem.line or 0, problem.path, problem.allowed)


def _wrapped(label: str, sentence: str) -> str:
    lead = f"      {label:<9}"
    return fill(
        sentence,
        width=_WIDTH,
        initial_indent=lead,
        subsequent_indent=" " * len(lead),
        break_long_words=False,
        break_on_hyphens=False,
    )


def shown(given: object) -> str:
    """Write a value as YAML would, shortened to one line."""
    if isinstance(given, Absent | Hidden | Written):
        return repr(given)
    try:
        text = json.dumps(given, ensure_ascii=False, default=str)
    except (TypeError, ValueError):
        text = repr(given)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 2]} …"
