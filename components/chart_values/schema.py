"""The `values.schema.json` of every chart, made from the typed values that the program hands to it.

`python -m components.chart_values.schema` writes them into charts/.
"""

import json
from collections.abc import Mapping
from pathlib import Path

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from components.chart_values.base import ChartValues
from components.chart_values.cluster import ClusterValues
from components.chart_values.consoles import ConsolesValues
from components.chart_values.event_bus import EventBusValues
from components.chart_values.folder import CHARTS
from components.chart_values.foundation import FoundationValues
from components.chart_values.image_policy import ImagePolicyValues
from components.chart_values.timescale import TimescaleValues
from components.chart_values.workload.values import WorkloadValues
from settings.descriptions import field_texts

VALUES: Mapping[str, type[ChartValues]] = {
    "cluster": ClusterValues,
    "consoles": ConsolesValues,
    "event-bus": EventBusValues,
    "foundation": FoundationValues,
    "image-policy": ImagePolicyValues,
    "timescale": TimescaleValues,
    "workload": WorkloadValues,
}
"""The values of each chart."""

_DRAFT = "http://json-schema.org/draft-07/schema#"
"""Every Helm 3 reads it; the newer ones read later drafts, too."""


class _Generator(GenerateJsonSchema):
    """Pydantic's generator without null and defaults: what has no value is left out, and Helm fills in values.yaml."""

    def field_title_should_be_set(self, schema: object) -> bool:
        """Set none: a title would repeat the key."""
        return False

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        """Give the schema of the value."""
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        """Give the schema of the value."""
        return self.generate_inner(schema["schema"])

    def model_schema(self, schema: core_schema.ModelSchema) -> JsonSchemaValue:
        """Describe each key by the docstring under its field."""
        made = super().model_schema(schema)
        model = schema["cls"]
        for field, text in field_texts(model).items():
            made["properties"][model.model_fields[field].alias or field]["description"] = text
        return made

    def dict_schema(self, schema: core_schema.DictSchema) -> JsonSchemaValue:
        """State what the keys are beside what the values are, so that a key that is wrong is said to be."""
        keys = self.generate_inner(schema.get("keys_schema", core_schema.any_schema()))
        values = self.generate_inner(schema.get("values_schema", core_schema.any_schema()))
        made: JsonSchemaValue = {"type": "object", "additionalProperties": values}
        if "min_length" in schema:
            made["minProperties"] = schema["min_length"]
        if len(keys) > 1:
            made["propertyNames"] = keys
        return made


def schema_of(chart: str) -> JsonSchemaValue:
    """Give the schema of a chart's values."""
    made = VALUES[chart].model_json_schema(ref_template="#/definitions/{model}", schema_generator=_Generator)
    definitions = made.pop("$defs", {})
    for definition in definitions.values():
        del definition["title"]
    return {
        "$schema": _DRAFT,
        **made,
        "title": f"Values of the {chart} chart",
        **({"definitions": definitions} if definitions else {}),
    }


def file_of(chart: str) -> Path:
    """Give the file that holds the schema."""
    return CHARTS / chart / "values.schema.json"


def rendered(chart: str) -> str:
    """Give the text of the file."""
    return json.dumps(schema_of(chart), indent=2, ensure_ascii=False) + "\n"


def main() -> None:
    for chart in VALUES:
        file_of(chart).write_text(rendered(chart), encoding="utf-8")


if __name__ == "__main__":
    main()
