"""The reference of every setting, made from the models by `python -m settings.reference`."""

import json
from collections.abc import Iterator
from pathlib import Path as FilePath
from typing import get_args

from settings.base import Settings
from settings.cells import WORKLOAD
from settings.descriptions import describe_fields
from settings.environments import ENVIRONMENTS
from settings.raw import Absent, Path, Raw, dotted, value_at
from settings.shape import Shape, defaulted, describe, fields_of, members_of, shape_of
from settings.stack import StackSettings
from settings.workload import Workload

FILE = FilePath(__file__).parents[1] / "docs" / "reference" / "settings.md"

_HEAD = """# Settings

Made from the models in `settings/` by `python -m settings.reference`; do not edit it by hand.

A stack is described by `Pulumi.<stack>.yaml`, its product by `workloads/<name>.yaml`. Both name their JSON Schema on
the first line, so that an editor with a YAML language server completes and checks them. What is wrong in either file
is refused before anything is created, all mistakes at once.

## Stack file

Keys stand under `config:` with the prefix `groundwork:`. A stack states only what differs from its environment's row:
where a row has a value, that is the default. *product's* means the value of the workload file.

Values of the product's provided secrets are set with `pulumi config set --secret --path groundwork:secrets.<NAME>`;
only their names reach the program's settings.
"""

_WORKLOAD_HEAD = """
## Workload file

A product, the same for every stack. **required** marks keys without a default.
"""


def rendered() -> str:
    """Return the page's text."""
    return "\n".join([_HEAD, *_stack_tables(StackSettings, ()), _WORKLOAD_HEAD, *_workload_tables()]) + "\n"


def _stack_tables(model: type[Settings], path: Path) -> Iterator[str]:
    rows = [
        (key, shape) for key, shape in fields_of(model).items() if shape.model is None and key != "provided_secrets"
    ]
    yield f"### `{dotted(path)}`\n" if path else "### Top level\n"
    yield _table("Key", "Allowed", *ENVIRONMENTS, "Meaning")
    for key, shape in rows:
        cells = [_cell(model, key, (*path, key), row) for row in ENVIRONMENTS.values()]
        yield _row(f"`{key}`", describe(shape), *cells, _meaning(model, key))
    yield ""
    for key, shape in fields_of(model).items():
        if shape.model is not None:
            yield from _stack_tables(shape.model, (*path, key))
    for key, shape in rows:
        entry = _entry_model(shape)
        if entry is not None:
            yield f"### `{dotted((*path, key))}`, each entry\n"
            yield from _model_table(entry)


def _cell(model: type[Settings], key: str, path: Path, row: dict[str, Raw]) -> str:
    value = value_at(row, path)
    if isinstance(value, Absent):
        return _default(model, key)
    return "product's" if value == WORKLOAD and path[0] in ("database", "cache") else _code(value)


def _workload_tables() -> Iterator[str]:
    seen: set[type[Settings]] = set()
    queue: list[type[Settings]] = [Workload]
    while queue:
        model = queue.pop(0)
        if model in seen:
            continue
        seen.add(model)
        yield f"### {model.__name__}\n"
        yield f"{(model.__doc__ or '').strip()}\n"
        yield from _model_table(model)
        queue += [inner for shape in fields_of(model).values() for inner in _models_in(shape)]


def _model_table(model: type[Settings]) -> Iterator[str]:
    yield _table("Key", "Allowed", "Default", "Meaning")
    for key, shape in fields_of(model).items():
        yield _row(f"`{key}`", _allowed(shape), _default(model, key), _meaning(model, key))
    yield ""


def _allowed(shape: Shape) -> str:
    """Describe a value, or name the models it is made of."""
    names = [f"[{model.__name__}](#{model.__name__.lower()})" for model in _models_in(shape)]
    if not names:
        return describe(shape)
    if shape.origin is dict:
        return f"by name: {' or '.join(names)}"
    if shape.origin is tuple:
        return f"list of {' or '.join(names)}"
    return " or ".join(names)


def _models_in(shape: Shape) -> list[type[Settings]]:
    if shape.model is not None:
        return [shape.model]
    inner = list(members_of(shape).values())
    if shape.origin is tuple or shape.origin is dict:
        inner = [shape_of(item) for item in get_args(shape.kind) if item is not Ellipsis]
    return [model for item in inner for model in _models_in(item)]


def _entry_model(shape: Shape) -> type[Settings] | None:
    return next(iter(_models_in(shape)), None) if shape.origin is tuple else None


def _default(model: type[Settings], key: str) -> str:
    if not defaulted(model, key):
        return "**required**"
    info = next(info for name, info in model.model_fields.items() if (info.alias or name) == key)
    value: object = info.default
    if value is None:
        return "none"
    return "" if isinstance(value, Settings) else _code(value)


def _code(value: object) -> str:
    if value is None or value in ((), {}):
        return "none"
    return f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _meaning(model: type[Settings], key: str) -> str:
    describe_fields()
    info = next(info for name, info in model.model_fields.items() if (info.alias or name) == key)
    return info.description or ""


def _table(*heads: str) -> str:
    return f"{_row(*heads)}\n{_row(*('---' for _ in heads))}"


def _row(*cells: str) -> str:
    return "| " + " | ".join(cell.replace("|", "\\|").replace("\n", " ").replace("<", "&lt;") for cell in cells) + " |"


def main() -> None:
    FILE.parent.mkdir(parents=True, exist_ok=True)
    FILE.write_text(rendered(), encoding="utf-8")


if __name__ == "__main__":
    main()
