"""The guide's eight panels, with its kinds of chart, as Grafana gets them."""

import json
from typing import Any

from tests.charts.gridtokenx import rendered


def _panel(title: str) -> dict[str, Any]:
    board = rendered("workload", "prod").one("ConfigMap", "gridtokenx-dashboards")["data"]["gridtokenx.json"]
    (panel,) = (panel for panel in json.loads(board)["panels"] if panel["title"] == title)
    return panel


def test_a_histogram_is_asked_for_by_its_buckets() -> None:
    target = _panel("Matching latency")["targets"][0]
    assert target["format"] == "heatmap"
    assert target["expr"].startswith("sum by (le)")


def test_a_gauge_is_full_at_the_books_limit() -> None:
    defaults = _panel("Order book size")["fieldConfig"]["defaults"]
    assert (defaults["min"], defaults["max"]) == (0, 100_000)
    assert "max" not in _panel("WebSocket connections")["fieldConfig"]["defaults"]
