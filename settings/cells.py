"""The cells of the environment table: what a setting is in dev, staging, production and budget."""

from settings.raw import Raw

WORKLOAD = "workload"
"""A cell that holds it takes the product's own value."""

ENVIRONMENT_NAMES = ("dev", "staging", "production", "budget")

Cells = tuple[Raw, Raw, Raw, Raw]
"""One row: the setting in dev, staging, production and budget."""
