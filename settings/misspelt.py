"""Top-level keys of a stack file that nearly are ones: each is reported once, and judged as what it was meant for."""

from collections.abc import Iterator

from settings.diagnostics import Diagnostic
from settings.document import Document
from settings.raw import Raw, value_at
from settings.shape import fields_of
from settings.stack import StackSettings
from settings.stacks import PROJECT
from settings.suggest import listed, nearest

_NAMES = "provided_secrets"
"""Where the names of the values under `secrets` are kept."""


def as_meant(stated: dict[str, Raw], document: Document) -> tuple[dict[str, Raw], list[Diagnostic]]:
    """Return the stack's keys as they were meant, and what is wrong with those that were misspelt.

    What nobody can have meant stays, and is refused as an unknown key.
    """
    keys = ["secrets" if key == _NAMES else key for key in fields_of(StackSettings)]
    meant = dict(stated)
    diagnostics: list[Diagnostic] = []
    for key in sorted(stated.keys() - fields_of(StackSettings).keys()):
        match = nearest(key, _open(keys, meant))
        if match is not None:
            _put(meant, match, meant.pop(key))
            fix = f"did you mean {match!r}?"
            diagnostics.append(Diagnostic((key,), key, f"one of {listed(keys)}", fix, meant=match))
    for name, value, diagnostic in _of_other_projects(document, keys):
        if name in _open(keys, meant):
            _put(meant, name, value)
            diagnostics.append(diagnostic)
    section = _misspelt_section(document)
    if section is not None:
        diagnostics.append(Diagnostic((f"{section}:",), section, "config", "did you mean 'config'?"))
        within = value_at(document.data, (section,))
        for full, value in within.items() if isinstance(within, dict) else ():
            project, _, name = full.rpartition(":")
            if project in ("", PROJECT) and name in _open(keys, meant):
                _put(meant, name, value)
    return meant, diagnostics


def _misspelt_section(document: Document) -> str | None:
    """Return what stands in place of `config:`, which holds all of a stack file's settings."""
    if not isinstance(document.data, dict) or "config" in document.data:
        return None
    return nearest("config", document.data)


def _open(keys: list[str], stated: dict[str, Raw]) -> list[str]:
    """The keys that the file does not have in their right spelling."""
    return [key for key in keys if (_NAMES if key == "secrets" else key) not in stated]


def _put(stated: dict[str, Raw], key: str, value: Raw) -> None:
    if key != "secrets":
        stated[key] = value
    elif isinstance(value, dict):
        stated[_NAMES] = [*sorted(value)]


def _of_other_projects(document: Document, keys: list[str]) -> Iterator[tuple[str, Raw, Diagnostic]]:
    """Yield what stands under a misspelt name of the project: the engine takes it for another program's."""
    config = value_at(document.data, ("config",))
    for full, value in config.items() if isinstance(config, dict) else ():
        project, _, key = full.rpartition(":")
        if project != PROJECT and key in keys and nearest(project, [PROJECT]):
            right = f"{PROJECT}:{key}"
            yield key, value, Diagnostic((full,), full, right, f"did you mean {right!r}?", meant=key)
