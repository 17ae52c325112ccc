"""What the typed values of every chart share."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass
from typing import Annotated, ClassVar, Self, TypeVar, cast, get_args

from pulumi import Output
from pydantic import BaseModel, ConfigDict, GetCoreSchemaHandler, GetJsonSchemaHandler, model_validator
from pydantic.alias_generators import to_camel
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from components.chart_values.conditions import Condition

T = TypeVar("T")


@dataclass(frozen=True)
class _Deferred:
    """Lets an output through unseen, since its value is known to Helm alone; the JSON schema is that of the value."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        value = handler.generate_schema(get_args(source)[0])
        outputs = [core_schema.is_instance_schema(kind) for kind in (Output, Awaitable)]
        return core_schema.json_or_python_schema(
            json_schema=value, python_schema=core_schema.union_schema([*outputs, value], mode="left_to_right")
        )


Out = Annotated[T | Awaitable[T] | Output[T], _Deferred()]
"""A value of type T, or an output that will be one. It takes what `pulumi.Input[T]` does."""


def key_of(field: str) -> str:
    """Give the chart's key of a field: in camelCase; a field named after a keyword of Python ends in an underscore."""
    return to_camel(field.removesuffix("_"))


class ChartValues(BaseModel):
    """Values of a chart, or a section of them: frozen, with no key that the chart does not know.

    A field that is None is left out. The docstring under a field is its description in the chart's schema.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        alias_generator=key_of,
        validate_by_name=True,
        # A model is built when the first section is made of it, so that a stack pays for those that it has.
        defer_build=True,
    )

    def to_helm(self) -> dict[str, object]:
        """Give the values as Helm takes them: plain JSON, whose leaves may be outputs."""
        fields = type(self).model_fields
        return {fields[name].alias or name: plain(value) for name, value in self if value is not None}


class ConditionalValues(ChartValues):
    """A section with conditions between its keys."""

    conditions: ClassVar[tuple[Condition, ...]] = ()

    @model_validator(mode="after")
    def _hold_conditions(self) -> Self:
        fields = type(self).model_fields
        stated = {fields[name].alias or name: value for name, value in self if value is not None}
        for condition in self.conditions:
            condition.check(stated)
        return self

    @classmethod
    def __get_pydantic_json_schema__(cls, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        schema = handler(core)
        for condition in cls.conditions:
            handler.resolve_ref_schema(schema).update(condition.schema())
        return schema


def plain(value: object) -> object:
    """Give a section, a mapping or a sequence as plain JSON; anything else, outputs among it, as it is."""
    if isinstance(value, ChartValues):
        return value.to_helm()
    if isinstance(value, tuple | list):
        return [plain(each) for each in cast("tuple[object, ...]", value)]
    if isinstance(value, dict):
        return {key: plain(each) for key, each in cast("Mapping[str, object]", value).items()}
    return value
