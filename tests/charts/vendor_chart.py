"""GridTokenX as its guide's third form of Kubernetes has it: the vendor's own Helm chart with a file of values."""

import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, cast

import yaml

from settings import PlatformSettings
from settings.load import load
from settings.raw import Raw
from tests.charts.rendering import ROOT

EXAMPLE = ROOT / "docs/how-to/examples/vendor-chart"


def load_example(changes: dict[str, Raw] | None = None, **stated: Raw) -> PlatformSettings:
    """The example on this project's production stack; `changes` replace keys of its workload file."""
    folder = Path(mkdtemp())
    try:
        shutil.copytree(EXAMPLE, folder / "workloads")
        file = folder / "workloads" / "gridtokenx.yaml"
        document: dict[str, Any] = yaml.safe_load(file.read_text())
        file.write_text(yaml.safe_dump({**document, **(changes or {})}))
        config = cast("dict[str, Any]", yaml.safe_load((ROOT / "Pulumi.prod.yaml").read_text()))["config"]
        given = {key.split(":", 1)[1]: value for key, value in config.items()}
        given |= {"workload": "gridtokenx", "domain": "gridtokenx.com", **stated}
        return load("prod", given, folder / "workloads")
    finally:
        shutil.rmtree(folder)


@cache
def example() -> PlatformSettings:
    return load_example()
