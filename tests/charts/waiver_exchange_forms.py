"""waiver.exchange in its two forms: the budget on ECS that it starts with, and the standard platform it grows into.

Each also as the plan's consolidated form: one binary on one port, which is the workload file with two services less.
"""

from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, cast

import yaml

from components.platform import Platform
from tests.charts.rendering import ROOT, Rendered, render
from tests.charts.whole_platform import platform, releases_of, settings
from tests.components.recording import Recorder

PRODUCT = "waiver-exchange"
STANDARD: dict[str, Any] = {
    "environment": "production",
    "zones": ["use1-az1", "use1-az2", "use1-az4"],
    "monitoring": {"emails": ["on-call@example.com"]},
}
FORMS: dict[str, dict[str, Any]] = {"budget": {}, "standard": STANDARD}
CONSOLIDATED_BINARY = "order-gateway"


@cache
def form(name: str) -> Recorder[Platform]:
    """The platform of the budget stack, or of the same stack in the production environment."""
    return platform(settings(PRODUCT, "budget", **FORMS[name]))


@cache
def consolidated(name: str) -> Recorder[Platform]:
    """The same form with one service left, which every route leads to."""
    with TemporaryDirectory() as folder:
        file = Path(folder) / f"{PRODUCT}.yaml"
        file.write_text(yaml.safe_dump(one_service(), sort_keys=False), encoding="utf-8")
        return platform(settings(PRODUCT, "budget", Path(folder), **FORMS[name]))


def one_service() -> dict[str, Any]:
    """The workload file with `rest` alone, its command, routes and objectives, and with it what only others used."""
    stated = cast("dict[str, Any]", yaml.safe_load((ROOT / "workloads" / f"{PRODUCT}.yaml").read_text()))
    rest, oauth = stated["services"]["rest"], stated["services"]["oauth"]
    rest["command"] = [CONSOLIDATED_BINARY]
    rest["secrets"] = oauth["secrets"]
    rest["egress"] = oauth["egress"]
    stated["services"] = {"rest": rest}
    stated["objectives"] = [each for each in stated["objectives"] if each["service"] == "rest"]
    for route in stated["ingress"]["routes"]:
        route["service"] = "rest"
    return stated


@cache
def rendered(one: bool = False) -> Rendered:
    """The objects of the product's own chart on the standard platform; with `one`, consolidated."""
    recorder = consolidated("standard") if one else form("standard")
    (release,) = [each for each in releases_of(recorder) if each.chart.name == "workload"]
    return render("workload", dict(release.values))
