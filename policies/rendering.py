"""The Kubernetes objects of a release of a local chart, rendered by helm.

Values that a preview does not know yet are rendered as the SDK's own sign for one; every string of the result that
holds the sign is unknown again. Values go to helm by its standard input and are never written down, and what helm says
of a chart that it cannot render is not repeated: both may hold what nobody else should read.
"""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.once import remembered
from policies.rules.support import LAST_DAYS
from policies.view import UNKNOWN, Resource, all_items, known

RELEASE: Final = "kubernetes:helm.sh/v3:Release"
ROOT: Final = Path(__file__).resolve().parents[1]
_HELM_SECONDS: Final = 60
Schema = Mapping[str, Any]
_LOCAL: Final = ("./", "../", "/")


@dataclass(frozen=True)
class Rendering:
    """`objects` of a release; where there are none, `missing` says why, and is empty for a chart from elsewhere."""

    objects: tuple[Resource, ...] = ()
    missing: str = ""


@cache
def helm() -> Path | None:
    """Find helm: the one that this project pins, else the one on the PATH."""
    found = shutil.which("helm", path=str(ROOT / ".tools" / "bin")) or shutil.which("helm")
    return Path(found) if found else None


def objects_of(release: Resource) -> Rendering:
    """Render a release, unless its chart comes from elsewhere."""
    if not _is_local(release):
        return Rendering()
    program = helm()
    if program is None:
        return Rendering(missing="helm is neither in .tools/bin nor on the PATH; `make setup` builds it")
    bodies = _rendered(_command(program, release, ROOT), _values(release.properties))
    if bodies is None:
        return Rendering(missing="helm cannot render it with these values; the update says why")
    return Rendering(tuple(_object(body, release) for body in bodies))


def documents_of(release: Resource, root: Path) -> tuple[Mapping[str, Any], ...] | None:
    """Give a release's objects as plain documents, from the chart of the project in `root`.

    What is not known is the SDK's sign for it. None for a chart from elsewhere, and for one that helm cannot render.
    """
    program = helm()
    if program is None or not _is_local(release):
        return None
    return _documents(_command(program, release, root), _text_of(release.properties, root))


def _is_local(release: Resource) -> bool:
    chart = release.value("chart")
    return isinstance(chart, str) and chart.startswith(_LOCAL)


def _command(program: Path, release: Resource, root: Path) -> tuple[str, ...]:
    chart = (root / str(release.value("chart"))).resolve()
    return (
        *(str(program), "template", str(release.value("name")), str(chart), "--values", "-"),
        *("--namespace", str(release.value("namespace")), "--kube-version", f"{_newest()}.0"),
        "--skip-schema-validation",  # The sign of an unknown value fits no pattern.
    )


def _newest() -> str:
    days = LAST_DAYS["Kubernetes"]
    return max(days, key=lambda each: days[each])


def _object(body: Mapping[str, Any], release: Resource) -> Resource:
    metadata = cast("Mapping[str, object]", body.get("metadata") or {})
    return Resource(
        type=str(body.get("kind")),
        name=str(metadata.get("name")),
        urn=release.urn,
        properties=body,
        environment=release.environment,
        accepts_unsafe=release.accepts_unsafe,
        parent=release.urn,
    )


def _text_of(properties: Mapping[str, Any], root: Path = ROOT) -> str:
    """Write a release's values as JSON, with the sign of an unknown value where one is."""
    view = Resource(type=RELEASE, name="", urn="", properties=properties)
    schema = _schema(str(view.value("chart")), root)
    return json.dumps(_plain(view.value("values"), schema, schema))


_values: Callable[[Mapping[str, Any]], str] = remembered(_text_of)


@cache
def _schema(chart: str, root: Path) -> Schema:
    """Read what a chart says of its values, which is nothing where it has no schema."""
    file = root / chart / "values.schema.json"
    return cast("Schema", json.loads(file.read_text("utf-8"))) if file.is_file() else {}


def _plain(value: object, schema: Schema, whole: Schema) -> object:
    """Write the sign for what is not known; in place of a list as its only item, for templates go through it."""
    schema = whole.get("definitions", {}).get(str(schema.get("$ref", "")).rpartition("/")[2], schema)
    if value is UNKNOWN:
        return [UNKNOWN_STRING_VALUE] if schema.get("type") == "array" else UNKNOWN_STRING_VALUE
    if isinstance(value, Mapping):
        stated = cast("Mapping[str, object]", value)
        return {key: _plain(known(stated, key), _below(schema, key), whole) for key in stated}
    if isinstance(value, Sequence) and not isinstance(value, str):
        items = all_items(cast("Sequence[object]", value))
        return [_plain(item, schema.get("items") or {}, whole) for item in items]
    return value if isinstance(value, str | int | float | bool) else None


def _below(schema: Schema, key: str) -> Schema:
    others = schema.get("additionalProperties")
    found: Schema | None = schema.get("properties", {}).get(key)
    return found or (cast("Schema", others) if isinstance(others, dict) else {})


@lru_cache(maxsize=64)
def _rendered(command: tuple[str, ...], values: str) -> tuple[Mapping[str, Any], ...] | None:
    """Run helm; None where it fails. One answer serves every rule."""
    documents = _documents(command, values)
    return None if documents is None else tuple(unknown_checking_proxy(each) for each in documents)


def _documents(command: tuple[str, ...], values: str) -> tuple[dict[str, Any], ...] | None:
    try:
        answer = subprocess.run(
            command, input=values, capture_output=True, text=True, check=False, timeout=_HELM_SECONDS
        )
        documents = list(yaml.load_all(answer.stdout, yaml.CSafeLoader)) if answer.returncode == 0 else None
    except (OSError, subprocess.TimeoutExpired, yaml.YAMLError):
        return None
    if documents is None:
        return None
    return tuple(cast("dict[str, Any]", _unmarked(each)) for each in _flat(documents))


def _flat(documents: Sequence[Any]) -> Iterator[Any]:
    for document in documents:
        if isinstance(document, dict):
            body = cast("dict[str, Any]", document)
            yield from _flat(body["items"]) if str(body.get("kind")).endswith("List") else [body]


def _unmarked(value: Any) -> Any:
    """Make a string that holds the sign of an unknown value, beside others, unknown as a whole."""
    if isinstance(value, dict):
        return {str(key): _unmarked(below) for key, below in cast("dict[Any, Any]", value).items()}
    if isinstance(value, list):
        return [_unmarked(below) for below in cast("list[Any]", value)]
    return UNKNOWN_STRING_VALUE if isinstance(value, str) and UNKNOWN_STRING_VALUE in value else value
