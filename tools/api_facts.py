"""Write what a running API server states of itself: `python -m tools.api_facts`.

`offline_cloud/kubernetes/api/choices.json` gets the choices of fields, which the packaged schemas leave out, the
members that the schema asks for and the server does not, and those that may not be empty;
`offline_cloud/kubernetes/schemas` gets the definitions of the operators as the server has them, without their
descriptions.
"""

import datetime
import json
import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final, Protocol, cast

from offline_cloud.kubernetes import api, definitions, served
from offline_cloud.kubernetes.typed import Leaf, Node, short
from tests.offline_cloud.kubernetes.cases import Case, changed, load
from tests.offline_cloud.kubernetes.judges import Verdict
from tests.offline_cloud.kubernetes.real import Real
from tools.control_plane import processes

_PROSE: Final = frozenset({"description", "title", "example", "externalDocs"})
_SHOWN_OF_A_RULE: Final = ("rule", "message", "optionalOldSelf")
_KUBERNETES: Final = "io.k8s."
_MINOR: Final = "1.35"
_INDEX: Final = re.compile(r"\[\d+\]")
_EMPTY: Final = ('Unsupported value: ""', 'Invalid value: ""', "Required value")
"""What the server says of a text that may not be empty."""
_STATUS: Final[Mapping[str, Any]] = {"type": "object", "x-kubernetes-preserve-unknown-fields": True}


class Server(Protocol):
    """The part of an API server's client that is asked here."""

    def request(self, method: str, path: str) -> Any:
        """Give an answer's body."""
        ...

    def list(self, api_version: str, kind: str) -> list[dict[str, Any]]:
        """Give the objects of a kind."""
        ...

    def verdict(self, body: Mapping[str, Any]) -> Verdict:
        """Say whether an object would be refused, and why."""
        ...


def choices(server: Server) -> dict[str, dict[str, list[str]]]:
    """Read the choices of every type's members: type → member → values."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, stated in _schemas(server):
        for member, schema in stated.get("properties", {}).items():
            values = schema.get("enum") or schema.get("items", {}).get("enum")
            if values:
                found.setdefault(short(name), {})[member] = sorted(values)
    return {name: dict(sorted(found[name].items())) for name in sorted(found)}


def _schemas(server: Server) -> Iterator[tuple[str, dict[str, Any]]]:
    for name, place in server.request("GET", "/openapi/v3")["paths"].items():
        if name.startswith("api"):
            document = server.request("GET", place["serverRelativeURL"])
            for schema, stated in document.get("components", {}).get("schemas", {}).items():
                if schema.startswith(_KUBERNETES):
                    yield schema, stated


def optional(server: Server, cases: Iterable[Case]) -> dict[str, list[str]]:
    """Find the members that the schema asks for and the server takes an object without: type → members."""
    taken: dict[str, set[str]] = {}
    refused: dict[str, set[str]] = {}
    for case in cases:
        for kind, member, path in () if case.refused else _required(case.body):
            if member not in refused.get(kind, ()) and member not in taken.get(kind, ()):
                into = refused if server.verdict(changed(case.body, {}, [path])).refused else taken
                into.setdefault(kind, set()).add(member)
    return {kind: sorted(taken[kind]) for kind in sorted(taken)}


def never_empty(server: Server, cases: Iterable[Case]) -> dict[str, list[str]]:
    """Find the members with choices for which an empty text does not stand for a default: type → members."""
    stated = choices(server)
    taken: set[tuple[str, str]] = set()
    refused: set[tuple[str, str]] = set()
    for case in cases:
        for leaf in () if case.refused else _leaves(case.body):
            key = (leaf.type, leaf.member)
            if leaf.member not in stated.get(leaf.type, {}) or key in taken:
                continue
            said = server.verdict(changed(case.body, {leaf.path: ""}, [])).said
            if not said:
                taken.add(key)
            elif any(f"{_INDEX.sub('', leaf.path)}: {reason}" in _INDEX.sub("", said) for reason in _EMPTY):
                refused.add(key)
    kinds = sorted({kind for kind, _ in refused - taken})
    return {kind: sorted(member for name, member in refused - taken if name == kind) for kind in kinds}


def _leaves(body: Mapping[str, Any]) -> Iterator[Leaf]:
    definition = served.definition(_MINOR, body["apiVersion"], body["kind"])
    found = served.walker(_MINOR).walk(dict(body), definition) if definition is not None else ()
    yield from (each for each in found if isinstance(each, Leaf))


def _required(body: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    definition = served.definition(_MINOR, body["apiVersion"], body["kind"])
    walker = served.walker(_MINOR)
    if definition is None:
        return
    names = {short(name): schema for name, schema in walker.definitions.items()}
    for node in walker.walk(dict(body), definition):
        if isinstance(node, Node):
            for member in cast("list[str]", names.get(node.type, {}).get("required", [])):
                if member in node.body:
                    yield node.type, member, f"{node.path}.{member}" if node.path else member


def definition(stated: Mapping[str, Any]) -> dict[str, Any]:
    """Give a custom resource definition's served versions, each with its schema; alike ones are kept once."""
    spec = stated["spec"]
    schemas: list[dict[str, Any]] = []
    versions: dict[str, int] = {}
    for version in spec["versions"]:
        if version["served"]:
            schema = _without_prose(version["schema"]["openAPIV3Schema"])
            _scaled(schema, version.get("subresources", {}).get("scale", {}).get("specReplicasPath"))
            if schema not in schemas:
                schemas.append(schema)
            versions[version["name"]] = schemas.index(schema)
    names = spec["names"]
    return {
        "group": spec["group"],
        "kind": names["kind"],
        "scope": spec["scope"],
        "versions": versions,
        "schemas": schemas,
    }


