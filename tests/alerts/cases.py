"""The table of what each alert is held to: series as Prometheus would have read them, and whether it fires then.

`table/platform.yaml` holds for every product, `table/<product>.yaml` for one; both may have cases of one alert. Values
are written as promtool takes them: https://prometheus.io/docs/prometheus/latest/configuration/unit_testing_rules/#series
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template
from typing import Any, Literal, cast

import yaml

_TABLE = Path(__file__).parent / "table"
_EVERY = "15s"
_EVALUATED = "30s"
"""How often rules are evaluated at the slowest: the rules of the cluster, and of a product scraped twice a minute."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """What an alert of a severity does `after` a while, over series that are read and evaluated every so often."""

    alert: str
    severity: str
    expected: Literal["fires", "silent"]
    after: str
    every: str
    evaluated: str
    series: dict[str, str]
    count: int
    """How many alerts of the name fire together."""

    def to_promtool(self, number: int) -> dict[str, Any]:
        """Give the case as a test group of promtool's, which asks the series that Prometheus keeps of its alerts."""
        firing = f'count by (severity) (ALERTS{{alertname="{self.alert}", alertstate="firing"}})'
        told = [{"labels": f'{{severity="{self.severity}"}}', "value": self.count}]
        return {
            "name": f"{self.alert}, case {number}: {self.expected} after {self.after}",
            "interval": self.every,
            "input_series": [{"series": name, "values": values} for name, values in self.series.items()],
            "promql_expr_test": [
                {"expr": firing, "eval_time": self.after, "exp_samples": told if self.expected == "fires" else []}
            ],
        }


@cache
def cases(product: str, namespace: str, database: str) -> tuple[Case, ...]:
    """The cases of a product's alerts, those that hold for every product included."""
    files = [_TABLE / "platform.yaml", _TABLE / f"{product}.yaml"]
    return tuple(case for file in files for case in _read(file, namespace, database))


def _read(file: Path, namespace: str, database: str) -> Iterator[Case]:
    text = Template(file.read_text(encoding="utf-8")).substitute(namespace=namespace, database=database)
    table = cast("dict[str, dict[str, Any]]", yaml.safe_load(text))
    expectations: tuple[Literal["fires", "silent"], ...] = ("fires", "silent")
    for alert, stated in table.items():
        for expected in expectations:
            for each in stated[expected]:
                yield Case(
                    alert=alert,
                    severity=stated["severity"],
                    expected=expected,
                    after=each["after"],
                    every=each.get("every", _EVERY),
                    evaluated=each.get("evaluated", _EVALUATED),
                    series={name: str(values) for name, values in each["series"].items()},
                    count=each.get("count", 1),
                )
