"""What was read from the SDKs, kept between runs: to import and read them takes longer than the run itself.

The file is named after the versions of the SDKs and the code that reads them, so it is never out of date. It is a
pickle of plain data in the project's own `.offline-cloud` folder; one that cannot be read is made anew.
"""

import hashlib
import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeVar, cast

_SDKS: Final = ("pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-random")
_Kind = TypeVar("_Kind")


class _Memory:
    def __init__(self) -> None:
        self.known: dict[str, object] = {}
        self.file: Path | None = None
        self.saved = 0


_memory: Final = _Memory()


def remembered(name: str, read: Callable[[], _Kind]) -> _Kind:
    """Give what was read under this name before, in this run or an earlier one, or read it now."""
    if name not in _memory.known:
        _memory.known[name] = read()
    return cast("_Kind", _memory.known[name])


def keep_in(folder: Path) -> None:
    """Use what earlier runs kept in this folder, and keep what this one reads there too."""
    _memory.file = folder / f"sdk-{_fingerprint()}.pickle"
    with suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError):
        _memory.known |= pickle.loads(_memory.file.read_bytes())  # noqa: S301 -- written by `save`, in our own folder
    _memory.saved = len(_memory.known)


def save() -> None:
    """Write down what is new; a file that cannot be written only costs time."""
    if _memory.file is None or len(_memory.known) == _memory.saved:
        return
    with suppress(OSError), tempfile.NamedTemporaryFile(dir=_memory.file.parent, delete=False) as partial:
        partial.write(pickle.dumps(dict(_memory.known)))
        Path(partial.name).replace(_memory.file)


def _fingerprint() -> str:
    reader = Path(__file__).with_name("catalog.py").read_bytes()
    versions = " ".join(f"{name}={version(name)}" for name in _SDKS)
    return hashlib.sha256(reader + versions.encode()).hexdigest()[:12]
