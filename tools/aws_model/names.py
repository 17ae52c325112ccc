"""What the SDK's names are called in the models, where no rule gives it: ``names.yaml``, proven by ``check_names``."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, cast

import yaml

_DOCUMENT: Final = cast("dict[str, Any]", yaml.safe_load(Path(__file__).with_name("names.yaml").read_text("utf-8")))


@dataclass(frozen=True)
class Models:
    """Where a type is described: ``rds.CreateDBInstance`` and ``AWS::RDS::DBInstance``, with the member inside."""

    operation: str
    operation_member: str
    schema: str
    schema_member: str


def _models(stated: Mapping[str, str]) -> Models:
    operation, _, inner = stated["operation"].partition(":")
    schema, _, member = stated["schema"].replace("::", "/").partition(":")
    return Models(operation, inner, schema.replace("/", "::"), member)


BOTOCORE: Final[Mapping[str, tuple[str, ...]]] = {
    module: tuple(services.split()) for module, services in _DOCUMENT["botocore"].items()
}
CLOUDFORMATION: Final[Mapping[str, tuple[str, ...]]] = {
    module: tuple(services.split()) for module, services in _DOCUMENT["cloudformation"].items()
}
TYPES: Final[Mapping[str, Models]] = {token: _models(stated) for token, stated in _DOCUMENT["types"].items()}
PROPERTIES: Final = cast("Mapping[str, Mapping[str, str]]", _DOCUMENT["properties"])
