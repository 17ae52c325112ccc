"""What stands at the leaves of the charts' values."""

from dataclasses import dataclass
from typing import Annotated

from pydantic import Field, GetCoreSchemaHandler, GetJsonSchemaHandler
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[str, Field(pattern=r"^[a-z]([-a-z0-9]*[a-z0-9])?$", max_length=63)]
"""A DNS label."""
PortName = Annotated[str, Field(pattern=r"^[a-z0-9]([-a-z0-9]*[a-z0-9])?$", max_length=15)]
PortNumber = Annotated[int, Field(ge=1, le=65535)]
PortText = Annotated[str, Field(pattern=r"^[0-9]{1,5}$")]
"""A port as the environment of a process has it."""
ImageReference = Annotated[
    str,
    Field(
        pattern=r"^[a-z0-9][a-zA-Z0-9._/:-]*(:[A-Za-z0-9_][A-Za-z0-9_.-]*|@sha256:[0-9a-f]{64})$",
        description="With a tag or a digest.",
    ),
]
Cidr = Annotated[str, Field(pattern=r"^([0-9]{1,3}\.){3}[0-9]{1,3}/[0-9]{1,2}$")]
Variable = Annotated[str, Field(pattern=r"^[A-Za-z_][A-Za-z0-9_.-]*$")]
"""The name of an environment variable."""
FilePath = Annotated[str, Field(pattern=r"^/[^\s]*$")]
Quantity = Annotated[str, Field(pattern=r"^[0-9]+(\.[0-9]+)?(m|Ki|Mi|Gi|Ti)?$")]
Seconds = Annotated[int, Field(ge=0)]
Positive = Annotated[int, Field(ge=1)]
Percent = Annotated[int, Field(ge=1, le=100)]
RegionName = Annotated[str, Field(pattern=r"^[a-z]{2}(-[a-z]+)+-[0-9]$")]
DatabaseName = Annotated[str, Field(pattern="^[a-z_][a-z0-9_]{0,62}$")]
"""A name that PostgreSQL takes without quotes."""
TargetGroupArn = Annotated[str, Field(pattern=r"^arn:aws[a-z-]*:elasticloadbalancing:")]


@dataclass(frozen=True)
class _Distinct:
    """A sequence without the same value twice."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(_distinct, handler(source))

    def __get_pydantic_json_schema__(self, core: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return {**handler(core), "uniqueItems": True}


def _distinct(values: tuple[object, ...]) -> tuple[object, ...]:
    if len(set(values)) < len(values):
        raise ValueError("each value may stand here once")
    return values


DISTINCT = _Distinct()
"""For the metadata of a sequence whose values are all different."""
