"""JSON Schemas of Kubernetes objects, and how their errors are worded.

The API server's come from the ``kubernetes-validate`` distribution, in their strict form (unknown fields are refused).
"""

import json
import re
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Protocol, cast

from jsonschema import Draft202012Validator
from jsonschema.validators import validator_for
from referencing import Registry, Resource
from referencing.jsonschema import Schema

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.kubernetes import api
from offline_cloud.kubernetes.objects import KubernetesObject, ObjectDiagnostic
from offline_cloud.kubernetes.typed import short

_VERSION_DIRECTORY: Final = re.compile(r"v(\d+)\.(\d+)\.0-local-strict")
_SHOWN_CHOICES: Final = 12
METADATA: Final = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
_DIALECT: Final = {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": "https://kubernetes.io/"}


class SchemaError(Protocol):
    """The part of a jsonschema error that messages are made from."""

    message: str
    validator: str
    validator_value: object
    instance: object
    absolute_path: Iterable[str | int]
    context: "list[SchemaError]"
    schema: Mapping[str, object]


class Validator(Protocol):
    """A compiled schema."""

    def iter_errors(self, instance: object) -> Iterable[SchemaError]:
        """Give every diagnostic."""
        ...


def validator_of(schema: Mapping[str, object], registry: "Registry[Schema] | None" = None) -> Validator:
    """Compile a schema; its ``$schema`` chooses the dialect."""
    dialect = validator_for(schema, default=Draft202012Validator)
    compiled = dialect(schema) if registry is None else dialect(schema, registry=registry)
    return cast("Validator", compiled)


def _bundle() -> Path:
    return Path(str(files("kubernetes_validate"))) / "kubernetes-json-schema"


@cache
def directory(version: str) -> Path:
    """Give the folder of a cluster version's schemas: its own minor version, else the newest below, else the oldest."""
    wanted = tuple(int(part) for part in version.lstrip("v").split(".")[:2])
    bundled = sorted(
        ((int(match[1]), int(match[2])), folder)
        for folder in _bundle().iterdir()
        if (match := _VERSION_DIRECTORY.fullmatch(folder.name))
    )
    older = [folder for minor, folder in bundled if minor <= wanted]
    return older[-1] if older else bundled[0][1]


@cache
def _definitions(folder: Path) -> "Registry[Schema]":
    stated = json.loads((folder / "_definitions.json").read_text("utf-8"))
    for name, definition in stated["$defs"].items():
        _relax(definition, short(name))
    resource = Resource[Schema].from_contents(stated)
    return resource @ Registry[Schema]()


def _relax(definition: dict[str, Any], name: str) -> None:
    """Ask for no member that the API server takes an object without."""
    optional = api.optional().get(name)
    if optional:
        definition["required"] = [member for member in definition["required"] if member not in optional]


@cache
def built_in(version: str, api_version: str, kind: str) -> Validator | None:
    """Give the API server's own schema of a kind, or ``None`` when it does not serve it at this version."""
    folder = directory(version)
    group, _, suffix = api_version.rpartition("/")
    stem = f"{group.split('.')[0]}-{suffix}" if group else suffix
    file = folder / f"{kind.lower()}-{stem}.json"
    if not file.is_file():
        return None
    schema = cast("dict[str, dict[str, dict[str, list[str]]]]", json.loads(file.read_text("utf-8")))
    _relax(schema, ".".join((group.split(".")[0] or "core", suffix, kind)))
    if api_version not in schema["properties"].get("apiVersion", {}).get("enum", []):
        return None
    return validator_of(schema, _definitions(folder))


@cache
def metadata(version: str) -> Validator:
    """Give the API server's schema of what every object's metadata holds."""
    reference = {"$ref": f"/api/_definitions.json#/$defs/{METADATA}"}
    return validator_of({**_DIALECT, "properties": {"metadata": reference}}, _definitions(directory(version)))


@cache
def served(version: str, kind: str) -> tuple[str, ...]:
    """Give the API versions under which a kind is served, for "did you mean" hints."""
    known: set[str] = set()
    for file in directory(version).glob(f"{kind.lower()}-*.json"):
        properties = json.loads(file.read_text("utf-8")).get("properties", {})
        stated = cast("dict[str, object]", properties.get("apiVersion", {}))
        known.update(cast("list[str]", stated.get("enum", [])))
    return tuple(sorted(known))


def diagnostics(item: KubernetesObject, validator: Validator) -> list[ObjectDiagnostic]:
    """Validate one object; what is not known yet is taken as valid."""
    found: list[ObjectDiagnostic] = []
    for error in validator.iter_errors(item.body):
        found += [item.diagnostic(path, reason) for path, reason in explain(error)]
    return found


def explain(error: SchemaError) -> list[tuple[str, str]]:
    """Turn a schema error into paths and reasons, leaving out those that only concern unknown values."""
    if _concerns_unknown(error):
        return []
    if error.validator == "additionalProperties":
        return _unknown_fields(error)
    if error.validator in {"anyOf", "oneOf"} and error.context:
        return _alternatives(error)
    if error.validator == "required":
        return _missing(error)
    return [(path_text(error.absolute_path), _reason(error))]


def _missing(error: SchemaError) -> list[tuple[str, str]]:
    """Name the member that is missing; there is an error for each."""
    present = cast("Properties", error.instance)
    wanted = [name for name in cast("list[str]", error.validator_value) if name not in present]
    named = next((name for name in wanted if error.message.startswith(repr(name))), wanted[0])
    return [(path_text([*error.absolute_path, named]), "is needed and missing")]


def _concerns_unknown(error: SchemaError) -> bool:
    if error.instance is UNKNOWN:
        return True
    branches = error.context
    return bool(branches) and any(_concerns_unknown(branch) for branch in branches)


def _alternatives(error: SchemaError) -> list[tuple[str, str]]:
    """Report the alternatives of an ``anyOf``: together when they speak of one value, else the closest alone."""
    here = path_text(error.absolute_path)
    reasons = [_reason(branch) for branch in error.context]
    if all(branch.validator == "required" for branch in error.context):
        names = [cast("list[str]", branch.validator_value)[0] for branch in error.context]
        return [
            (
                here,
                f"exactly one of {', '.join(names)} is needed"
                if error.validator == "oneOf"
                else f"one of {', '.join(names)} is needed",
            )
        ]
    if all(path_text(branch.absolute_path) == here for branch in error.context):
        return [(here, " or ".join(dict.fromkeys(reasons)))]
    return [found for branch in error.context[:1] for found in explain(branch)]


def _reason(error: SchemaError) -> str:
    shown = _shown(error.instance)
    match error.validator:
        case "enum":
            choices = [str(choice) for choice in cast("list[object]", error.validator_value) if choice is not None]
            more = ", …" if len(choices) > _SHOWN_CHOICES else ""
            return f"{shown} is not allowed; allowed: {', '.join(choices[:_SHOWN_CHOICES])}{more}"
        case "type":
            wanted = error.validator_value
            names = cast("list[str]", wanted) if isinstance(wanted, list) else [str(wanted)]
            wanted_types = [name for name in names if name != "null"]
            quoted = (
                "; quote it" if wanted_types == ["string"] and isinstance(error.instance, bool | int | float) else ""
            )
            return f"{shown} is not of type {' or '.join(wanted_types)}{quoted}"
        case "pattern":
            return f"{shown} does not match {error.validator_value}"
        case "minimum" | "maximum" | "minItems" | "maxItems" | "minLength" | "maxLength":
            return f"{shown}: {error.validator} is {error.validator_value}"
        case _:
            return error.message.replace("None", "null")


def _unknown_fields(error: SchemaError) -> list[tuple[str, str]]:
    allowed = list(cast("Mapping[str, object]", error.schema.get("properties", {})))
    present = list(cast("Properties", error.instance)) if isinstance(error.instance, dict) else []
    here = list(error.absolute_path)
    return [
        (path_text([*here, field]), f"no such field{nearest([field], allowed)}")
        for field in present
        if field not in allowed
    ]


def nearest(unknown: Iterable[str], allowed: list[str]) -> str:
    """Give "; did you mean …?" when a known name is close to one of the unknown ones, else what is allowed."""
    from difflib import get_close_matches  # noqa: PLC0415 — only needed to word a reject

    close = [match for name in unknown for match in get_close_matches(name, allowed, 1, 0.7)]
    if close:
        return f"; did you mean {', '.join(close)}?"
    return f"; allowed: {', '.join(sorted(allowed)[:_SHOWN_CHOICES])}" if allowed else ""


def _shown(value: object) -> str:
    text = json.dumps(value, default=str, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}…"  # noqa: PLR2004 — one line of a terminal


def path_text(parts: Iterable[str | int]) -> str:
    """Write a path as ``spec.containers[0].image``."""
    written = ""
    for part in parts:
        if isinstance(part, int):
            written += f"[{part}]"
        else:
            written += f".{part}" if written else str(part)
    return written


def plain(value: Value) -> Value:
    """Drop the keys that hold null, as the API server does with an object it is sent."""
    if isinstance(value, dict):
        return {key: plain(below) for key, below in value.items() if below is not None}
    if isinstance(value, list):
        return [plain(below) for below in value]
    return value
