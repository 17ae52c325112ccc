"""From a stack's raw configuration and a workload file to settings that a platform can be built from."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from settings.environments import ENVIRONMENTS, WORKLOAD
from settings.platform import PlatformSettings
from settings.problems import Problem, SettingsError, problems_from
from settings.stack import StackSettings
from settings.workload import Workload


def load(stack_name: str, configuration: Mapping[str, Any], workloads: Path) -> PlatformSettings:
    """Validate a stack's configuration and the workload it names.

    `configuration` holds the stack file's `groundwork:` keys without that prefix; `workloads` is the folder of workload
    files. Raises `SettingsError` with every mistake found.
    """
    workload = _load_workload(workloads / f"{configuration.get('workload')}.yaml")
    environment = configuration.get("environment")
    if environment not in ENVIRONMENTS:
        raise SettingsError(
            [Problem("environment", environment, " | ".join(ENVIRONMENTS), "name one of the environments")]
        )
    raw = _fill_from_workload(_merge(ENVIRONMENTS[environment], configuration), workload)
    try:
        stack = StackSettings.model_validate_json(json.dumps(raw))
    except ValidationError as error:
        raise SettingsError(problems_from(error, f"Pulumi.{stack_name}.yaml")) from None
    return PlatformSettings(stack_name=stack_name, stack=stack, workload=workload)


def _load_workload(path: Path) -> Workload:
    try:
        return Workload.model_validate_json(json.dumps(yaml.safe_load(path.read_text())))
    except ValidationError as error:
        raise SettingsError(problems_from(error, path.name)) from None


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        merged[key] = _merge(below, value) if isinstance(below, Mapping) and isinstance(value, Mapping) else value
    return merged


def _fill_from_workload(raw: dict[str, Any], workload: Workload) -> dict[str, Any]:
    """Replace `"workload"` figures by the product's, and drop the sections of stores that the product does not use."""
    filled = dict(raw)
    for section, needs in (("database", workload.database), ("cache", workload.cache)):
        if needs is None:
            filled[section] = None
            continue
        stated = needs.model_dump(mode="json")
        filled[section] = {key: stated[key] if value == WORKLOAD else value for key, value in raw[section].items()}
    return filled
