"""Writing a draft as YAML that a person goes on with: comments at their places, short sections in one line."""

import json
import re
from textwrap import wrap
from typing import Final

from settings.raw import Path, Raw
from tools.importing.document import Draft
from tools.importing.interpolation import shown

_WIDTH: Final = 120
_PLAIN = re.compile(r"[A-Za-z/_.][A-Za-z0-9 /_.@%+=()*<>^~$-]*|[A-Za-z0-9][A-Za-z0-9_/.-]*[A-Za-z/_][A-Za-z0-9_/.-]*")
_READ_AS_OTHER = re.compile(
    r"(?i:y|n|yes|no|on|off|true|false|null|none|~|\.nan|[-+]?\.inf|.*: .*|.* #.*)|.*\s$|[-+.0-9_eExXoO]+|.*:$"
)
_CONTROL = re.compile("[\x00-\x1f]")
_UNPRINTED = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Beside what JSON escapes itself (YAML 1.2.2, section 5.1; YAML 1.1 breaks lines at U+0085, U+2028 and U+2029)."""
_OPEN: Final = ("environment", "files", "ports", "probes", "volumes", "resources")
"""Sections that grow: one line for each entry."""


def rendered(draft: Draft) -> str:
    """Return the file's text; it ends with one line break."""
    lines = [f"# {line}".rstrip() for sentence in draft.head for line in _wrapped(sentence, 0)]
    missing = [line for place in draft.comments if place[0] not in draft.data for line in _comments(draft, place, 0)]
    lines += ["#", *missing] if missing else []
    for key, value in draft.data.items():
        if lines and (isinstance(value, dict | list) or draft.comments.get((key,))):
            lines.append("")
        lines += _entry(draft, (key,), key, value, 0)
    return "\n".join(lines) + "\n"


def _wrapped(sentence: str, indent: int) -> list[str]:
    text = " ".join(_UNPRINTED.sub(" ", _CONTROL.sub(" ", shown(sentence))).split())
    return wrap(text, _WIDTH - indent - 2, break_long_words=False, break_on_hyphens=False) or [""]


def _comments(draft: Draft, path: Path, indent: int) -> list[str]:
    blank = " " * indent
    return [f"{blank}# {line}" for sentence in draft.comments.get(path, []) for line in _wrapped(sentence, indent)]


def _heads(draft: Draft, path: Path, value: Raw, indent: int) -> list[str]:
    """Comments on keys that a section does not have stand at its head."""
    if not isinstance(value, dict):
        return []
    depth = len(path)
    missing = [
        place for place in draft.comments if len(place) > depth and place[:depth] == path and place[depth] not in value
    ]
    return [line for place in missing for line in _comments(draft, place, indent)]


def _entry(draft: Draft, path: Path, key: str, value: Raw, indent: int) -> list[str]:
    blank = " " * indent
    lines = _comments(draft, path, indent)
    name = f"{blank}{_scalar(key)}:"
    short = _short(draft, path, value, _WIDTH - len(name) - 1)
    if short is not None:
        return [*lines, f"{name} {short}"]
    if isinstance(value, str):
        return [*lines, f"{name} {_block(value, indent + 2)}"]
    return [*lines, name, *_below(draft, path, value, indent + 2)]


def _below(draft: Draft, path: Path, value: Raw, indent: int) -> list[str]:
    lines = _heads(draft, path, value, indent)
    if isinstance(value, dict):
        for index, (key, item) in enumerate(value.items()):
            if index and path in {("services",), ("jobs",)}:
                lines.append("")
            lines += _entry(draft, (*path, key), key, item, indent)
    elif isinstance(value, list):
        for index, item in enumerate(value):
            lines += _item(draft, (*path, index), item, indent)
    return lines


def _item(draft: Draft, path: Path, value: Raw, indent: int) -> list[str]:
    blank = " " * indent
    lines = _comments(draft, path, indent)
    short = _short(draft, path, value, _WIDTH - indent - 2)
    if short is not None:
        return [*lines, f"{blank}- {short}"]
    if isinstance(value, str):
        return [*lines, f"{blank}- {_block(value, indent + 2)}"]
    below = _below(draft, path, value, indent + 2)
    return [*lines, f"{blank}- {below[0].lstrip()}", *below[1:]]


def _short(draft: Draft, path: Path, value: Raw, width: int) -> str | None:
    """Return a value in one line; None for one that is too long, has comments inside, or is a growing section."""
    if isinstance(value, str) and "\n" in value.rstrip("\n"):
        return None if _can_be_block(value) else _quoted(shown(value))
    if isinstance(value, dict | list) and value:
        if path and (path[-1] in _OPEN or len(path) == 1 or path[:-1] in {("services",), ("jobs",)}):
            return None
        if any(len(place) > len(path) and place[: len(path)] == path for place in draft.comments):
            return None
        if isinstance(value, list) and any(isinstance(item, dict) for item in value):
            return None
        if _holds_lines(value):
            return None
    written = _flow(value)
    return written if len(written) <= width or not isinstance(value, dict | list) else None


def _holds_lines(value: Raw) -> bool:
    if isinstance(value, dict):
        return any(_holds_lines(item) for item in value.values())
    if isinstance(value, list):
        return any(_holds_lines(item) for item in value)
    return isinstance(value, str) and "\n" in value


def _flow(value: Raw) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    if isinstance(value, str):
        return _scalar(value)
    return json.dumps(value)


def _scalar(text: str) -> str:
    text = shown(text)
    if _PLAIN.fullmatch(text) and not _READ_AS_OTHER.fullmatch(text):
        return text
    return _quoted(text)


def _quoted(text: str) -> str:
    """Write text in double quotes; what YAML does not print, or takes for a line break, is escaped."""
    return _UNPRINTED.sub(lambda match: f"\\u{ord(match[0]):04x}", json.dumps(text, ensure_ascii=False))


def _can_be_block(text: str) -> bool:
    """A literal block keeps text as it is, unless it begins with blanks or holds what YAML does not print."""
    return not text.startswith((" ", "\t", "\n")) and all(
        character in {"\n", "\t"} or (character >= " " and not _UNPRINTED.match(character)) for character in text
    )


def _block(text: str, indent: int) -> str:
    text = shown(text)
    keep = "" if text.endswith("\n") and not text.endswith("\n\n") else "+" if text.endswith("\n") else "-"
    blank = " " * indent
    body = "\n".join(f"{blank}{line}" if line else "" for line in text.rstrip("\n").split("\n"))
    return f"|{keep}\n{body}" + ("\n" * (len(text) - len(text.rstrip("\n")) - 1) if keep == "+" else "")
