"""Start the programs of a control plane on loopback, and stop every one of them, whatever happens.

Each control plane has free ports, credentials and a data folder of its own. It is lost when it stops.
"""

import ctypes
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator, Iterable, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import requests
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from tools.control_plane import flags
from tools.control_plane.client import Client
from tools.setup.control_plane import find_program
from tools.setup.pins import CONTROL_PLANE

NEEDED_MEBIBYTES: Final = 2048
"""Of free memory: 1.1 GB for the API server, 0.4 GB for the other five, measured with all of a product's objects."""

USERS: Final[Mapping[str, tuple[str, str]]] = {
    "admin": ("admin", "system:masters"),
    "kube-controller-manager": ("system:kube-controller-manager", ""),
    "kube-scheduler": ("system:kube-scheduler", ""),
    "kwok": ("kwok", "system:masters"),
}
"""Who talks to the API server: the user and group that each program's token stands for."""

_START_SECONDS: Final = 90
_END_WITH_PARENT: Final = 1
"""PR_SET_PDEATHSIG of prctl(2)."""
_MARK: Final = ".control-plane"
_MEMORY: Final = Path("/proc/meminfo")


class NotRunnableError(Exception):
    """One line on why no control plane can run here, and what to do."""


@dataclass(frozen=True)
class ControlPlane:
    """A control plane that runs: a client of its administrator, and the kubeconfig for kubectl."""

    url: str
    folder: Path
    client: Client
    kubectl: Path
    started_seconds: float
    _processes: Sequence["_Process"]

    def check(self) -> None:
        """Raise NotRunnableError when one of its programs has ended."""
        for each in self._processes:
            each.check()

    @property
    def kubeconfig(self) -> Path:
        return self.folder / "admin.kubeconfig"


def programs() -> dict[str, Path]:
    """Find all programs. Raises NotRunnableError."""
    found = {tool.name: find_program(tool, minor) for tool, minor in CONTROL_PLANE}
    missing = [name for name, path in found.items() if path is None]
    if missing:
        raise NotRunnableError(
            f"{', '.join(missing)} neither on PATH in the pinned version nor built: install Go 1.26 or newer"
            " (go.dev/dl), then `make setup-test`"
        )
    return {name: path for name, path in found.items() if path is not None}


def check_memory(free: int | None = None) -> None:
    """Refuse to start without room for the API server; `free` in MiB. Raises NotRunnableError."""
    free = _free_mebibytes() if free is None else free
    if free is not None and free < NEEDED_MEBIBYTES:
        raise NotRunnableError(
            f"{free} MiB of memory are free and a control plane takes {NEEDED_MEBIBYTES}: end something large first"
        )


def _free_mebibytes() -> int | None:
    if not _MEMORY.exists():
        return None
    lines = dict(line.split(":", 1) for line in _MEMORY.read_text().splitlines())
    return int(lines["MemAvailable"].split()[0]) // 1024


