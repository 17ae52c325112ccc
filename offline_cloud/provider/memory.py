"""What was read from the SDKs, kept between runs: to import and read them takes longer than the run itself.

A first preview of this repository's platform spends 7.3 s of a core on it. The file is named after the versions of the
SDKs and the code that reads them, so it is never out of date, and every project of a user shares it. It is a pickle of
plain data; one that cannot be read is made anew.
"""

import hashlib
import os
import pickle
import tempfile
from collections.abc import Callable
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path
from typing import Final, TypeVar, cast

_SDKS: Final = ("pulumi", "pulumi-aws", "pulumi-kubernetes", "pulumi-random")
_Kind = TypeVar("_Kind")


def user_cache() -> Path:
    """Give this program's folder in the user's cache, which is `~/.cache` where XDG_CACHE_HOME names no other.

    Raises RuntimeError for a user without a home folder.
    """
    stated = os.environ.get("XDG_CACHE_HOME")
    return (Path(stated) if stated else Path.home() / ".cache") / "offline-cloud"


class Memory:
    """What was read, by name, in this process and in earlier ones that kept it in the same folder."""

    def __init__(self) -> None:
        self._known: dict[str, object] = {}
        self._file: Path | None = None
        self._saved = 0

    def remembered(self, name: str, read: Callable[[], _Kind]) -> _Kind:
        """Give what was read under this name before, or read it now."""
        if name not in self._known:
            self._known[name] = read()
        return cast("_Kind", self._known[name])

    def keep_in(self, folder: Path) -> None:
        """Use what earlier runs kept in this folder, and keep what this one reads there too."""
        self._file = folder / f"sdk-{_fingerprint()}.pickle"
        self._known |= _kept(self._file)
        self._saved = len(self._known)

    def save(self) -> None:
        """Write down what is new, beside what others have since; a file that cannot be written only costs time."""
        if self._file is None or len(self._known) == self._saved:
            return
        with suppress(OSError):
            self._file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            with tempfile.NamedTemporaryFile(dir=self._file.parent, delete=False) as partial:
                partial.write(pickle.dumps(_kept(self._file) | self._known))
            Path(partial.name).replace(self._file)


SDKS: Final = Memory()
"""The memory of this process."""


def _kept(file: Path) -> dict[str, object]:
    with suppress(OSError, pickle.UnpicklingError, EOFError, AttributeError, ImportError):
        return cast("dict[str, object]", pickle.loads(file.read_bytes()))  # noqa: S301 -- written by `save` alone
    return {}


def _fingerprint() -> str:
    reader = Path(__file__).with_name("catalog.py").read_bytes()
    versions = " ".join(f"{name}={version(name)}" for name in _SDKS)
    return hashlib.sha256(reader + versions.encode()).hexdigest()[:12]
