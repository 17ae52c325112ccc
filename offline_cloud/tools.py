"""The programs the offline cloud runs: those built into ``.tools/bin``, else those on PATH."""

import functools
import shutil
from pathlib import Path
from typing import Final, Literal

Tool = Literal["pulumi", "helm", "kubeconform"]
LOCAL: Final = Path(__file__).resolve().parent.parent / ".tools" / "bin"


class MissingToolError(Exception):
    """A program that was built or installed by ``make setup`` is not there."""


@functools.cache
def find(name: Tool) -> Path:
    """Give the path of a program; raises ``MissingToolError``."""
    found = shutil.which(name, path=str(LOCAL)) or shutil.which(name)
    if found is None:
        raise MissingToolError(f"{name} is neither in {LOCAL} nor on PATH; `make setup` puts it there")
    return Path(found)
