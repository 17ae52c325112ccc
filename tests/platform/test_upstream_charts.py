"""The upstream charts with the platform's values, rendered and judged like the platform's own: where they were fetched.

`make charts` fetches those whose repositories can be reached. Where none can, nothing is proven, and the run says so.
"""

import os
from pathlib import Path

import pytest

from offline_cloud.kubernetes.charts.fetch import pinned
from offline_cloud.kubernetes.fetched import VARIABLE
from offline_cloud.tools import LOCAL
from tests.platform.life import Project

FETCHED = LOCAL.parent / "charts"
FOUND = [source.name for source in pinned() if list(FETCHED.glob(f"{source.name}-{source.version}-*"))]

pytestmark = pytest.mark.skipif(not FOUND, reason="not judged: no upstream chart was fetched; `make charts` does it")


@pytest.mark.parametrize(
    ("stack", "workload"),
    [("dev", None), ("staging", None), ("prod", None), ("prod", "gridtokenx"), ("prod", "ai-trading")],
)
def test_the_platform_installs_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stack: str, workload: str | None
) -> None:
    monkeypatch.setenv(VARIABLE, os.fspath(FETCHED))
    project = Project.make(tmp_path, workload)
    made = project.ok("up", stack, "--fast", "--json").report
    not_rendered = [note for note in made["notes"] if "was not rendered" in note]
    assert not [note for note in not_rendered if any(f"chart {name} " in note for name in FOUND)]
