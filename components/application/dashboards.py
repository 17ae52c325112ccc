"""Grafana dashboards, generated from the panels that a product names."""

import hashlib
import json
import re

from settings.workload import Workload
from settings.workload.observation import Dashboard, Panel

_COLUMNS = 24  # Grafana's grid
_PANEL_WIDTH = 8
_PANEL_HEIGHT = 8
_TYPES = {"line": "timeseries", "gauge": "gauge", "histogram": "heatmap"}
_SCHEMA_VERSION = 39  # Grafana 11; later versions migrate it when they load it


def dashboards(workload: Workload) -> dict[str, str]:
    """Each dashboard of the product as Grafana's JSON, by file name."""
    return {f"{_slug(board.title)}.json": dashboard_json(workload.name, board) for board in workload.dashboards}


def dashboard_json(product: str, board: Dashboard) -> str:
    """One dashboard: panels three to a row, in the order in which the product names them."""
    document = {
        "uid": hashlib.sha256(f"{product}/{board.title}".encode()).hexdigest()[:16],
        "title": board.title,
        "tags": [product],
        "editable": False,
        "schemaVersion": _SCHEMA_VERSION,
        "refresh": "30s",
        "time": {"from": "now-6h", "to": "now"},
        "templating": {
            "list": [{"name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source"}]
        },
        "panels": [_panel(number, panel) for number, panel in enumerate(board.panels)],
    }
    return json.dumps(document, indent=2, sort_keys=True)


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
