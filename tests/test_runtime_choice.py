"""Nothing but two tables asks which runtime a stack has: one says what it lacks, the other builds it."""

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import get_args

from settings.runtimes import RUNTIMES, Feature, RuntimeName

ROOT = Path(__file__).parents[1]
FOLDERS = ("components", "policies", "settings", "tools")
NAMES = set(get_args(RuntimeName))


@cache
def _nodes() -> tuple[tuple[str, ast.AST], ...]:
    return tuple(_walked())


def _walked() -> Iterator[tuple[str, ast.AST]]:
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                yield str(path.relative_to(ROOT)), node


def _is_runtime(node: ast.AST) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == "runtime"


def _is_name(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value in NAMES


def _asks(node: ast.AST) -> bool:
    """Whether a node compares a runtime, matches it, or asks for the class of one."""
    if isinstance(node, ast.Compare):
        return any(_is_runtime(each) or _is_name(each) for each in (node.left, *node.comparators))
    if isinstance(node, ast.Match):
        return _is_runtime(node.subject)
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("isinstance", "issubclass"):
        return any("Runtime" in ast.unparse(each) for each in node.args[1:])
    return False


def test_nobody_compares_a_runtime() -> None:
    found = [
        f"{file}:{node.lineno}" for file, node in _nodes() if isinstance(node, ast.expr | ast.stmt) and _asks(node)
    ]
    assert found == []


def test_a_runtime_is_looked_up_where_it_is_chosen_and_where_its_row_is_read() -> None:
    found = [file for file, node in _nodes() if isinstance(node, ast.Subscript) and _is_runtime(node.slice)]
    assert sorted(found) == ["components/platform.py", "settings/stack.py"]


def test_whose_arithmetic_judges_a_machine_is_read_in_one_place() -> None:
    found = [file for file, node in _nodes() if isinstance(node, ast.Attribute) and node.attr == "sized_as"]
    assert found == ["settings/runtimes.py"]


def test_no_fix_names_a_runtime_by_itself() -> None:
    """The table says which runtime has what another lacks: a third one would make a fixed text wrong."""
    named = re.compile(rf"(runtime: |write )({'|'.join(NAMES)})\b(?![.:])")
    found = [
        f"{file}:{node.lineno} {node.value}"
        for file, node in _nodes()
        if file.startswith("settings/checks/")
        and isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and named.search(node.value)
    ]
    assert found == []


def test_a_lack_is_read_where_the_user_hears_of_it() -> None:
    """A row that no check reads would leave a product to fail while it is built."""
    read = {
        node.attr
        for file, node in _nodes()
        if file != "settings/runtimes.py" and isinstance(node, ast.Attribute) and ast.unparse(node.value) == "Feature"
    }
    lacked = {feature.name for offers in RUNTIMES.values() for feature in offers.lacks}
    assert lacked - read == set()
    assert {feature.name for feature in Feature} - read == set()
