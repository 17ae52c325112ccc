"""The cells of the environment table: what a setting is in dev, staging, production and budget."""

from typing import Literal, get_args

from settings.raw import Raw

WORKLOAD = "workload"
"""A cell that holds it takes the product's own value."""

EnvironmentName = Literal["dev", "staging", "production", "budget"]
ENVIRONMENT_NAMES: tuple[EnvironmentName, ...] = get_args(EnvironmentName)

Cells = tuple[Raw, Raw, Raw, Raw]
"""One row: the setting in dev, staging, production and budget."""
