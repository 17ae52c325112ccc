"""The figures of a workload file: where each one stands, and what it is changed to."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from settings.raw import Path, Raw, value_at, with_value

_NUMBER = re.compile(r"\d+(?:\.\d+)*")
_LINE_MARK = " | "
_NAMES = ("name", "title")
"""The keys by which an item of a list is known, rather than by its place."""


@dataclass(frozen=True)
class Figure:
    """One value of a workload file. `line` is the number of the line meant within a text of several lines."""

    address: str
    path: Path
    line: int | None = None


def figures(data: Raw) -> list[Figure]:
    """List every value of a workload file, in the file's order. Each line of a longer text is a figure of its own."""
    return list(_below(data, data, (), ""))


def _below(whole: Raw, here: Raw, path: Path, address: str) -> Iterator[Figure]:
    if isinstance(here, dict):
        for key, value in here.items():
            yield from _below(whole, value, (*path, key), f"{address}.{key}" if address else key)
    elif isinstance(here, list):
        for index, value in enumerate(here):
            yield from _below(whole, value, (*path, index), f"{address}[{_label(value, index)}]")
    elif isinstance(here, str) and "\n" in here.strip():
        yield from _lines(here, path, address)
    else:
        yield Figure(address, path)


def _label(item: Raw, index: int) -> str:
    known = [item[name] for name in _NAMES if name in item] if isinstance(item, dict) else []
    return str(known[0]) if known else str(index)


def _lines(text: str, path: Path, address: str) -> Iterator[Figure]:
    seen: dict[str, int] = {}
    for number, line in enumerate(text.splitlines()):
        shown = line.strip()
        if shown:
            seen[shown] = seen.get(shown, 0) + 1
            again = f" #{seen[shown]}" if seen[shown] > 1 else ""
            yield Figure(f"{address}{_LINE_MARK}{shown}{again}", path, number)


@dataclass(frozen=True)
class Change:
    """Another value for a figure: the whole value at the figure's path, and the part of it that a person is shown."""

    value: Raw
    shown: str


@dataclass(frozen=True)
class Mutant:
    """A figure with other values to try, best first: the first that the settings accept is the one that is run."""

    figure: Figure
    before: str
    changes: tuple[Change, ...]


def mutants(data: Raw, figure: Figure) -> list[Mutant]:
    """List the changes of one figure: each number in a text is changed by itself, anything else as a whole."""
    value = value_at(data, figure.path)
    if isinstance(value, str) and figure.line is not None:
        lines, number = value.splitlines(keepends=True), figure.line
        before = lines[number].strip()
        return [
            Mutant(figure, before, tuple(Change(_with_line(lines, number, text), text.strip()) for text in texts))
            for texts in _texts(lines[number])
        ]
    if isinstance(value, str):
        others = tuple(_elsewhere(data, _key(figure.path)) - {value})
        tried = [(*texts, *sorted(others)) for texts in _texts(value)]
        return [Mutant(figure, value, tuple(Change(text, text) for text in texts)) for texts in tried]
    if isinstance(value, bool):
        return [Mutant(figure, str(value), (Change(not value, str(not value)),))]
    if isinstance(value, int | float):
        others = [each for each in _numbers(value) if each != value]
        return [Mutant(figure, str(value), tuple(Change(each, str(each)) for each in others))]
    return []


def _key(path: Path) -> str:
    """Return the name under which a value stands; an item of a list stands under the list's."""
    return next((part for part in reversed(path) if isinstance(part, str)), "")


def _elsewhere(data: Raw, key: str, under: str = "") -> set[str]:
    """List the texts that stand under a key anywhere in the file: where only some words are allowed, they are."""
    if isinstance(data, dict):
        return {text for name, value in data.items() for text in _elsewhere(value, key, name)}
    if isinstance(data, list):
        return {text for value in data for text in _elsewhere(value, key, under)}
    return {data} if isinstance(data, str) and under == key else set()


def changed(data: Raw, figure: Figure, value: Raw) -> Raw:
    """Return the workload file's data with another value in the place of one figure."""
    return with_value(data, figure.path, value)


def _numbers(value: float) -> Iterator[Raw]:
    if isinstance(value, int):
        yield from (value + 1, value * 2, value - 1, value // 2, 1)
    else:
        yield from (value * 2, value / 2, value + 1)


def _texts(text: str) -> Iterator[tuple[str, ...]]:
    found = list(_NUMBER.finditer(text))
    for match in found:
        before, after = text[: match.start()], text[match.end() :]
        others = [f"{before}{other}{after}" for other in _other_numbers(match[0])]
        yield tuple(each for each in others if each != text)
    if not found and text.strip():
        yield _other_texts(text)


def _other_numbers(token: str) -> Iterator[str]:
    if token.count(".") > 1:
        head, _, last = token.rpartition(".")
        yield f"{head}.{int(last) + 1}"
    elif "." in token:
        step = Decimal(1).scaleb(-len(token.partition(".")[2]))
        yield from (str(Decimal(token) + step), str(Decimal(token) - step), str(Decimal(token) * 2))
    else:
        width = len(token) if token.startswith("0") else 0
        for other in (int(token) + 1, int(token) * 2, int(token) - 1, int(token) // 2):
            yield str(max(other, 0)).zfill(width)


_OPPOSITES = {"true": "false", "false": "true"}


def _other_texts(text: str) -> tuple[str, ...]:
    """Give other words: a switch the other way round, the same with another end, and with another start."""
    for word, opposite in _OPPOSITES.items():
        if re.search(rf"\b{word}\b", text):
            return (re.sub(rf"\b{word}\b", opposite, text),)
    stem = text.rstrip("\n")
    end = text[len(stem) :]
    return (f"{stem}x{end}", f"{stem}-x{end}", f"x{text}", f"{stem[:-1]}{end}", f"/x{text}")


def _with_line(lines: list[str], number: int, text: str) -> str:
    return "".join([*lines[:number], text, *lines[number + 1 :]])
