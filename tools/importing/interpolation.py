"""Compose's variables: `${NAME}`, `${NAME:-default}` and their like, and the files that give them values.

https://docs.docker.com/reference/compose-file/interpolation/
"""

import re
from collections.abc import Mapping
from typing import Final

from tools.importing.trees import Tree

_OPEN: Final = "\ue000"
_CLOSE: Final = "\ue001"
_MARK = re.compile(f"{_OPEN}([^{_CLOSE}]*){_CLOSE}")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_FORM = re.compile(r":?[-+?]")
_LINE = re.compile(r"\s*(?:export\s+)?([A-Za-z_][A-Za-z0-9_.-]*)\s*(?:=|:\s)\s*(.*)")


def unset(text: str) -> tuple[str, ...]:
    """Return the names without a value that a filled text holds, each once."""
    return tuple(dict.fromkeys(_MARK.findall(text)))


def shown(text: str) -> str:
    """Write names without a value as they were: `${NAME}`."""
    return _MARK.sub(r"${\1}", text)


def filled(tree: Tree, values: Mapping[str, str]) -> Tree:
    """Fill every text of a tree in; a name that has neither value nor default stays marked, for `unset`."""
    if isinstance(tree, dict):
        return {key: filled(item, values) for key, item in tree.items()}
    if isinstance(tree, list):
        return [filled(item, values) for item in tree]
    return tree if tree is None else fill(tree, values)


def fill(text: str, values: Mapping[str, str]) -> str:
    """Fill one text in, with what `filled` says of names without a value."""
    done: list[str] = []
    place = 0
    while place < len(text):
        if text[place] != "$":
            end = text.find("$", place)
            end = len(text) if end < 0 else end
            done.append(text[place:end])
            place = end
            continue
        part, place = _reference(text, place, values)
        done.append(part)
    return "".join(done)


def _reference(text: str, place: int, values: Mapping[str, str]) -> tuple[str, int]:
    """Read what stands from a `$` on; returns what it becomes, and where the rest begins."""
    following = text[place + 1 : place + 2]
    if following == "$":
        return "$", place + 2
    if following == "{":
        end = _closing(text, place + 2)
        if end is not None:
            return _braced(text[place + 2 : end], values), end + 1
    name = _NAME.match(text, place + 1)
    if name is not None:
        return values.get(name[0], f"{_OPEN}{name[0]}{_CLOSE}"), name.end()
    return "$", place + 1


def _closing(text: str, place: int) -> int | None:
    """Find the brace that closes the one before `place`; defaults may hold references of their own."""
    depth = 1
    for index in range(place, len(text)):
        if text[index] == "}":
            depth -= 1
            if depth == 0:
                return index
        elif text[index] == "{":
            depth += 1
    return None


def _braced(inner: str, values: Mapping[str, str]) -> str:
    name = _NAME.match(inner)
    if name is None:
        return f"${{{inner}}}"
    form = _FORM.match(inner, name.end())
    value = values.get(name[0])
    if form is None:
        return f"{_OPEN}{name[0]}{_CLOSE}" if value is None else value
    given = value is not None and (value != "" or not form[0].startswith(":"))
    word = inner[form.end() :]
    if form[0].endswith("+"):
        return fill(word, values) if given else ""
    if given and value is not None:
        return value
    return fill(word, values) if form[0].endswith("-") else f"{_OPEN}{name[0]}{_CLOSE}"


def variables(lines: str, known: Mapping[str, str]) -> dict[str, str]:
    """Read a file of `NAME=value` lines; values in double quotes or none may refer to names before them."""
    found: dict[str, str] = {}
    for line in lines.splitlines():
        match = _LINE.fullmatch(line.strip())
        if match is None:
            continue
        name, value = match[1], match[2].strip()
        if len(value) > 1 and value[0] == value[-1] == "'":
            found[name] = value[1:-1]
            continue
        if len(value) > 1 and value[0] == '"' and '"' in value[1:]:
            value = value[1 : value.index('"', 1)]
        else:
            value = re.sub(r"\s+#.*$", "", value)
        found[name] = fill(value, {**known, **found})
    return found
