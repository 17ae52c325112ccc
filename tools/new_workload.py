"""Start the description of a product: `python -m tools.new_workload NAME` writes workloads/NAME.yaml.

Ends with 2, and one line that says why, for a name that no product can have or a file that exists.
"""

import re
import sys
from pathlib import Path

from pydantic import TypeAdapter, ValidationError
from pydantic.fields import FieldInfo

from settings.base import Settings
from settings.shape import describe, fields_of, shape_of
from settings.types import Name
from settings.workload import Workload
from settings.workload.service import Service

WORKLOADS = Path(__file__).parents[1] / "workloads"
_TEMPLATE = Path(__file__).with_name("templates") / "workload.yaml"
_NAME = TypeAdapter[str](Name)
_REFERENCE = "docs/reference/settings.md"


class RefusedError(Exception):
    """One line on what to change."""


def start(name: str, workloads: Path) -> Path:
    """Write the file and return its path. Raises RefusedError for a bad name or a file that exists."""
    _check(name)
    path = workloads / f"{name}.yaml"
    try:
        with path.open("x", encoding="utf-8") as file:
            file.write(text(name))
    except FileExistsError:
        raise RefusedError(f"{workloads.name}/{path.name} exists already; it is left as it is") from None
    return path


def text(name: str) -> str:
    """Return a valid, commented workload file for a product of this name."""
    template = _TEMPLATE.read_text(encoding="utf-8")
    filled = {
        "name": name,
        "sql_name": name.replace("-", "_"),
        "service_rest": _unshown(Service, template, "    "),
        "rest": _unshown(Workload, template, ""),
    }
    for key, value in filled.items():
        template = template.replace(f"{{{{{key}}}}}", value)
    return f"{template.rstrip()}\n"


def _check(name: str) -> None:
    try:
        _NAME.validate_python(name)
    except ValidationError:
        near = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-0123456789")[:40].strip("-")
        hint = f"; try {near}" if near else ""
        raise RefusedError(f"NAME={name!r} is refused: a name has {describe(shape_of(Name))}{hint}") from None


def _unshown(model: type[Settings], template: str, indent: str) -> str:
    """Name the settings that the template does not show, so that it never hides one."""
    shown = set(re.findall(rf"^{indent}#?([a-z_]+):", template, re.MULTILINE))
    rest = [key for key in fields_of(model) if key not in shown]
    if not rest:
        return ""
    meanings = {key: " ".join((info.description or "").split()) for key, info in _by_key(model).items()}
    lines = [f"{indent}# There is more, described in {_REFERENCE}:"]
    lines += [f"{indent}# - {key}: {meanings[key]}" for key in rest]
    return "\n".join(lines) + "\n"


def _by_key(model: type[Settings]) -> dict[str, FieldInfo]:
    return {info.alias or name: info for name, info in model.model_fields.items()}


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or not arguments[0]:
        sys.stderr.write("name the product: make new-workload NAME=shop\n")
        return 2
    try:
        path = start(arguments[0], WORKLOADS)
    except RefusedError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    name = path.stem
    print(
        f"wrote {path.parent.name}/{path.name}; it is valid as it stands\n"
        "next:\n"
        f"  make preview STACK=dev WORKLOAD={name}     what it takes, on the offline cloud\n"
        f"  make up STACK=dev WORKLOAD={name}          bring it up there\n"
        "  docs/how-to/describe-your-product.md  what to fill in, and a stack of its own"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
