"""The Python environment."""

import hashlib
import platform
import sys

from tools.setup.console import SetupError, run
from tools.setup.places import ROOT, VENV

_OLDEST_PYTHON = (3, 11)


def ensure_venv(requirements: str) -> str:
    """Create or update `.venv` from a requirements file; skipped when that file has not changed since."""
    if sys.version_info < _OLDEST_PYTHON:
        raise SetupError(f"Python 3.11 or newer is needed; this is {platform.python_version()}: set PYTHON=python3.12")
    wanted = ROOT / requirements
    digest = hashlib.sha256(b"".join(file.read_bytes() for file in sorted(ROOT.glob("requirements*.txt")))).hexdigest()
    stamp = VENV / f".{wanted.stem}"
    if stamp.exists() and stamp.read_text() == digest:
        return "ready"
    if not (VENV / "bin" / "python").exists():
        run("python", "creating .venv", [sys.executable, "-m", "venv", str(VENV)])
    pip = [str(VENV / "bin" / "python"), "-m", "pip", "install", "--disable-pip-version-check", "-r", str(wanted)]
    run("python", f"installing {requirements}", pip)
    stamp.write_text(digest)
    return "installed"
