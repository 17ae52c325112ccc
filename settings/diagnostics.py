"""Mistakes in settings, reported so that a person can fix them: where, what was given, what is allowed, what to do."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import groupby
from textwrap import fill

from settings.raw import Absent, Path, Written, dotted

_LONGEST = 88
_WIDTH = 112


class Hidden:
    """Stands for a value that must not be shown."""

    def __repr__(self) -> str:
        return "(not shown)"


HIDDEN = Hidden()


@dataclass(frozen=True)
class Diagnostic:
    """A mistake: where it stands, what was given, what is allowed and how to fix it.

    A check states the first four and leaves `file`, `line` and `prefix` to whoever knows the file.
    """

    path: Path
    given: object
    allowed: str
    fix: str
    concerns: tuple[Path, ...] = ()
    """Other places that the diagnostic depends on: it is dropped where one of them is wrong itself."""
    meant: str | None = None
    """The key that was probably meant, for an unknown one."""
    file: str = ""
    line: int | None = None
    """The line that states `path`, counted from 1."""
    prefix: str = ""
    """What the file writes before the path, such as `groundwork:` in a stack file."""

    def placed(self, file: str, line: int | None, prefix: str = "") -> "Diagnostic":
        """Return this diagnostic with the place where the file states it."""
        return replace(self, file=file, line=line, prefix=prefix)

    @property
    def setting(self) -> str:
        """The path as the file writes it: `groundwork:network.cidr`."""
        return f"{self.prefix}{dotted(self.path)}" or "(file)"

    @property
    def place(self) -> str:
        """File, line and path in one line."""
        where = self.file if self.line is None else f"{self.file}:{self.line}"
        return ": ".join(part for part in (where, self.setting) if part)

    def render(self) -> str:
        """Four lines: where, given, allowed, fix."""
        where = f"line {self.line}: " if self.line is not None else ""
        return (
            f"  {where}{self.setting}\n"
            f"      given    {shown(self.given)}\n"
            f"{_wrapped('allowed', self.allowed)}\n"
            f"{_wrapped('fix', self.fix)}"
        )


class SettingsError(Exception):
    """One or more mistakes in what the user stated; nothing was created."""

    def __init__(self, diagnostics: Iterable[Diagnostic]) -> None:
        once = {(diagnostic.file, diagnostic.render()): diagnostic for diagnostic in diagnostics}
        self.diagnostics = tuple(sorted(once.values(), key=_reading_order))
        super().__init__(self.render())

    def render(self) -> str:
        """Every mistake, by file and line."""
        count = len(self.diagnostics)
        blocks = [f"{count} mistake{'s' if count != 1 else ''} in the settings; nothing was created."]
        for file, diagnostics in groupby(self.diagnostics, key=lambda diagnostic: diagnostic.file):
            blocks.append("\n".join([file or "settings", *(diagnostic.render() for diagnostic in diagnostics)]))
        return "\n\n".join(blocks)


def _reading_order(diagnostic: Diagnostic) -> tuple[str, int, str, str]:
    return (diagnostic.file, diagnostic.line or 0, diagnostic.setting, diagnostic.allowed)


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
