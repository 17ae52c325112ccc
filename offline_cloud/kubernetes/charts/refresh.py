"""Write the key table of an upstream chart from its own values.yaml.

    python -m offline_cloud.kubernetes.charts.refresh external-secrets 2.9.0 values.yaml \
        [--templates templates/] [--subchart grafana=grafana-values.yaml]

A table is a tree of the keys a chart version takes: ``true`` stands for a key that holds a plain value or a list,
``"*"`` for a map whose keys are the user's own. No default, comment or text of the chart is kept.
"""

import argparse
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias, cast

import yaml

Tree: TypeAlias = "dict[str, Tree | str | bool]"

TABLES: Final = Path(__file__).parent
FREE: Final = "*"
# A reference in a template, such as `.Values.controller.replicaCount`; keys with dots need `index` and are not found.
_REFERENCE: Final = re.compile(r"\.Values((?:\.[A-Za-z0-9_-]+)+)")


def tree_of(values: Mapping[str, object], free: Sequence[str], path: str = "") -> Tree:
    """Reduce values to their keys; ``free`` names paths, or last keys of paths, under which every key is accepted."""
    tree: Tree = {}
    for key, value in values.items():
        here = f"{path}.{key}" if path else key
        if here in free or key in free or value is None or value == {}:
            tree[key] = FREE
        elif isinstance(value, Mapping):
            tree[key] = tree_of(cast("Mapping[str, object]", value), free, here)
        else:
            tree[key] = True
    return tree


def add(tree: Tree, path: str) -> None:
    """Add a key that the values do not list and the templates read; what lies below it is not known."""
    head, _, rest = path.partition(".")
    if not rest:
        tree.setdefault(head, FREE)
        return
    below = tree.setdefault(head, {})
    if isinstance(below, dict):
        add(below, rest)


def references(templates: Path) -> list[str]:
    """Give the value paths that a folder of templates reads."""
    found = {
        match[1:]
        for file in sorted(templates.rglob("*"))
        if file.is_file()
        for match in _REFERENCE.findall(file.read_text("utf-8", "replace"))
    }
    # Parents first, so that a key that is read whole stays free below.
    return sorted(found)


def load(path: Path) -> dict[str, object]:
    """Read a values file; an empty one is an empty map."""
    return cast("dict[str, object]", yaml.safe_load(path.read_text("utf-8")) or {})


def main(arguments: Sequence[str] | None = None) -> int:
    """Write ``<chart>-<version>.json`` next to this file."""
    parser = argparse.ArgumentParser(prog="refresh", description="write the key table of a chart version")
    parser.add_argument("chart")
    parser.add_argument("version")
    parser.add_argument("values", type=Path)
    parser.add_argument("--templates", type=Path)
    parser.add_argument("--subchart", action="append", default=[], metavar="KEY=VALUES")
    options = parser.parse_args(arguments)
    values = load(cast("Path", options.values))
    for entry in cast("list[str]", options.subchart):
        key, _, file = entry.partition("=")
        own = cast("dict[str, object]", values.get(key) or {})
        values[key] = {**load(Path(file)), **own}
    overrides = cast("dict[str, dict[str, list[str]]]", json.loads((TABLES / "overrides.json").read_text()))
    rules = [overrides["*"], overrides.get(cast("str", options.chart), {})]
    tree = tree_of(values, [path for rule in rules for path in rule.get("free", [])])
    for path in [path for rule in rules for path in rule.get("also", [])]:
        add(tree, path)
    if options.templates is not None:
        for path in references(cast("Path", options.templates)):
            add(tree, path)
    table = {"chart": options.chart, "version": options.version, "keys": tree}
    target = TABLES / f"{options.chart}-{options.version}.json"
    target.write_text(json.dumps(table, indent=1, sort_keys=True) + "\n", "utf-8")
    sys.stdout.write(f"{target.name}: {len(tree)} top-level keys\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
