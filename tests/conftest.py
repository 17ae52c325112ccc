"""What every test run shares: it writes down which requirement each test proves, and whether it passed.

`--requirements FILE` writes that as JSON: requirement → test → "passed", "failed" or "not run"; `make coverage`
reads it.
"""

import json
import os
from pathlib import Path

import pytest

# What was fetched on one machine would change what the tests see: those of upstream charts say where theirs are.
os.environ.setdefault("OFFLINE_CLOUD_CHARTS", os.devnull)

_PROPERTY = "requirement"


class RequirementRecord:
    """Collects outcomes over all workers; only the controlling process writes the file."""

    def __init__(self, file: Path) -> None:
        self.file = file
        self.outcomes: dict[str, dict[str, str]] = {}

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        for key, value in report.user_properties:
            if key != _PROPERTY:
                continue
            tests = self.outcomes.setdefault(str(value), {})
            if report.when == "call" and report.passed:
                tests[report.nodeid] = "passed"
            elif report.failed:
                tests[report.nodeid] = "failed"
            else:
                tests.setdefault(report.nodeid, "not run")

    def pytest_sessionfinish(self) -> None:
        self.file.parent.mkdir(parents=True, exist_ok=True)
        self.file.write_text(json.dumps(self.outcomes, indent=2, sort_keys=True) + "\n")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--requirements", type=Path, help="write which requirements were proven to this file")


def pytest_configure(config: pytest.Config) -> None:
    file: Path | None = config.getoption("--requirements")
    if file is not None and not hasattr(config, "workerinput"):
        config.pluginmanager.register(RequirementRecord(file), "requirement-record")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        for marker in item.iter_markers("requirement"):
            item.user_properties.extend((_PROPERTY, str(name)) for name in marker.args)
