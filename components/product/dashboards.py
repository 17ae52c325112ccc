"""Grafana dashboards, generated from the panels that a product names and from its objectives."""

import hashlib
import json
import re
from typing import cast

from components.product.objective_panels import objective_dashboard
from settings.workload import Workload
from settings.workload.observation import Dashboard, Panel

_COLUMNS = 24  # Grafana's grid
_PANEL_WIDTH = 8
_PANEL_HEIGHT = 8
_TYPES = {"line": "timeseries", "gauge": "gauge", "histogram": "heatmap"}
_SCHEMA_VERSION = 39  # Grafana 11; later versions migrate it when they load it

_DATA_SOURCE: dict[str, object] = {
    "name": "datasource",
    "type": "datasource",
    "query": "prometheus",
    "label": "Data source",
}
_INPUT = re.compile(r"\$\{DS_[A-Z0-9_-]+\}")
"""How an export names a data source that whoever imports it is asked for."""


def dashboards(workload: Workload) -> dict[str, str]:
    """Each dashboard of the product as Grafana's JSON, by file name, and one of its objectives if it states any."""
    objectives = objective_dashboard(workload)
    boards = (*workload.dashboards, *([objectives] if objectives is not None else ()))
    return {f"{_slug(board.title)}.json": dashboard_json(workload.name, board) for board in boards}


def dashboard_json(product: str, board: Dashboard) -> str:
    """One dashboard: panels three to a row, in the order in which the product names them, or the model it brings."""
    if board.model is not None:
        return json.dumps(_delivered(product, board, board.model), indent=2, sort_keys=True)
    document = {
        "uid": _uid(product, board),
        "title": board.title,
        "tags": [product],
        "editable": False,
        "schemaVersion": _SCHEMA_VERSION,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {"list": [_DATA_SOURCE]},
        "panels": [_panel(number, panel) for number, panel in enumerate(board.panels or ())],
    }
    return json.dumps(document, indent=2, sort_keys=True)


def _delivered(product: str, board: Dashboard, model: str) -> dict[str, object]:
    """Give an exported dashboard in the form that is provisioned, rather than the one a person imports by hand.

    Provisioning takes the model itself, without the `id` of the database it came from, and asks nobody which data
    source an input stands for: https://grafana.com/docs/grafana/latest/administration/provisioning/#dashboards
    """
    document = cast("dict[str, object]", json.loads(_INPUT.sub("${datasource}", model)))
    document = cast("dict[str, object]", document.get("dashboard", document))
    kept = {key: value for key, value in document.items() if key not in ("__inputs", "__requires", "__elements", "id")}
    templating = cast("dict[str, list[dict[str, object]]]", kept.get("templating") or {})
    others = [each for each in templating.get("list", []) if each.get("name") != _DATA_SOURCE["name"]]
    return {
        **kept,
        "uid": kept.get("uid") or _uid(product, board),
        "title": board.title,
        "editable": False,
        "schemaVersion": kept.get("schemaVersion", _SCHEMA_VERSION),
        "templating": {"list": [_DATA_SOURCE, *others]},
    }


def _uid(product: str, board: Dashboard) -> str:
    return hashlib.sha256(f"{product}/{board.title}".encode()).hexdigest()[:16]


def _panel(number: int, panel: Panel) -> dict[str, object]:
    row, column = divmod(number, _COLUMNS // _PANEL_WIDTH)
    datasource = {"type": "prometheus", "uid": "${datasource}"}
    scale = {"min": 0, "max": panel.maximum} if panel.maximum is not None else {}
    buckets = {"format": "heatmap"} if panel.chart == "histogram" else {}
    return {
        "id": number + 1,
        "type": _TYPES[panel.chart],
        "title": panel.title,
        "datasource": datasource,
        "gridPos": {"x": column * _PANEL_WIDTH, "y": row * _PANEL_HEIGHT, "w": _PANEL_WIDTH, "h": _PANEL_HEIGHT},
        "fieldConfig": {"defaults": {"unit": panel.unit, **scale}, "overrides": []},
        "targets": [{"refId": "A", "datasource": datasource, "expr": panel.expression, **buckets}],
    }


def _slug(title: str) -> str:
    return re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")
