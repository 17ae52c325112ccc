"""YAML as a tree of text, mappings and lists: what is not of the expected shape reads as nothing."""

from __future__ import annotations

import shlex
from typing import TypeAlias

from settings.document import Document
from settings.raw import Path, Raw, Written, as_written

Tree: TypeAlias = "str | list[Tree] | dict[str, Tree] | None"


def tree_of(document: Document) -> Tree:
    """Return a document's data with every scalar as its file writes it: 1.10 stays 1.10, and true is text."""
    return _tree(document, document.data, ())


def _tree(document: Document, value: Raw, path: Path) -> Tree:
    if isinstance(value, dict):
        return {key: _tree(document, item, (*path, key)) for key, item in value.items()}
    if isinstance(value, list):
        return [_tree(document, item, (*path, index)) for index, item in enumerate(value)]
    if value is None or isinstance(value, str):
        return value
    written = as_written(value, document.texts.get(path))
    if isinstance(written, Written):
        return written.text
    return str(value).lower() if isinstance(value, bool) else str(value)


def mapping(value: Tree) -> dict[str, Tree]:
    return value if isinstance(value, dict) else {}


def sequence(value: Tree) -> list[Tree]:
    return value if isinstance(value, list) else []


def text(value: Tree) -> str:
    return value if isinstance(value, str) else ""


def texts(value: Tree) -> list[str]:
    """Return a list's texts; a single text is a list of one."""
    if isinstance(value, str):
        return [value]
    return [item for item in sequence(value) if isinstance(item, str)]


def at(value: Tree, *keys: str) -> Tree:
    """Return what stands below the keys, or None."""
    for key in keys:
        value = mapping(value).get(key)
    return value


def whole(value: Tree) -> int | None:
    """Return a whole number, or None."""
    try:
        return int(float(text(value)))
    except (ValueError, OverflowError):
        return None


def truth(value: Tree) -> bool:
    return text(value).lower() in {"true", "yes", "on", "1"}


def pairs(value: Tree) -> dict[str, str | None]:
    """Return `KEY=value` items, or a mapping, as a mapping; a key without a value has None."""
    if isinstance(value, dict):
        return {key: item if isinstance(item, str) else None for key, item in value.items()}
    found: dict[str, str | None] = {}
    for item in texts(value):
        key, separator, content = item.partition("=")
        found[key.strip()] = content if separator else None
    return found


def words(value: Tree) -> tuple[str, ...]:
    """Return a command: a list as it is, a text as a shell would split it."""
    if isinstance(value, str):
        try:
            return tuple(shlex.split(value))
        except ValueError:
            return ("/bin/sh", "-c", value)
    return tuple(texts(value))
