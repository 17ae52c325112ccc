"""`components/` judges no input: what a user can get wrong is a diagnostic, reported before anything is built."""

import ast
from pathlib import Path

import pytest

from components.invariants import InvariantError, certain

COMPONENTS = Path(__file__).parents[2] / "components"
ELSEWHERE = ("chart_values", "failover/steps", "secrets/rotation_function", "runtimes/ecs/run_function")
"""Models of a chart's values, whose validators pydantic asks to raise ValueError, and code that runs on Lambda."""
ALLOWED = {"InvariantError", "RefusedChangeError", "RunError"}
"""A change that only the engine can judge, and RunError, which ends an `up` for an unexpected answer of AWS."""


def _raised(path: Path) -> set[str]:
    """Name what a module raises by itself."""
    nodes = ast.walk(ast.parse(path.read_text("utf-8")))
    return {
        ast.unparse(node.exc.func if isinstance(node.exc, ast.Call) else node.exc).rpartition(".")[2]
        for node in nodes
        if isinstance(node, ast.Raise) and node.exc is not None
    }


def test_a_component_raises_nothing_that_an_input_could_bring_about() -> None:
    found = {
        f"{name}: {raised}"
        for path in sorted(COMPONENTS.rglob("*.py"))
        for name in (path.relative_to(COMPONENTS).as_posix(),)
        if not name.startswith(ELSEWHERE)
        for raised in _raised(path) - ALLOWED
    }
    assert found == set()


def test_a_value_that_is_missing_is_a_fault_of_the_program() -> None:
    assert certain(0, "zero is a value") == 0
    with pytest.raises(InvariantError, match="it is made before"):
        certain(None, "it is made before")
