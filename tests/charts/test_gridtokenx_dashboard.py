"""The guide's eight panels, with its kinds of chart, as Grafana gets them."""

import json
from typing import Any

import pytest

from tests.charts.gridtokenx import rendered


def _panel(title: str) -> dict[str, Any]:
    board = rendered("workload", "prod").one("ConfigMap", "gridtokenx-dashboards")["data"]["gridtokenx.json"]
    (panel,) = (panel for panel in json.loads(board)["panels"] if panel["title"] == title)
    return panel


@pytest.mark.parametrize(
    ("title", "chart", "metric"),
    [
        pytest.param(title, chart, metric, marks=pytest.mark.requirement(number))
        for number, title, chart, metric in (
            ("GX-127", "Orders per minute", "timeseries", "market_orders_total"),
            ("GX-128", "Trades per minute", "timeseries", "market_trades_total"),
            ("GX-129", "Matching latency", "heatmap", "market_matching_duration_seconds_bucket"),
            ("GX-130", "Settlement success rate", "gauge", "market_settlements_total"),
            ("GX-131", "Order book size", "gauge", "market_order_book_size"),
            ("GX-132", "Spread", "timeseries", "market_spread"),
            ("GX-133", "WebSocket connections", "gauge", "websocket_connections_active"),
            ("GX-134", "API response time", "heatmap", "http_request_duration_seconds_bucket"),
        )
    ],
)
def test_a_panel_draws_its_metric_as_the_guide_says(title: str, chart: str, metric: str) -> None:
    panel = _panel(title)
    assert panel["type"] == chart
    assert metric in panel["targets"][0]["expr"]


def test_a_histogram_is_asked_for_by_its_buckets() -> None:
    target = _panel("Matching latency")["targets"][0]
    assert target["format"] == "heatmap"
    assert target["expr"].startswith("sum by (le)")


def test_a_gauge_is_full_at_the_books_limit() -> None:
    defaults = _panel("Order book size")["fieldConfig"]["defaults"]
    assert (defaults["min"], defaults["max"]) == (0, 100_000)
    assert "max" not in _panel("WebSocket connections")["fieldConfig"]["defaults"]
