"""Dashboards as Grafana loads them from a ConfigMap: drawn from panels, or as they came with the product."""

import json
from pathlib import Path
from typing import Any, cast

import pytest
import yaml

from components.product.dashboards import dashboard_json, dashboards
from settings.workload import Workload
from settings.workload.observation import Dashboard

PRODUCT = Path(__file__).parents[3] / "workloads" / "openibank.yaml"
PANEL = {"type": "timeseries", "title": "Orders", "datasource": {"type": "prometheus", "uid": "${DS_PROMETHEUS}"}}
EXPORTED: dict[str, Any] = {
    "__inputs": [{"name": "DS_PROMETHEUS", "type": "datasource", "pluginId": "prometheus"}],
    "__requires": [{"type": "grafana", "id": "grafana", "version": "11.0.0"}],
    "id": 7,
    "uid": "openibank",
    "title": "As it was called",
    "schemaVersion": 39,
    "panels": [PANEL],
    "templating": {"list": [{"name": "symbol", "type": "query"}]},
}


def loaded(model: dict[str, Any]) -> dict[str, Any]:
    board = Dashboard(title="Delivered", model=json.dumps(model))
    return cast("dict[str, Any]", json.loads(dashboard_json("openibank", board)))


@pytest.mark.requirement("OB-103")
@pytest.mark.parametrize("wrapped", [False, True], ids=["exported", "answered by the API"])
def test_a_dashboard_that_comes_with_the_product_is_loaded(*, wrapped: bool) -> None:
    document = loaded({"dashboard": EXPORTED, "meta": {}} if wrapped else EXPORTED)
    assert document["panels"][0]["title"] == "Orders"
    assert (document["uid"], document["title"], document["editable"]) == ("openibank", "Delivered", False)
    # Nobody is asked for a data source, and no id of another Grafana's database stays.
    assert not {"__inputs", "__requires", "id", "dashboard", "meta"} & set(document)
    assert document["panels"][0]["datasource"]["uid"] == "${datasource}"
    names = [each["name"] for each in document["templating"]["list"]]
    assert names == ["datasource", "symbol"]


def test_a_dashboard_without_a_uid_has_one_that_stays() -> None:
    bare = {"panels": [PANEL]}
    assert loaded(bare)["uid"] == loaded(bare)["uid"]
    assert loaded(bare)["templating"]["list"][0]["name"] == "datasource"


@pytest.mark.requirement("OB-103")
def test_openibanks_dashboards_are_those_of_its_file_panel_by_panel() -> None:
    stated = yaml.safe_load(PRODUCT.read_text(encoding="utf-8"))
    made = [json.loads(text) for text in dashboards(Workload.model_validate_json(json.dumps(stated))).values()]
    assert made.pop()["title"] == "openibank objectives"
    assert [board["title"] for board in made] == [board["title"] for board in stated["dashboards"]]
    for board, given in zip(made, stated["dashboards"], strict=True):
        assert board["uid"]
        assert board["panels"]
        drawn = [(panel["title"], panel["targets"][0]["expr"]) for panel in board["panels"]]
        assert drawn == [(panel["title"], panel["expression"]) for panel in given["panels"]]
        assert {panel["targets"][0]["datasource"]["type"] for panel in board["panels"]} == {"prometheus"}
