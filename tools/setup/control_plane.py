"""A Kubernetes control plane, and the definitions of the operators' kinds."""

import hashlib
import json
import os
import re
import shutil
import subprocess
import time
from pathlib import Path

from tools.setup import places
from tools.setup.builds import Built, build, fetch_module, is_pinned
from tools.setup.console import leave_out
from tools.setup.pins import CONTROL_PLANE, KUBERNETES_VERSION


def find_program(tool: Built, minor: str) -> Path | None:
    """Find a program of the control plane: on PATH when it is of that minor version, else as it was built here."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder) / tool.name
        if path.parent.resolve() != places.BIN.resolve() and os.access(path, os.X_OK) and _minor_version(path) == minor:
            return path
    return places.BIN / tool.name if is_pinned(tool.name, tool.pin) else None


def _minor_version(path: Path) -> str | None:
    asked = ["version", "--client"] if path.name == "kubectl" else ["--version"]
    try:
        answer = subprocess.run([str(path), *asked], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        return None
    told = re.search(r"\bv?(\d+\.\d+)\.\d+", answer.stdout)
    return told[1] if told else None


def ensure_control_plane() -> str:
    """The real control plane of the tests and `make cluster`. Without Go it is left out and said so, but not in CI."""
    missing = [tool for tool, minor in CONTROL_PLANE if find_program(tool, minor) is None]
    names = ", ".join(tool.name for tool in missing)
    if missing and shutil.which("go") is None:
        said = f"no {names} of Kubernetes {KUBERNETES_VERSION} on PATH, and no Go to build it"
        return leave_out(said, "the control plane")
    begun = time.monotonic()
    for tool in missing:
        build(tool)
    return f"built {names} in {time.monotonic() - begun:.0f} s" if missing else "ready"


def ensure_definitions() -> str:
    """The operators' custom resource definitions, as their Go modules carry them, into `.tools/definitions`."""
    sources, written = places.ROOT / "tools" / "control_plane" / "definitions.json", places.DEFINITIONS / ".stamp"
    digest = hashlib.sha256(sources.read_bytes()).hexdigest()
    if written.exists() and written.read_text() == digest:
        return "ready"
    if shutil.which("go") is None:
        return "left out: no Go to fetch them; the operators' kinds will be reported as not judged"
    shutil.rmtree(places.DEFINITIONS, ignore_errors=True)
    for each in json.loads(sources.read_text()):
        folder = fetch_module(each["module"], each["version"], each["sum"])
        target = places.DEFINITIONS / f"{each['module'].replace('/', '_')}@{each['version']}"
        target.mkdir(parents=True)
        for file in (file for pattern in each["files"] for file in folder.glob(pattern)):
            shutil.copyfile(file, target / file.name)
    written.write_text(digest)
    return "fetched"