def free_port() -> int:
    """Return a port of loopback that nothing listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def check_port(port: int) -> None:
    """Refuse a port that something listens on. Raises NotRunnableError."""
    with socket.socket() as probe:
        if probe.connect_ex(("127.0.0.1", port)) == 0:
            raise NotRunnableError(f"something listens on port {port} already: name another, or leave it out")


def claim(folder: Path) -> None:
    """Make a data folder ready: an empty one, or what a run that never stopped left. Raises NotRunnableError."""
    mark = folder / _MARK
    if mark.exists():
        process = int(mark.read_text())
        if _runs(process):
            raise NotRunnableError(
                f"a control plane of process {process} runs in {folder}: end it first (Ctrl-C there)"
            )
        _empty(folder)
    elif folder.exists() and any(folder.iterdir()):
        raise NotRunnableError(f"{folder} is not empty and not a control plane's: name another folder, or empty it")
    folder.mkdir(parents=True, exist_ok=True)
    mark.write_text(str(os.getpid()))


def _empty(folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()


def _runs(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return process != os.getpid()


@contextmanager
def running(folder: Path | None = None, port: int | None = None) -> Generator[ControlPlane]:
    """Run a control plane for the time of a `with`; without a folder its data is in a temporary one.

    Raises NotRunnableError with one line when it cannot start.
    """
    found = programs()
    check_memory()
    if port is not None:
        check_port(port)
    with tempfile.TemporaryDirectory(prefix="control-plane-") as temporary:
        place = folder or Path(temporary)
        claim(place)
        started: list[_Process] = []
        try:
            yield _start(found, place, port or free_port(), started)
        finally:
            _stop(started)
            _empty(place)


@dataclass(frozen=True)
class _Process:
    name: str
    process: "subprocess.Popen[bytes]"
    log: Path

    def check(self) -> None:
        """Raise NotRunnableError when it has ended."""
        code = self.process.poll()
        if code is not None:
            lines = self.log.read_text(errors="replace").strip().splitlines()
            last = lines[-1][:300] if lines else "it said nothing"
            raise NotRunnableError(f"{self.name} ended with {code}: {last}")


def _start(found: Mapping[str, Path], folder: Path, port: int, started: list[_Process]) -> ControlPlane:
    begun = time.monotonic()
    url, store = f"https://127.0.0.1:{port}", f"http://127.0.0.1:{free_port()}"
    tokens = {name: secrets.token_hex(16) for name in USERS}
    _write_credentials(folder, tokens)

    def launch(name: str, arguments: Iterable[str]) -> None:
        started.append(_launch(name, found[name], arguments, folder))

    launch("etcd", flags.etcd(folder, store, f"http://127.0.0.1:{free_port()}"))
    launch("kube-apiserver", flags.api_server(folder, port, store))
    client = _wait_for_api(url, folder, tokens["admin"], started)
    for name, token in tokens.items():
        flags.write_kubeconfig(folder / f"{name}.kubeconfig", url, folder / "apiserver.crt", token)
    launch("kube-controller-manager", flags.controller_manager(folder))
    launch("kube-scheduler", flags.scheduler(folder))
    launch("kwok", flags.kwok(folder))
    for each in started:
        each.check()
    return ControlPlane(url, folder, client, found["kubectl"], time.monotonic() - begun, started)


def _write_credentials(folder: Path, tokens: Mapping[str, str]) -> None:
    rows = [f'{tokens[name]},{user},{user},"{group}"' for name, (user, group) in USERS.items()]
    _write_private(folder / "tokens.csv", "\n".join(rows) + "\n")
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    encoding = serialization.Encoding.PEM
    plain, public = serialization.PrivateFormat.TraditionalOpenSSL, serialization.PublicFormat.SubjectPublicKeyInfo
    private = key.private_bytes(encoding, plain, serialization.NoEncryption()).decode()
    _write_private(folder / "service-account.key", private)
    (folder / "service-account.pub").write_bytes(key.public_key().public_bytes(encoding, public))


def _write_private(file: Path, text: str) -> None:
    file.touch(mode=0o600)
    file.write_text(text)


def _launch(name: str, path: Path, arguments: Iterable[str], folder: Path) -> _Process:
    log = folder / f"{name}.log"
    with log.open("wb") as said:
        # A session of its own: Ctrl-C reaches this program, which stops the others in order.
        process = subprocess.Popen(
            [str(path), *arguments],
            stdout=said,
            stderr=said,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=_end_with_parent if sys.platform == "linux" else None,  # noqa: PLW1509 -- no thread runs yet
        )
    return _Process(name, process, log)


def _end_with_parent() -> None:
    """Have the kernel end this process when the one that started it is killed."""
    ctypes.CDLL(None).prctl(_END_WITH_PARENT, signal.SIGKILL)


def _wait_for_api(url: str, folder: Path, token: str, started: Iterable[_Process]) -> Client:
    until, certificate = time.monotonic() + _START_SECONDS, folder / "apiserver.crt"
    while time.monotonic() < until:
        for each in started:
            each.check()
        if certificate.exists():
            client = Client(url, token, certificate)
            try:
                if client.is_ready():
                    return client
            except (requests.ConnectionError, OSError):
                pass
        time.sleep(0.1)
    raise NotRunnableError(f"the API server was not ready within {_START_SECONDS} s: the machine is too busy")


def _stop(started: Iterable[_Process]) -> None:
    """End the programs at once: nothing that they hold is kept."""
    for each in started:
        each.process.kill()
    for each in started:
        each.process.wait()
