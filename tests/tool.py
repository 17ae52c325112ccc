"""Programs that judge what the tests made: without its judge a test is reported as not run, and in CI it fails."""

import os
import shutil
from pathlib import Path

import pytest

BIN = Path(__file__).parents[1] / ".tools" / "bin"


def tool(name: str) -> str:
    """Return a program of `.tools/bin` or PATH; in neither, the test is skipped with the reason, or fails in CI."""
    found = shutil.which(name, path=str(BIN)) or shutil.which(name)
    if found is None:
        missing = f"{name} is neither in .tools/bin nor on PATH; `make setup-test` builds it"
        if os.environ.get("CI") == "true":
            pytest.fail(f"CI runs this test: {missing}", pytrace=False)
        pytest.skip(f"not judged: {missing}")
    return found
