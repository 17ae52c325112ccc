"""cfn-lint's further rules of a type, in the SDK's names: what holds when another property has a certain value."""

import re
from collections.abc import Mapping
from typing import Any, Final, cast

from offline_cloud.provider.catalog import ObjectOf
from tools.aws_model import match, schemas, sdk
from tools.aws_model.match import Source
from tools.aws_model.sdk import Field, Type

_PLAIN: Final = frozenset(
    "const enum pattern minimum maximum multipleOf minItems maxItems type exclusiveMinimum".split()  # noqa: SIM905
)
_ONE: Final = ("if", "then", "else", "not", "contains", "items")
_MANY: Final = ("allOf", "anyOf", "oneOf")
_IGNORED: Final = frozenset({"description", "additionalProperties", "default"})
_LEFT_OUT: Final = {
    "db_instance_class": "5 MB: the classes of each version; dbinstanceclass_enum has those of each region",
    "engine_version_deprecated": "old versions, which AWS still takes",
    "aurora_warning": "advice",
    "period": "alarms of 20 s, which AWS takes since, are not in it",
}
_REGION: Final = re.compile(r"^[a-z]{2}(-[a-z]+)+-\d$")


class _UntranslatableError(Exception):
    """A rule speaks of something that the SDK's type does not have."""


def rules(type: Type, source: Source) -> list[dict[str, Any]]:
    """Give the rules that can be said in the SDK's names; what speaks of other resources is left out."""
    found: list[dict[str, Any]] = []
    for name, rule in sorted(
        schemas.extensions(source.name.replace("::", "/").partition(":")[0].replace("/", "::")).items()
    ):
        if name in _LEFT_OUT or name.endswith("_enum") or any(_REGION.match(key) for key in rule):
            continue
        for part in rule.get("allOf", [rule]):
            try:
                found.append(_translated(part, type.inputs, source))
            except _UntranslatableError:
                continue
    return [rule for rule in found if rule]


def offered(type_name: str) -> dict[str, dict[str, list[str]]]:
    """Give, by property path in lower case, the values that each region offers: instance classes and node types."""
    found: dict[str, dict[str, list[str]]] = {}
    for name, rule in schemas.extensions(type_name).items():
        if name.endswith("_enum") and any(_REGION.match(key) for key in rule):
            path = name.removesuffix("_enum").replace("_", ".")
            found[path] = {region: sorted(_values(each, path.rpartition(".")[2])) for region, each in rule.items()}
    return found


def _values(stated: Any, property: str) -> set[str]:
    if isinstance(stated, list):
        return {value for each in cast("list[Any]", stated) for value in _values(each, property)}
    if not isinstance(stated, dict):
        return set()
    rule = cast("dict[str, Any]", stated)
    if isinstance(rule.get("enum"), list) and "properties" not in rule:
        return set(rule["enum"])
    inner = {key: each for key, each in rule.items() if key not in ("if", "const")}
    if "properties" in inner:
        inner = {
            **inner,
            "properties": {key: each for key, each in inner["properties"].items() if key.lower() == property},
        }
    return {value for each in inner.values() for value in _values(each, property)}


def _translated(rule: Any, fields: Mapping[str, Field], source: Source) -> dict[str, Any]:
    if isinstance(rule, bool):
        return {"never": 1} if not rule else {}
    done: dict[str, Any] = {}
    for key, value in rule.items():
        if key in _IGNORED:
            continue
        if key in _PLAIN:
            done[key] = _plain(key, value)
        elif key in _ONE:
            done[key] = _translated(value, fields, source)
        elif key in _MANY:
            done[key] = [_translated(each, fields, source) for each in value]
        elif key == "required":
            done[key] = [_name(each, fields, source) for each in value]
        elif key == "properties":
            done[key] = dict(_property(name, each, fields, source) for name, each in value.items())
        else:
            raise _UntranslatableError(key)
    return done


def _plain(key: str, value: Any) -> Any:
    if key == "pattern":
        try:
            re.compile(value)
        except re.error as error:
            raise _UntranslatableError(value) from error
    if isinstance(value, Mapping):
        raise _UntranslatableError(key)
    if key == "enum":
        return sorted({str(each).lower() if isinstance(each, bool) else str(each) for each in cast("list[Any]", value)})
    return value


def _name(stated: str, fields: Mapping[str, Field], source: Source) -> str:
    for name in fields:
        if match.member(name, source.members, source.nouns) == stated:
            return name
    raise _UntranslatableError(stated)


def _property(stated: str, rule: Any, fields: Mapping[str, Field], source: Source) -> tuple[str, Any]:
    name = _name(stated, fields, source)
    inner = sdk.object_in(fields[name].shape)
    if not isinstance(inner, ObjectOf):
        return name, _translated(rule, {}, Source("", {}, frozenset()))
    node = source.members[stated]
    item = node.item() if node.kind == "list" else None
    nouns = frozenset({match.singular(match.normal(name))})
    return name, _translated(rule, sdk.fields(inner), Source("", (item or node).members(), nouns))
