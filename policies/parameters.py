"""Figures and lists of rules that a stack may set otherwise, in `parameters` of config.yaml."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, Generic, TypeVar, cast

from pydantic import TypeAdapter, ValidationError

T = TypeVar("T")
_ALL: Final[dict[tuple[str, str], "Parameter[Any]"]] = {}


class Parameter(Generic[T]):
    """A value that a rule reads when it judges: its own, until a configuration sets another of the same type."""

    def __init__(self, rule: str, name: str, default: T, description: str) -> None:
        """Make it known under its rule's name; two rules may share one, under the name of the first."""
        self.rule, self.name, self.default, self.description = rule, name, default, description
        self.value: T = default
        _ALL[rule, name] = self

    def own(self) -> str:
        """Write its own value as the reference does."""
        if isinstance(self.default, tuple):
            listed = cast("tuple[str, ...]", self.default)
            return ", ".join(listed) or "none"
        return f"{self.default:g}"


def of_rule(rule: str) -> list[Parameter[Any]]:
    """List the parameters of a rule."""
    return [each for (owner, _), each in _ALL.items() if owner == rule]


def mistakes(stated: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """Yield what is wrong with stated parameters: one that no rule has, or a value of another type."""
    for rule, values in stated.items():
        for name, value in values.items():
            found = _ALL.get((rule, name))
            if found is None:
                there = ", ".join(each.name for each in of_rule(rule)) or "none"
                yield f"parameters.{rule}: there is no {name}; the rule has {there}"
            elif (problem := _problem(found, value)) is not None:
                yield f"parameters.{rule}.{name}: {problem}, given {value!r}"


def _problem(parameter: Parameter[Any], value: object) -> str | None:
    try:
        _adapter(parameter).validate_python(value)
    except ValidationError as error:
        return error.errors()[0]["msg"]
    return None


def _adapter(parameter: Parameter[Any]) -> TypeAdapter[Any]:
    """Lists are of text, and are given as tuples."""
    own: object = parameter.default
    return TypeAdapter(tuple[str, ...] if isinstance(own, tuple) else type(own))


def use(stated: Mapping[str, Mapping[str, Any]]) -> None:
    """Have the rules read these values, and their own where none is stated."""
    for (rule, name), parameter in _ALL.items():
        value = stated.get(rule, {}).get(name, parameter.default)
        parameter.value = _adapter(parameter).validate_python(value)


def everything() -> Iterable[Parameter[Any]]:
    """Give every parameter, in the order of the rules' files."""
    return _ALL.values()
