"""Where set-up puts what it makes."""

from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
BIN = ROOT / ".tools" / "bin"
VENV: Final = ROOT / ".venv"
DEFINITIONS = ROOT / ".tools" / "definitions"
