"""Reading a YAML file so that every mistake in it has a line: duplicate keys, anchors, types JSON does not have.

Scalars follow YAML 1.2's core schema, as editors and Pulumi read them: `on`, `no`, `12:30` and dates are text.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from math import isfinite
from pathlib import Path as FilePath

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from settings.composing import DEEPEST, LARGEST_BYTES, LARGEST_VALUES, TooMuchError, compose, within_bounds
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path, Raw


@dataclass(frozen=True)
class Document:
    """A file's data, the line of every path in it, and what is wrong with it as YAML."""

    file: str
    data: Raw
    lines: dict[Path, int] = field(default_factory=dict[Path, int])
    texts: dict[Path, str] = field(default_factory=dict[Path, str])
    """How the file writes what YAML reads as a number, true or false: 1.10 is 1.1 to YAML, and another version."""
    diagnostics: tuple[Diagnostic, ...] = ()
    readable: bool = True

    def line(self, path: Path) -> int | None:
        """Return the line of `path`, or of the nearest thing around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self.lines:
                return self.lines[path[:length]]
        return None

    def place(self, diagnostic: Diagnostic) -> Diagnostic:
        """Return the diagnostic with this file and its line."""
        return diagnostic.placed(self.file, self.line(diagnostic.path))


_CORE = (
    ("bool", re.compile(r"true|True|TRUE|false|False|FALSE")),
    ("null", re.compile(r"~|null|Null|NULL|")),
    ("int", re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")),
    ("float", re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")),
)
"""YAML 1.2.2, section 10.3.2, without the numbers that JSON cannot write."""

_TAG = "tag:yaml.org,2002:"


def read(path: FilePath, file: str | None = None) -> Document:
    """Read a YAML file. What cannot be read is a diagnostic of the document, never an exception.

    `file` is what diagnostics call it, by default its name.
    """
    file = file or path.name
    try:
        with path.open("rb") as opened:
            content = opened.read(LARGEST_BYTES + 1)
        text = content.decode("utf-8") if len(content) <= LARGEST_BYTES else ""
    except OSError as error:
        return _unreadable(
            file, str(path.name), None, error.strerror or "cannot be opened", "create it or make it readable"
        )
    except UnicodeDecodeError as error:
        return _unreadable(file, f"byte {error.start}", None, "text in UTF-8", "save the file as UTF-8")
    if len(content) > LARGEST_BYTES:
        allowed = f"at most {LARGEST_BYTES:,} bytes: a Helm release has to fit a Secret"
        given = f"{path.stat().st_size:,} bytes"
        return _unreadable(file, given, None, allowed, "move what is no setting into the image or a volume")
    return parse(text, file)


def parse(text: str, file: str) -> Document:
    """Parse YAML text; `file` is the name that diagnostics carry."""
    try:
        node = compose(text)
        return Document(file, {}, {(): 1}) if node is None else _Builder(file).document(node)
    except TooMuchError as error:
        return _unreadable(file, "more", error.line, error.allowed, "state less, or use fewer aliases")
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (None, None)
        given = (
            text.splitlines()[line - 1].strip() if line and line <= len(text.splitlines()) else "the end of the file"
        )
        why = ", ".join(part for part in (error.context, error.problem) if part)
        return _unreadable(file, given, line, "YAML", _fix_syntax(why, column))
    except yaml.YAMLError as error:
        return _unreadable(file, ABSENT, None, "YAML in UTF-8 without control characters", str(error).splitlines()[0])


def _fix_syntax(why: str, column: int | None) -> str:
    where = f" at column {column}" if column else ""
    if "alias" in why:
        return f"{why}{where}; define the anchor (&name) above its use (*name)"
    return f"{why}{where}"


def _unreadable(file: str, given: object, line: int | None, allowed: str, fix: str) -> Document:
    diagnostic = Diagnostic((), given, allowed, fix, file=file, line=line)
    return Document(file, {}, diagnostics=(diagnostic,), readable=False)


class _Builder:
    """Turns one node graph into plain data, noting lines and mistakes."""

    def __init__(self, file: str) -> None:
        self._file = file
        self._lines: dict[Path, int] = {}
        self._texts: dict[Path, str] = {}
        self._diagnostics: list[Diagnostic] = []
        self._open: list[Node] = []
        self._built = 0

    def document(self, node: Node) -> Document:
        data = self._build(node, ())
        return Document(self._file, data, self._lines, self._texts, tuple(self._diagnostics))

    def _note(self, node: Node, path: Path, given: object, allowed: str, fix: str) -> None:
        self._diagnostics.append(Diagnostic(path, given, allowed, fix).placed(self._file, node.start_mark.line + 1))

    def _build(self, node: Node, path: Path) -> Raw:
        self._built += 1
        self._lines.setdefault(path, node.start_mark.line + 1)
        if any(node is outer for outer in self._open):
            self._note(node, path, "an alias to what contains it", "a value that ends", "write the value out")
            return None
        if self._built > LARGEST_VALUES or len(path) > DEEPEST:
            raise TooMuchError(node.start_mark.line + 1, within_bounds())
        self._open.append(node)
        try:
            if isinstance(node, MappingNode):
                return self._mapping(node, path)
            if isinstance(node, SequenceNode):
                return [self._build(item, (*path, index)) for index, item in enumerate(node.value)]
            return self._scalar(node, path)
        finally:
            self._open.pop()

    def _mapping(self, node: MappingNode, path: Path) -> Raw:
        result: dict[str, Raw] = {}
        first: dict[str, int] = {}
        inherited: dict[str, Raw] = {}
        for key_node, value_node in node.value:
            if _is_merge(key_node):
                inherited = {**self._merge(key_node, value_node, path), **inherited}
                continue
            key = self._key(key_node, path)
            if key is None:
                continue
            if key in first:
                fix = f"delete one of the two; the other is on line {first[key]}"
                self._note(key_node, (*path, key), key, "each key once", fix)
                continue
            first[key] = key_node.start_mark.line + 1
            self._lines[(*path, key)] = first[key]
            result[key] = self._build(value_node, (*path, key))
        return {**inherited, **result}

    def _key(self, node: Node, path: Path) -> str | None:
        if isinstance(node, ScalarNode) and _kind(node) == "str":
            return str(node.value)
        if isinstance(node, ScalarNode):
            text = str(node.value)
            self._note(
                node, (*path, text), self._scalar(node, path), "a key that is text", f'put it in quotes: "{text}":'
            )
            return None
        self._note(node, path, "a mapping or list as a key", "a key that is text", "write the key in one word")
        return None

    def _merge(self, key: Node, node: Node, path: Path) -> dict[str, Raw]:
        """`<<` takes a mapping or a list of mappings; the first of them wins."""
        items: list[Node] = node.value if isinstance(node, SequenceNode) else [node]
        inherited: dict[str, Raw] = {}
        for item in items:
            value = self._build(item, path)
            if isinstance(value, dict):
                inherited = {**value, **inherited}
            else:
                fix = "let << name an anchor (&name) that stands on a mapping"
                self._note(key, (*path, "<<"), value, "an alias of a mapping", fix)
        return inherited

    def _scalar(self, node: Node, path: Path) -> Raw:
        text = str(node.value)
        if _UNFIT.search(text):
            allowed = "text that UTF-8 can write, without the character NUL"
            self._note(node, path, text.encode("unicode_escape").decode(), allowed, "remove the escape \\0 or \\ud800")
            text = _UNFIT.sub("", text)
        kind = _kind(node)
        if kind in _READERS:
            if kind != "str" or text[:1] in _NUMERIC:
                self._texts[path] = text
            return _READERS[kind](text)
        self._note(node, path, text, "text, a number, true or false, a list or a mapping", f"remove the tag {node.tag}")
        return None


_UNFIT = re.compile("[\x00\ud800-\udfff]")
"""No process takes NUL in its variables or arguments, and half of a surrogate pair is no character."""

_NUMERIC = frozenset("+-.0123456789")
"""What begins a number; the engine reads more of them than YAML 1.2 does, such as 1_000."""

_LONGEST_NUMBER = 18
"""Digits that every reader of JSON keeps; a longer number stays text, so that nothing is rounded."""


def _kind(node: Node) -> str:
    """Return the core schema's name for a scalar; a quoted one is text."""
    if node.tag != f"{_TAG}str":
        return node.tag
    if isinstance(node, ScalarNode) and node.style is None:
        return next((kind for kind, pattern in _CORE if pattern.fullmatch(str(node.value))), "str")
    return "str"


def _integer(text: str) -> Raw:
    if len(text) > _LONGEST_NUMBER:
        return text
    return int(text, 0) if text[:2] in {"0o", "0x"} else int(text, 10)


def _decimal(text: str) -> Raw:
    number = float(text)
    return number if isfinite(number) and len(text) <= _LONGEST_NUMBER else text


_READERS: dict[str, Callable[[str], Raw]] = {
    "str": str,
    "null": lambda _: None,
    "bool": lambda text: text.lower() == "true",
    "int": _integer,
    "float": _decimal,
}


def _is_merge(node: Node) -> bool:
    return isinstance(node, ScalarNode) and node.value == "<<" and node.style is None
