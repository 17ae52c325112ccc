"""Finds what is written down of a type: each service's folder is read when a type of it comes up."""

from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules
from typing import Final, cast

from offline_cloud.cloud import services
from offline_cloud.cloud.core.resource import UNDESCRIBED, Resource, Resources
from offline_cloud.cloud.derived import module
from offline_cloud.cloud.model import Record, text

_FOLDERS: Final = {"apigatewayv2": "apigateway", "ebs": "ec2", "lambda": "awslambda", "lb": "elbv2", "vpc": "ec2"}
"""Modules of the SDK whose types another folder has."""


@cache
def of(type: str) -> Resource:
    """Give what is written down of a type; nothing for a type of another package, or of which nothing is."""
    if not type.startswith("aws:"):
        return UNDESCRIBED
    name = module(type)
    return _service(_FOLDERS.get(name, name)).get(type, UNDESCRIBED)


def physical_name(record: Record) -> str:
    """Give the name AWS knows the resource by: the stated name, else the generated one, else the logical name."""
    property = of(record.type).name
    return text(record.inputs, property) or text(record.outputs, property) or record.name


def every() -> dict[str, Resource]:
    """Give everything that is written down, by type."""
    return {
        type: found
        for folder in iter_modules(services.__path__)
        for type, found in sorted(_service(folder.name).items())
    }


@cache
def _service(folder: str) -> Resources:
    name = f"{services.__name__}.{folder}"
    if not folder.isidentifier() or find_spec(name) is None:
        return {}
    return cast("Resources", import_module(f"{name}.resources").RESOURCES)
