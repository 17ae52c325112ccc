"""Without the programs, the tests of the control plane are reported as not run; in CI they fail."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.charts.rendering import ROOT

_WITHOUT = "from pathlib import Path\nfrom tools.setup import places\nplaces.BIN = Path('/nowhere')\n"
_ASKED = "tests/control_plane/test_refusals.py::test_a_kind_without_definition_is_not_judged_and_says_so"


@pytest.mark.parametrize(("ci", "outcome"), [("false", "1 skipped"), ("true", "1 error")])
def test_it_is_skipped_with_the_reason_and_in_ci_it_fails(ci: str, outcome: str, tmp_path: Path) -> None:
    (tmp_path / "without_programs.py").write_text(_WITHOUT)
    environment = {
        **os.environ,
        "CI": ci,
        "PATH": "/nowhere",
        "PYTHONPATH": os.pathsep.join((str(tmp_path), str(ROOT))),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "without_programs", "-p", "no:cacheprovider", _ASKED]
    answer = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=300
    )
    assert outcome in answer.stdout, answer.stdout + answer.stderr
    assert "neither on PATH in the pinned version nor built: install Go" in answer.stdout
    assert "passed" not in answer.stdout
