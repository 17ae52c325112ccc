"""Which changes replace a resource: the facts of the AWS, random and Kubernetes providers, type by type.

``replacements.json``, here and in the folder of each service of AWS, has a verdict for every type the program uses: the
properties whose change replaces it. Any other property of such a type is changed in place. Nested paths leave out list
indexes. For other types of AWS, the derived tables have what the SDK's documentation and CloudFormation's schema call
fixed.
"""

import json
from functools import cache
from importlib import resources
from typing import Final, cast

from offline_cloud.cloud.core.regions import is_global
from offline_cloud.cloud.derived import entry

# In the AWS provider 7 every regional resource names its region, and none moves from one to another.
_REGION: Final = frozenset({"region"})


@cache
def verdicts() -> dict[str, frozenset[str]]:
    """Give the properties that force a replacement, for every type that has a verdict."""
    table: dict[str, list[str]] = {}
    for folder in (
        resources.files("offline_cloud.provider"),
        *resources.files("offline_cloud.cloud.services").iterdir(),
    ):
        file = folder.joinpath("replacements.json")
        if file.is_file():
            table.update(json.loads(file.read_text("utf-8")))
    return {
        type: frozenset(paths) | (_REGION if type.startswith("aws:") and not is_global(type) else frozenset())
        for type, paths in table.items()
    }


def explicit(type: str) -> frozenset[str] | None:
    """Give the paths that force a replacement of a type; ``None`` when the table has no verdict on the type."""
    stated = verdicts().get(type)
    if stated is None and (derived := entry(type)):
        fixed = frozenset(cast("list[str]", derived.get("new", [])))
        return fixed if is_global(type) else fixed | _REGION
    return stated


def forces_replacement(type: str, path: str) -> bool | None:
    """Tell whether a change at a path (``launchTemplate.id``) replaces the resource.

    ``None`` means "ask about the property that holds this one"; for a top-level property, that the type has no verdict.
    """
    paths = explicit(type)
    if paths is None:
        return None
    if path in paths:
        return True
    return None if "." in path else False