def _scaled(schema: dict[str, Any], path: str | None) -> None:
    """A count that a scale subresource sets is not below 0."""
    if path:
        here = schema
        for part in path.strip(".").split("."):
            here = here.get("properties", {}).get(part, {})
        here.setdefault("minimum", 0)
    if "status" in schema.get("properties", {}):
        schema["properties"]["status"] = dict(_STATUS)


def _without_prose(schema: Any) -> Any:
    return _plain(cast("dict[str, Any]", schema)) if isinstance(schema, dict) else schema


def _plain(schema: Mapping[str, Any]) -> dict[str, Any]:
    kept: dict[str, Any] = {}
    for key, value in schema.items():
        if key == "properties":
            kept[key] = {name: _without_prose(below) for name, below in value.items()}
        elif key in ("allOf", "anyOf", "oneOf"):
            kept[key] = [_without_prose(below) for below in value]
        elif key == "x-kubernetes-validations":
            kept[key] = [{name: rule[name] for name in _SHOWN_OF_A_RULE if name in rule} for rule in value]
        elif key not in _PROSE:
            kept[key] = _without_prose(value)
    return kept


def write(server: Server, folder: Path = definitions.FOLDER, table: Path = api.CHOICES) -> None:
    """Write both from a server that has the operators' definitions and the cases' context in it."""
    for file in folder.glob("*.*.json"):
        file.unlink()
    for stated in server.list("apiextensions.k8s.io/v1", "CustomResourceDefinition"):
        made = definition(stated)
        text = json.dumps(made, separators=(",", ":"))
        (folder / f"{made['kind'].lower()}.{made['group']}.json").write_text(text + "\n", "utf-8")
    facts = {
        "version": server.request("GET", "/version")["gitVersion"],
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "choices": choices(server),
        "optional": optional(server, load()),
        "never_empty": never_empty(server, load()),
    }
    table.write_text(json.dumps(facts, indent=1) + "\n", "utf-8")


def main() -> None:
    """Start a control plane, and write what it states."""
    try:
        with processes.running() as plane:
            write(Real(plane.client))
    except processes.NotRunnableError as error:
        raise SystemExit(f"not written: {error}") from None


if __name__ == "__main__":
    main()
