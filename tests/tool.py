"""Programs that judge what the tests made: a test whose judge is not installed is reported as not run."""

import shutil
from pathlib import Path

import pytest

BIN = Path(__file__).parents[1] / ".tools" / "bin"


def tool(name: str) -> str:
    """Return a program of `.tools/bin` or PATH; skips the test, saying why, where it is in neither."""
    found = shutil.which(name, path=str(BIN)) or shutil.which(name)
    if found is None:
        pytest.skip(f"not judged: {name} is neither in .tools/bin nor on PATH; `make setup-test` builds it")
    return found
