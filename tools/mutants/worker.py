"""Runs proofs over changed figures in a copy of the project: `python -m tools.mutants.worker`, driven over its pipes.

Each line of standard input is a job, each line of standard output its answer, both JSON. Every job runs in a fork, so
that nothing a test has loaded or cached outlives it, while the SDKs are imported once.
"""

import importlib
import json
import os
import sys
import tempfile
import time
import traceback
from collections.abc import Generator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn, cast

import pytest
import yaml

from components.checked import refuse_unbuildable
from settings import SettingsError, load
from settings.raw import Raw

ROOT = Path(__file__).resolve().parents[2]
_OWN_CODE = ("components", "settings", "offline_cloud", "tools")
_LIBRARIES = (
    "pulumi",
    "hypothesis",
    "botocore",
    "kubernetes_validate",
    "promql_parser",
    "psycopg",
    "rich",
    "jsonschema",
)
_QUIET = (
    "--disable-plugin-autoload",
    *("-p", "no:cacheprovider"),
    # A proof that fails may leave a server of its own running: that it fails is all that is asked here.
    *("-W", "ignore::ResourceWarning", "-W", "ignore::pytest.PytestUnraisableExceptionWarning"),
)


class Probe:
    """Runs the proofs of some requirements, the quick ones first, and each requirement only until one proof fails."""

    def __init__(self, wanted: Sequence[str], seconds: Mapping[str, float], files: Mapping[str, Sequence[str]]) -> None:
        self.wanted = frozenset(wanted)
        self.seconds, self.files = seconds, files
        self.failed: dict[str, str] = {}
        self.ran: dict[str, dict[str, float]] = {name: {} for name in wanted}
        self.stop_early = bool(seconds)

    def _names(self, item: pytest.Item) -> set[str]:
        return {str(name) for marker in item.iter_markers("requirement") for name in marker.args} & self.wanted

    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        kept = [item for item in items if self._names(item) and item.get_closest_marker("engine") is None]
        # Files stay whole, so that what a module shares is built once.
        first = {str(item.path): 0.0 for item in kept}
        for item in kept:
            first[str(item.path)] += self.seconds.get(item.nodeid, 0.0)
        items[:] = sorted(kept, key=lambda item: (first[str(item.path)], str(item.path)))

    def pytest_runtest_protocol(self, item: pytest.Item) -> bool | None:
        return True if self.stop_early and self._names(item) <= set(self.failed) else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        for name in self._names(item):
            if report.failed:
                self.failed.setdefault(name, item.nodeid)
            self.ran[name][item.nodeid] = self.ran[name].get(item.nodeid, 0.0) + report.duration
        return report

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A module that cannot even be collected with the changed figure fails all its proofs."""
        if report.failed:
            for name in self.files.get(report.nodeid, ()):
                if name in self.wanted:
                    self.failed.setdefault(name, report.nodeid)


def _prove(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run the proofs that a job names, over the figure that it changes (if any)."""
    started = time.monotonic()
    accepted = _apply(job) if "values" in job else None
    probe = Probe(job["requirements"], job.get("seconds", {}), job.get("files", {}))
    pytest.main(["-q", *_QUIET, *job["paths"]], plugins=[probe])
    answer: dict[str, Any] = {"failed": probe.failed, "accepted": accepted, "seconds": time.monotonic() - started}
    if "values" not in job:
        answer |= {"ran": probe.ran, "modules": _loaded()}
    return answer


def _apply(job: Mapping[str, Any]) -> int | None:
    """Write the first of the job's files that the settings accept, and return its place; None: they accept none."""
    target = ROOT / "workloads" / f"{job['product']}.yaml"
    texts = cast("list[str]", job["values"])
    for place, text in enumerate(texts):
        target.write_text(text, encoding="utf-8")
        if _buildable(job["product"], job["stack"]):
            return place
    target.write_text(texts[0], encoding="utf-8")
    return None


def _buildable(product: str, stack: str) -> bool:
    stated = cast("dict[str, dict[str, Raw]]", yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text()))["config"]
    configuration = {key.partition(":")[2]: value for key, value in stated.items()} | {"workload": product}
    try:
        refuse_unbuildable(load(stack, configuration, ROOT / "workloads"))
    except SettingsError:
        return False
    return True


def _loaded() -> list[str]:
    """List the modules whose import can be shared by later jobs: those that know no product."""
    return sorted(name for name in sys.modules if name.partition(".")[0].startswith((*_OWN_CODE, *_LIBRARIES)))


def _forked(job: Mapping[str, Any]) -> dict[str, Any]:
    """Run a job in a fork whose output is dropped; give its answer, or its last words under `error`."""
    with tempfile.TemporaryDirectory() as folder:
        answer = Path(folder) / "answer.json"
        child = os.fork()
        if child == 0:
            _answer_and_end(job, answer)
        _, status = os.waitpid(child, 0)
        if not answer.exists():
            return {"error": f"the tests ended with {os.waitstatus_to_exitcode(status)}"}
        return cast("dict[str, Any]", json.loads(answer.read_text()))


def _answer_and_end(job: Mapping[str, Any], answer: Path) -> NoReturn:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    for stream in (1, 2):
        os.dup2(nowhere, stream)
    try:
        found = _prove(job)
    except BaseException:
        found = {"error": traceback.format_exc()}
    answer.write_text(json.dumps(found))
    os._exit(0)


def main() -> None:
    """Answer jobs until there are no more."""
    for line in sys.stdin:
        job = cast("dict[str, Any]", json.loads(line))
        originals = {path: path.read_bytes() for path in (ROOT / "workloads").glob("*.yaml")}
        for name in job.get("modules", ()):
            importlib.import_module(name)
        answer = _forked(job)
        for path, content in originals.items():
            path.write_bytes(content)
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
