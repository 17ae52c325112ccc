"""JSON Schemas of the two files, made from the models so that editors complete and check what a person writes.

`python -m settings.schema` writes them into schemas/.
"""

import json
from pathlib import Path as FilePath

from settings.base import Settings
from settings.descriptions import describe_fields
from settings.environments import ENVIRONMENTS
from settings.facts.kubernetes import OFFERED
from settings.facts.regions import ZONES
from settings.raw import Path, Raw, has
from settings.shape import defaulted, fields_of
from settings.stack import StackSettings
from settings.stacks import PROJECT
from settings.workload import Workload

FOLDER = FilePath(__file__).parents[1] / "schemas"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def workload_schema() -> dict[str, Raw]:
    """Return the schema of a file in workloads/."""
    return {"$schema": _DRAFT, **_schema_of(Workload), "title": "A product that Groundwork runs"}


def stack_schema() -> dict[str, Raw]:
    """Return the schema of a Pulumi.<stack>.yaml file, in which an environment's row fills what is left out."""
    schema = _schema_of(StackSettings)
    definitions = _section(schema.pop("$defs", {}))
    keys = _section(schema["properties"])
    for path, model in _sections(StackSettings):
        _section(definitions[model.__name__])["required"] = [*_required(model, path)]
    _section(keys["region"])["enum"] = [*ZONES]
    _section(_section(_section(definitions["ClusterSettings"])["properties"])["version"])["enum"] = [*OFFERED]
    del keys["provided_secrets"]
    keys["secrets"] = _SECRETS
    config: dict[str, Raw] = {
        "type": "object",
        "properties": {f"{PROJECT}:{key}": value for key, value in keys.items()},
        "patternProperties": {f"^(?!{PROJECT}:)[^:]+:": {}},
        "additionalProperties": False,
        "required": [f"{PROJECT}:{key}" for key in (*_required(StackSettings, ()), "network")],
    }
    return {
        "$schema": _DRAFT,
        "title": "A stack of Groundwork",
        "type": "object",
        "properties": {
            "config": config,
            "encryptionsalt": {"type": "string"},
            "encryptedkey": {"type": "string"},
            "secretsprovider": {"type": "string"},
            "environment": {},
        },
        "additionalProperties": False,
        "required": ["config"],
        "$defs": definitions,
    }


_SECRETS: Raw = {
    "type": "object",
    "description": f"Provided secrets, each set with: pulumi config set --secret --path {PROJECT}:secrets.NAME",
    "additionalProperties": {
        "type": "object",
        "properties": {"secure": {"type": "string"}},
        "required": ["secure"],
        "additionalProperties": False,
    },
}


def _schema_of(model: type[Settings]) -> dict[str, Raw]:
    describe_fields()
    schema: dict[str, Raw] = model.model_json_schema()
    return _section(_tidy(schema))


def _tidy(node: Raw) -> Raw:
    """Drop the titles that only repeat a key, and close mappings whose keys follow a pattern."""
    if isinstance(node, list):
        return [_tidy(item) for item in node]
    if not isinstance(node, dict):
        return node
    tidy = {key: _tidy_keyword(key, value) for key, value in node.items() if key != "title"}
    if "patternProperties" in tidy:
        tidy.setdefault("additionalProperties", False)
    return tidy


def _tidy_keyword(keyword: str, value: Raw) -> Raw:
    """Under these keywords stand schemas by name; a name may well be `title`."""
    if keyword in ("properties", "$defs", "patternProperties") and isinstance(value, dict):
        return {name: _tidy(inner) for name, inner in value.items()}
    return value if keyword in ("default", "examples", "enum") else _tidy(value)


def _section(value: Raw) -> dict[str, Raw]:
    if not isinstance(value, dict):
        raise TypeError(f"the schema has {type(value).__name__} where a mapping belongs")
    return value


def _sections(model: type[Settings], above: Path = ()) -> list[tuple[Path, type[Settings]]]:
    """Return the sections of a stack file, at any depth, with their paths."""
    found: list[tuple[Path, type[Settings]]] = []
    for key, shape in fields_of(model).items():
        if shape.model is not None:
            found += [((*above, key), shape.model), *_sections(shape.model, (*above, key))]
    return found


def _required(model: type[Settings], path: Path) -> list[str]:
    """Return the keys that neither a default nor any environment's row supplies."""
    return [
        key
        for key in fields_of(model)
        if not defaulted(model, key) and not any(has(row, (*path, key)) for row in ENVIRONMENTS.values())
    ]


SCHEMAS = {"stack.schema.json": stack_schema, "workload.schema.json": workload_schema}


def rendered(name: str) -> str:
    """Return a schema file's text."""
    return json.dumps(SCHEMAS[name](), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name in SCHEMAS:
        (FOLDER / name).write_text(rendered(name), encoding="utf-8")


if __name__ == "__main__":
    main()
