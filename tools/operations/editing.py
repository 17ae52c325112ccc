"""Changing one value of a YAML file and nothing else: comments, order and quotes stay as people wrote them."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final, cast

import yaml
from yaml.nodes import CollectionNode, MappingNode, Node, ScalarNode

_ALIAS: Final = re.compile(r":\s*\*[^\s,}\]]+")
Path = tuple[str, ...]
Entry = tuple[Node, Node]
"""A key and its value."""
_PLAIN: Final = re.compile(r"[A-Za-z][\w.-]*(:[\w.-]+)*", re.ASCII)


class EditError(Exception):
    """The file cannot be changed at this place; the message says why and what to write by hand."""


def put(text: str, path: Path, value: object) -> str:
    """Set the value at a path, and make what is missing on the way. Raises `EditError`."""
    way = _way(text, path)
    rest = path[len(way) :]
    if not rest:
        return _checked(text, _replaced(text, way[-1], flow(value)), path, value)
    nested: object = value
    for name in reversed(rest[1:]):
        nested = {name: nested}
    line = f"{_name(rest[0])}: {flow(nested)}"
    section = way[-1][1] if way else _compose(text)
    if isinstance(section, MappingNode) and section.value:
        return _checked(text, _appended(text, section, line), path, value)
    after = _replaced(text, way[-1], f"{{{line}}}") if way else f"{text.rstrip()}\n{line}\n".lstrip()
    return _checked(text, after, path, value)


def drop(text: str, path: Path) -> str:
    """Take the entry at a path out, and each section that it leaves empty. Raises `EditError`."""
    way = _way(text, path)
    if len(way) < len(path):
        return text
    above = path[: len(path) - 1]
    section = way[-2][1] if above else _compose(text)
    if not isinstance(section, MappingNode):
        raise EditError(f"{'.'.join(above)} is no section")
    if len(section.value) == 1 and above:
        return drop(text, above)
    if section.flow_style:
        kept = {key: each for key, each in cast("dict[str, Any]", read(text, above)).items() if key != path[len(above)]}
        return put(text, above, kept)
    start = text.rfind("\n", 0, way[-1][0].start_mark.index) + 1
    newline = text.find("\n", _behind(text, way[-1]))
    return _checked(text, text[:start] + (text[newline + 1 :] if newline >= 0 else ""), path, None)


def read(text: str, path: Path) -> object:
    """Give the value at a path; None where there is none. Raises `EditError`."""
    value: object = _loaded(text)
    for word in path:
        value = cast("Mapping[str, object]", value).get(word) if isinstance(value, Mapping) else None
    return value


def flow(value: object) -> str:
    """Write a value in YAML's flow style, with the quotes that it needs."""
    if isinstance(value, Mapping):
        items = (f"{_name(key)}: {flow(each)}" for key, each in cast("Mapping[str, object]", value).items())
        return f"{{{', '.join(items)}}}"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return f"[{', '.join(flow(each) for each in cast('Sequence[object]', value))}]"
    return _name(value) if isinstance(value, str) else json.dumps(value)


def _name(text: str) -> str:
    return text if _PLAIN.fullmatch(text) and yaml.safe_load(text) == text else json.dumps(text, ensure_ascii=False)


def _compose(text: str) -> Node | None:
    try:
        return yaml.compose(text, Loader=yaml.CSafeLoader)  # pyright: ignore[reportUnknownMemberType] -- no stubs
    except yaml.YAMLError as error:
        raise EditError(f"it is no YAML: {' '.join(str(error).split())}") from None


def _way(text: str, path: Path) -> list[Entry]:
    """Give the entries on the way to a path, as far as they are there. Raises `EditError` where one is no section."""
    node, way = _compose(text), list[Entry]()
    for word in path:
        if not isinstance(node, MappingNode):
            if node is not None and not _empty(node):
                raise EditError(f"{'.'.join(path[: len(way)])} is no section; write {word} there by hand")
            return way
        entry = next((each for each in _entries(node) if str(each[0].value) == word), None)
        if entry is None:
            return way
        way.append(entry)
        node = entry[1]
    return way


def _entries(node: MappingNode) -> list[Entry]:
    return cast("list[Entry]", node.value)


def _empty(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.tag == "tag:yaml.org,2002:null"


def _colon(text: str, key: Node) -> int:
    return text.index(":", key.end_mark.index)


def _behind(text: str, entry: Entry) -> int:
    """Give where the text of a key's value ends; that of an alias stands elsewhere."""
    key, node = entry
    colon = _colon(text, key)
    if node.start_mark.index < key.end_mark.index:
        alias = _ALIAS.match(text, colon)
        return alias.end() if alias else colon + 1
    return max(_end(text, node), colon + 1)


def _end(text: str, node: Node) -> int:
    """Give where a node's own text ends: a block's mark stands behind the comments and empty lines that follow it."""
    if isinstance(node, CollectionNode) and not node.flow_style and node.value:
        if isinstance(node, MappingNode):
            return _behind(text, _entries(node)[-1])
        return _end(text, cast("list[Node]", node.value)[-1])
    return int(node.end_mark.index)


def _replaced(text: str, entry: Entry, value: str) -> str:
    colon, end = _colon(text, entry[0]), _behind(text, entry)
    while text[end - 1] == "\n":  # the mark of a block of text stands behind its last line
        end -= 1
    return f"{text[: colon + 1]} {value}{text[end:]}"


def _appended(text: str, node: MappingNode, line: str) -> str:
    if node.flow_style:
        close = int(node.end_mark.index) - 1
        return f"{text[:close].rstrip().rstrip(',')}, {line}{text[close:]}"
    newline = text.find("\n", _end(text, node) - 1)
    before, after = (text[:newline], text[newline:]) if newline >= 0 else (text, "\n")
    # An anchor in front of the section is part of its mark: its first key tells how far it is indented.
    return f"{before}\n{' ' * _entries(node)[0][0].start_mark.column}{line}{after}"


def _loaded(text: str) -> object:
    try:
        return cast("object", yaml.load(text, yaml.CSafeLoader))
    except yaml.YAMLError as error:
        raise EditError(f"it is no YAML: {' '.join(str(error).split())}") from None


def _checked(before: str, after: str, path: Path, value: object) -> str:
    """Refuse a change that would touch anything else, such as what an anchor shares."""
    wanted = _unshared(before)
    place = wanted
    *above, last = path
    for word in above:
        if not isinstance(place.get(word), dict):
            place[word] = {}
        place = cast("dict[str, Any]", place[word])
    if value is None:
        place.pop(last, None)
    else:
        place[last] = value
    if _unshared(after) != wanted:
        raise EditError(f"{'.'.join(path)} shares its text with something else; write it by hand: {flow(value)}")
    return after


def _unshared(text: str) -> dict[str, Any]:
    """Load a file so that what an anchor shares is there once for each place that has it."""
    return cast("dict[str, Any]", json.loads(json.dumps(_loaded(text) or {}, default=str)))
