"""Which package may import which: only what stands lower, so that no two packages need each other.

A row lists packages that know nothing of one another. Each may import the rows before it. A folder of
`components/capabilities` and `components/runtimes` is a package of its own, and so is each module directly in them.
"""

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
ROWS = (
    ("settings",),
    (
        "components.existing",
        "components.invariants",
        "components.naming",
        "components.options",
        "components.refusals",
        "components.permits",
    ),
    ("components.chart_values", "components.encryption", "components.identity", "components.storage"),
    ("components.backup", "components.failover", "components.network", "components.registry", "components.secrets"),
    ("components.product",),
    ("components.admission",),
    ("components.foundation",),
    (
        "components.capabilities.clients",
        "components.capabilities.cost",
        "components.capabilities.final_snapshot",
        "components.capabilities.room",
        "components.capabilities.watched",
    ),
    ("components.capabilities.contract",),
    tuple(
        f"components.capabilities.{each.name}" for each in sorted((ROOT / "components/capabilities").glob("[a-z]*/"))
    ),
    ("components.capabilities.registry",),
    ("components.capabilities.planned",),
    ("components.capabilities.collected",),
    ("components.cluster", "components.ingress"),
    ("components.checked", "components.monitoring"),
    ("components.consoles",),
    ("components.runtimes.contract", "components.runtimes.held_secrets"),
    ("components.runtimes.ecs", "components.runtimes.kubernetes"),
    ("components.assembly",),
    ("components.platform",),
)
"""From what everything stands on to what stands on everything."""

ALONE = {"policies": "policies", "offline_cloud": "offline_cloud"}
"""What people may take without the platform: it imports none of it."""

_HEIGHT = {package: height for height, row in enumerate(ROWS) for package in row}
_DIVIDED = ("components.capabilities", "components.runtimes")


def _modules(folder: str) -> Iterator[tuple[str, Path]]:
    """Every module below a folder that holds code, by its dotted name."""
    for path in sorted((ROOT / folder).rglob("*.py")):
        parts = path.relative_to(ROOT).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
        if path.stat().st_size:
            yield name, path


def _package(module: str) -> str | None:
    """The package of the table that a module belongs to; None for what is not the project's own."""
    parts = module.split(".")
    if parts[0] == "settings":
        return "settings"
    if parts[0] != "components" or len(parts) == 1:
        return None
    package = ".".join(parts[:2])
    return ".".join(parts[:3]) if package in _DIVIDED else package


def _imported(path: Path) -> Iterator[str]:
    """Every module that a file imports, wherever in the file it does."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute, so that a reader sees where they lead"
            parent = node.module or ""
            known = (ROOT / parent.replace(".", "/")).is_dir()
            yield from (f"{parent}.{alias.name}" if known else parent for alias in node.names)


@cache
def _arrows() -> frozenset[tuple[str, str, str]]:
    """Importing module, its package, and the package that it imports."""
    return frozenset(
        (module, own, other)
        for folder in ("settings", "components")
        for module, path in _modules(folder)
        if (own := _package(module)) is not None
        for imported in _imported(path)
        if (other := _package(imported)) is not None and other != own
    )


def test_every_package_has_its_row_and_every_row_its_package() -> None:
    there = {
        package for folder in ("settings", "components") for name, _ in _modules(folder) if (package := _package(name))
    }
    assert there - _HEIGHT.keys() == set(), "state where these stand: the row decides what may import them"
    assert _HEIGHT.keys() - there == set(), "these are gone: take them out of the table"


def test_every_import_leads_downwards() -> None:
    """With every arrow pointing to a lower row there is no circle of packages either."""
    upward = [f"{module} imports {other}" for module, own, other in sorted(_arrows()) if _HEIGHT[other] >= _HEIGHT[own]]
    assert not upward, "\n".join(upward)


@pytest.mark.parametrize("folder", ALONE)
def test_what_stands_alone_imports_nothing_of_the_platform(folder: str) -> None:
    reached = {
        f"{module} imports {imported}"
        for module, path in _modules(folder)
        for imported in _imported(path)
        if imported.partition(".")[0] in {"components", "settings", "tools", "tests", *ALONE} - {folder}
    }
    assert not reached, "\n".join(sorted(reached))


def test_arrows_are_seen_at_all() -> None:
    """The table would hold just as well over nothing."""
    arrows = {(own, other) for _, own, other in _arrows()}
    assert ("components.runtimes.ecs", "components.product") in arrows
    assert ("components.platform", "components.runtimes.kubernetes") in arrows
