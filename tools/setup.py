"""Install what Groundwork runs on: the Python environment, the Pulumi engine, helm, kubeconform and, for tests, more.

Uses the standard library alone, for it runs before anything is installed. Each tool is looked for on PATH first,
then in `.tools/bin`, then downloaded as its official release where that can be reached, then built from its Go module.
"""

import argparse
import hashlib
import os
import platform
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".tools" / "bin"
VENV = ROOT / ".venv"
PULUMI_RELEASE = "3.272.0"
PULUMI_MODULE = "3.230.0"
REACH_SECONDS = 10
_OLDEST_PYTHON = (3, 11)


class SetupError(Exception):
    """One clear line on what is missing and what to do."""


def say(name: str, text: str) -> None:
    print(f"{name:>12}  {text}", flush=True)


class Heartbeat:
    """Says every few seconds that a long step is still at work, and how far it is."""

    def __init__(self, name: str, step: str) -> None:
        self.name, self.step, self.detail = name, step, ""
        self._done = threading.Event()
        self._started = time.monotonic()

    def __enter__(self) -> "Heartbeat":
        say(self.name, f"{self.step} …")
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._done.set()

    def _beat(self) -> None:
        while not self._done.wait(15):
            say(self.name, f"{self.step}: {time.monotonic() - self._started:.0f} s{self.detail}")


def run(name: str, step: str, command: list[str], *, cwd: Path = ROOT, env: dict[str, str] | None = None) -> None:
    """Run a command quietly; on failure raise SetupError with the last lines it printed."""
    lines: list[str] = []
    with Heartbeat(name, step) as beat:
        process = subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for line in process.stdout or ():
            lines.append(line.rstrip())
            beat.detail = f", {len(lines)} steps"
        code = process.wait()
    if code != 0:
        raise SetupError(f"{step} failed ({' '.join(command[:3])} …): " + " | ".join(lines[-3:]))


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


def ensure_pulumi() -> str:
    """The engine: on PATH, else the official release, else built from its Go module."""
    found = _found("pulumi")
    if found:
        return found
    try:
        return _download_pulumi()
    except (urllib.error.URLError, OSError, tarfile.TarError) as error:
        say(
            "pulumi",
            f"release {PULUMI_RELEASE} cannot be reached ({_short(error)}); building {PULUMI_MODULE} from source",
        )
    version = f"github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v{PULUMI_MODULE}"
    return _build(
        "pulumi", ROOT / "tools" / "pulumi", "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi", f"-s -w -X {version}"
    )


def ensure_helm() -> str:
    """helm, to render charts."""
    return _found("helm") or _build("helm", ROOT / "tools" / "helm", "helm.sh/helm/v3/cmd/helm")


def ensure_kubeconform() -> str:
    """kubeconform, to validate what charts render to."""
    module = "github.com/yannh/kubeconform/cmd/kubeconform"
    return _found("kubeconform") or _build("kubeconform", ROOT / "tools" / "helm", module)


def ensure_actionlint() -> str:
    """actionlint, to check the workflows."""
    package = "github.com/rhysd/actionlint/cmd/actionlint"
    return _found("actionlint") or _build("actionlint", ROOT / "tools" / "actionlint", package)


def ensure_amtool() -> str:
    """amtool, to read Alertmanager's configuration and render its messages."""
    package = "github.com/prometheus/alertmanager/cmd/amtool"
    return _found("amtool") or _build("amtool", ROOT / "tools" / "amtool", package)


def ensure_pgbouncer() -> str:
    """PgBouncer, whose configuration the tests prove: on PATH, else from the system's packages where we may install."""
    places = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"
    found = shutil.which("pgbouncer", path=places)
    if found:
        return f"found at {found}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError("not installed: `sudo apt-get install pgbouncer`, or `brew install pgbouncer`; tests need it")
    install = ["apt-get", "install", "--yes", "--no-install-recommends", "pgbouncer"]
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run("pgbouncer", "installing the system's package", install, env=quiet)
    except SetupError:
        run("pgbouncer", "updating the list of packages", ["apt-get", "update"], env=quiet)
        run("pgbouncer", "installing the system's package", install, env=quiet)
    return "installed"


def _found(name: str) -> str | None:
    if (BIN / name).exists():
        return "ready"
    path = shutil.which(name)
    return f"found at {path}" if path else None


def _download_pulumi() -> str:
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = platform.system().lower()
    if machine is None or system not in ("linux", "darwin"):
        raise OSError(f"no release for {system} {platform.machine()}")
    url = f"https://get.pulumi.com/releases/sdk/pulumi-v{PULUMI_RELEASE}-{system}-{machine}.tar.gz"
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pulumi.tar.gz"
        with urllib.request.urlopen(url, timeout=REACH_SECONDS) as answer, archive.open("wb") as file:
            shutil.copyfileobj(answer, file)
        with tarfile.open(archive) as bundle:
            bundle.extractall(folder, filter="data")
        BIN.mkdir(parents=True, exist_ok=True)
        for binary in (Path(folder) / "pulumi").iterdir():
            shutil.move(str(binary), BIN / binary.name)
    return f"installed release {PULUMI_RELEASE}"


def _build(name: str, module: Path, package: str, flags: str = "-s -w") -> str:
    if shutil.which("go") is None:
        raise SetupError(f"{name} is not on PATH and cannot be built: install {name}, or Go 1.24 or newer (go.dev/dl)")
    BIN.mkdir(parents=True, exist_ok=True)
    partial = BIN / f".{name}.partial"
    command = ["go", "build", "-v", "-buildvcs=false", "-ldflags", flags, "-o", str(partial), package]
    run(name, "building from its Go module", command, cwd=module, env={"CGO_ENABLED": "0"})
    partial.replace(BIN / name)
    return "built"


def _short(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason).splitlines()[0][:80]


STEPS: dict[str, tuple[Callable[[], str], ...]] = {
    "demo": (lambda: ensure_venv("requirements.txt"), ensure_pulumi, ensure_helm),
    "ready": (lambda: ensure_venv("requirements-ready.txt"),),
    "test": (
        lambda: ensure_venv("requirements-dev.txt"),
        ensure_pulumi,
        ensure_helm,
        ensure_kubeconform,
        ensure_actionlint,
        ensure_amtool,
        ensure_pgbouncer,
    ),
}


def main() -> int:
    """Set up for `demo`, `ready` or `test`; 0 when everything is there, 1 with one line for each thing that is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=STEPS)
    purpose = parser.parse_args().purpose
    names = ("python", "pulumi", "helm", "kubeconform", "actionlint", "amtool", "pgbouncer")
    failed = False
    with ThreadPoolExecutor() as pool:
        futures = {name: pool.submit(step) for name, step in zip(names, STEPS[purpose], strict=False)}
        for name, future in futures.items():
            try:
                say(name, future.result())
            except SetupError as error:
                failed = True
                say(name, f"error: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
