"""How the definitions of a chart's custom resources get newer, in words that every table of charts uses."""

from typing import Literal

Definitions = Literal["none", "with the chart", "chart of their own", "by hand"]
"""Helm installs what lies in a chart's `crds/` once and never upgrades it
(https://helm.sh/docs/chart_best_practices/custom_resource_definitions/): such a chart skips them and has a chart of
their own before it, or a person applies them before a new version (docs/how-to/upgrade-charts.md)."""
