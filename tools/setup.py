"""Install what Groundwork runs on: the Python environment, the Pulumi engine, helm and, for tests, a control plane too.

Uses the standard library alone, for it runs before anything is installed. Each tool is looked for in `.tools/bin`, then
on PATH, then downloaded as its official release where that can be reached, then built from its Go module. What was made
here bears a stamp with its pin: when the pin has changed since, it is fetched again.
"""

import argparse
import hashlib
import json
import os
import platform
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = ROOT / ".tools" / "bin"
VENV = ROOT / ".venv"
PULUMI_VERSION = "3.274.1"
REACH_SECONDS = 10
KUBERNETES_VERSION = "1.35.4"
DEFINITIONS = ROOT / ".tools" / "definitions"
EXPORTERS = ("blackbox_exporter", "postgres_exporter", "redis_exporter")
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
    with (
        Heartbeat(name, step) as beat,
        subprocess.Popen(
            command,
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as process,
    ):
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


@dataclass(frozen=True)
class Built:
    """A tool that is built from its Go module: ``module`` is the folder of its go.mod, ``package`` its main package."""

    name: str
    module: Path
    package: str
    flags: str = "-s -w"
    tags: str | None = None
    pageless: tuple[str, str, str] | None = None
    """A module whose web pages its release leaves out, their folder, and a module that it needs in its own version."""

    @property
    def pin(self) -> str:
        """What the binary depends on: every module's version and checksum, its package, flags and tags."""
        held = b"\0".join((self.module / file).read_bytes() for file in ("go.mod", "go.sum"))
        options = (self.package, self.flags, *([self.tags] if self.tags else []), *(self.pageless or ()))
        return hashlib.sha256(held + "".join(f"\0{option}" for option in options).encode()).hexdigest()


_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
PULUMI = Built(
    "pulumi",
    ROOT / "tools" / "pulumi",
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    f"-s -w -X {_VERSION_VARIABLE}=v{PULUMI_VERSION}",
)
HELM = Built("helm", ROOT / "tools" / "helm", "helm.sh/helm/v3/cmd/helm")
KUBECONFORM = Built("kubeconform", ROOT / "tools" / "helm", "github.com/yannh/kubeconform/cmd/kubeconform")
_PROMETHEUS = ROOT / "tools" / "prometheus"
_ALERTMANAGER = "github.com/prometheus/alertmanager"
_PROMETHEUS_PACKAGES = "github.com/prometheus/prometheus/cmd"
AMTOOL = Built("amtool", _PROMETHEUS, f"{_ALERTMANAGER}/cmd/amtool")
# Without discovery of services in clouds, whose clients are most of the build; no rule needs one.
PROMTOOL = Built("promtool", _PROMETHEUS, f"{_PROMETHEUS_PACKAGES}/promtool", tags="remove_all_sd")
PROMETHEUS = (
    PROMTOOL,
    Built("prometheus", _PROMETHEUS, f"{_PROMETHEUS_PACKAGES}/prometheus", tags="remove_all_sd"),
    AMTOOL,
    Built(
        "alertmanager",
        _PROMETHEUS,
        f"{_ALERTMANAGER}/cmd/alertmanager",
        pageless=(_ALERTMANAGER, "ui/app/dist", "github.com/KimMachineGun/automemlimit"),
    ),
)
"""Prometheus and Alertmanager with their tools: built one after the other, for each needs most of the one before."""
YAML_HOST = Built(
    "pulumi-language-yaml",
    ROOT / "tools" / "pulumi_yaml",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
)
ACTIONLINT = Built("actionlint", ROOT / "tools" / "actionlint", "github.com/rhysd/actionlint/cmd/actionlint")


def _of_kubernetes(name: str) -> Built:
    variable, minor = "k8s.io/component-base/version.git", KUBERNETES_VERSION.split(".")[1]
    versions = {"Version": f"v{KUBERNETES_VERSION}", "Major": "1", "Minor": minor}
    flags = " ".join(["-s -w", *(f"-X {variable}{key}={value}" for key, value in versions.items())])
    return Built(name, ROOT / "tools" / "kubernetes", f"k8s.io/kubernetes/cmd/{name}", flags)


CONTROL_PLANE = (
    (Built("etcd", ROOT / "tools" / "etcd", "go.etcd.io/etcd/server/v3"), "3.6"),
    *(
        (_of_kubernetes(name), KUBERNETES_VERSION.rpartition(".")[0])
        for name in ("kube-apiserver", "kubectl", "kube-scheduler", "kube-controller-manager")
    ),
    (Built("kwok", ROOT / "tools" / "kwok", "sigs.k8s.io/kwok/cmd/kwok"), "0.8"),
)
"""A Kubernetes control plane, and KWOK for nodes without machines; each with the minor version that serves too."""


def ensure_pulumi() -> str:
    """The engine: in `.tools/bin`, on PATH and no older, else the official release, else built from its Go module."""
    found = _found("pulumi", PULUMI.pin, PULUMI_VERSION)
    if found and not _is_older(found):
        return found
    try:
        return _download_pulumi()
    except (urllib.error.URLError, OSError, tarfile.TarError) as error:
        say("pulumi", f"release {PULUMI_VERSION} cannot be reached ({_short(error)}); building it from source")
    return _build(PULUMI)


def _is_older(found: str) -> bool:
    """Tell whether an engine on PATH is older than the pinned one, which starts policy packs as programs."""
    where = found.removeprefix("found at ")
    if where == found:
        return False
    answer = subprocess.run([where, "version"], capture_output=True, text=True, check=False).stdout.strip()
    older = _numbers(answer) < _numbers(PULUMI_VERSION)
    if older:
        say(
            "pulumi",
            f"{where} is {answer or 'of no version'}, older than {PULUMI_VERSION}: it stays as it is, unused here",
        )
    return older


def _numbers(version: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", version)[:3]]


def ensure_built(tool: Built) -> str:
    """A tool in `.tools/bin` of the version that is pinned, on PATH, else built from its Go module."""
    return _found(tool.name, tool.pin) or _build(tool)


def ensure_all(tools: Sequence[Built]) -> str:
    """Build tools that share packages one after the other: Go compiles a package for each build that is under way."""
    made = {tool.name: ensure_built(tool) for tool in tools}
    return ", ".join(f"{name} {how}" for name, how in made.items())


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


def ensure_exporters() -> str:
    """Exporters of metrics that alerts ask for: on PATH, else out of Debian's packages, of which nothing is installed.

    Their Go modules are in no proxy that is asked here, and the packages would start services.
    """
    missing = [name for name in EXPORTERS if not (BIN / name).exists() and shutil.which(name) is None]
    if missing and (shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None):
        said = f"no {', '.join(missing)} on PATH, and no apt-get to fetch them"
        if os.environ.get("CI") == "true":
            raise SetupError(f"{said}; CI runs the tests of exporters")
        return f"left out: {said}; the tests of exporters will be reported as not run"
    for name in missing:
        with tempfile.TemporaryDirectory() as folder:
            _fetch_package(f"prometheus-{name.replace('_', '-')}", Path(folder))
            BIN.mkdir(parents=True, exist_ok=True)
            shutil.copy2(Path(folder) / "usr" / "bin" / f"prometheus-{name.replace('_', '-')}", BIN / name)
    return f"fetched {', '.join(missing)}" if missing else "ready"


def _fetch_package(package: str, folder: Path) -> None:
    """Unpack one of Debian's packages; where its list is not here yet, and may be fetched, fetch that first."""
    download = ["apt-get", "download", package]
    try:
        run("exporters", f"fetching {package}", download, cwd=folder)
    except SetupError:
        run("exporters", "updating the list of packages", ["apt-get", "update"])
        run("exporters", f"fetching {package}", download, cwd=folder)
    (archive,) = folder.glob("*.deb")
    run("exporters", f"unpacking {package}", ["dpkg-deb", "--extract", str(archive), str(folder)])


def find_program(tool: Built, minor: str) -> Path | None:
    """Find a program of the control plane: on PATH when it is of that minor version, else as it was built here."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = Path(folder) / tool.name
        if path.parent.resolve() != BIN.resolve() and os.access(path, os.X_OK) and _minor_version(path) == minor:
            return path
    stamp = _stamp(tool.name)
    is_pinned = stamp.is_file() and stamp.read_text(encoding="utf-8") == tool.pin
    return BIN / tool.name if is_pinned and (BIN / tool.name).exists() else None


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
        if os.environ.get("CI") == "true":
            raise SetupError(f"{said}; CI runs the tests of the control plane")
        return f"left out: {said}; the tests of the control plane will be reported as not run"
    begun = time.monotonic()
    for tool in missing:
        _build(tool)
    return f"built {names} in {time.monotonic() - begun:.0f} s" if missing else "ready"


def ensure_definitions() -> str:
    """The operators' custom resource definitions, as their Go modules carry them, into `.tools/definitions`."""
    sources, stamp = ROOT / "tools" / "control_plane" / "definitions.json", DEFINITIONS / ".stamp"
    digest = hashlib.sha256(sources.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == digest:
        return "ready"
    if shutil.which("go") is None:
        return "left out: no Go to fetch them; the operators' kinds will be reported as not judged"
    shutil.rmtree(DEFINITIONS, ignore_errors=True)
    for each in json.loads(sources.read_text()):
        folder = fetch_module(each["module"], each["version"], each["sum"])
        target = DEFINITIONS / f"{each['module'].replace('/', '_')}@{each['version']}"
        target.mkdir(parents=True)
        for file in (file for pattern in each["files"] for file in folder.glob(pattern)):
            shutil.copyfile(file, target / file.name)
    stamp.write_text(digest)
    return "fetched"


def fetch_module(module: str, version: str, checksum: str) -> Path:
    """Fetch a Go module, and hold what came against the checksum that is written down."""
    with tempfile.TemporaryDirectory() as outside:
        command = ["go", "mod", "download", "-json", f"{module}@{version}"]
        answer = subprocess.run(command, cwd=outside, capture_output=True, text=True, check=False)
    told = json.loads(answer.stdout or "{}")
    if "Dir" not in told:
        raise SetupError(f"{module} {version} cannot be fetched: {told.get('Error', answer.stderr).splitlines()[0]}")
    if told["Sum"] != checksum:
        raise SetupError(f"{module} {version} is not what it was: its sum is {told['Sum']}, not {checksum}")
    return Path(told["Dir"])


def _stamp(name: str) -> Path:
    return BIN / f".{name}.pin"


def _found(name: str, *pins: str) -> str | None:
    """Say where a tool is; what lies in `.tools/bin` counts only when it was made from one of these pins."""
    if (BIN / name).exists():
        stamp = _stamp(name)
        if stamp.is_file() and stamp.read_text(encoding="utf-8") in pins:
            return "ready"
        say(name, "is not of the pinned version")
        return None
    path = shutil.which(name)
    return f"found at {path}" if path else None


def _download_pulumi() -> str:
    machine = {"x86_64": "x64", "amd64": "x64", "aarch64": "arm64", "arm64": "arm64"}.get(platform.machine().lower())
    system = platform.system().lower()
    if machine is None or system not in ("linux", "darwin"):
        raise OSError(f"no release for {system} {platform.machine()}")
    url = f"https://get.pulumi.com/releases/sdk/pulumi-v{PULUMI_VERSION}-{system}-{machine}.tar.gz"
    with tempfile.TemporaryDirectory() as folder:
        archive = Path(folder) / "pulumi.tar.gz"
        with urllib.request.urlopen(url, timeout=REACH_SECONDS) as answer, archive.open("wb") as file:
            shutil.copyfileobj(answer, file)
        with tarfile.open(archive) as bundle:
            bundle.extractall(folder, filter="data")
        BIN.mkdir(parents=True, exist_ok=True)
        for binary in (Path(folder) / "pulumi").iterdir():
            shutil.move(str(binary), BIN / binary.name)
    _stamp("pulumi").write_text(PULUMI_VERSION, encoding="utf-8")
    return f"installed release {PULUMI_VERSION}"


def _build(tool: Built) -> str:
    if shutil.which("go") is None:
        raise SetupError(
            f"the pinned {tool.name} is not here and cannot be built: install Go 1.24 or newer (go.dev/dl), "
            f"or put {tool.name} on PATH and remove {BIN / tool.name}"
        )
    BIN.mkdir(parents=True, exist_ok=True)
    unfinished = BIN / f".{tool.name}.partial"
    options = ["-v", "-buildvcs=false", "-ldflags", tool.flags, *(["-tags", tool.tags] if tool.tags else [])]
    with tempfile.TemporaryDirectory() as folder:
        options += _with_pages(tool, *tool.pageless, Path(folder)) if tool.pageless else []
        command = ["go", "build", *options, "-o", str(unfinished), tool.package]
        run(tool.name, "building from its Go module", command, cwd=tool.module, env={"CGO_ENABLED": "0"})
    unfinished.replace(BIN / tool.name)
    _stamp(tool.name).write_text(tool.pin, encoding="utf-8")
    return "built"


def _with_pages(tool: Built, module: str, pages: str, own: str, folder: Path) -> list[str]:
    """Copy a module into a folder, with an empty page where its own would be, and give the options that build it so.

    Go refuses to embed a folder that is not there, and lets no file be laid over what it downloaded. It held that
    against go.sum, so the copy's go.sum, which has the sum of `own`, can be trusted.
    """
    command = ["go", "mod", "download", "-json", module]
    answer = subprocess.run(command, cwd=tool.module, capture_output=True, text=True, check=False)
    told = json.loads(answer.stdout or "{}")
    if "Dir" not in told:
        raise SetupError(f"{module} cannot be fetched: {told.get('Error', answer.stderr).splitlines()[0]}")
    copy = shutil.copytree(told["Dir"], folder / "module", copy_function=shutil.copyfile)
    for each in (copy, *copy.rglob("*/")):
        each.chmod(0o755)
    (copy / pages).mkdir(parents=True)
    (copy / pages / "index.html").touch()
    (version,) = re.findall(
        rf"^\s*{re.escape(own)} (v\S+)", (copy / "go.mod").read_text(encoding="utf-8"), re.MULTILINE
    )
    replaced = f"replace (\n\t{module} => {copy}\n\t{own} => {own} {version}\n)\n"
    for file, more in (("go.mod", replaced), ("go.sum", (copy / "go.sum").read_text(encoding="utf-8"))):
        (folder / file).write_text((tool.module / file).read_text(encoding="utf-8") + more, encoding="utf-8")
    return ["-modfile", str(folder / "go.mod")]


def _short(error: BaseException) -> str:
    reason = getattr(error, "reason", None) or error
    return str(reason).splitlines()[0][:80]


STEPS: dict[str, dict[str, Callable[[], str]]] = {
    "demo": {
        "python": lambda: ensure_venv("requirements.txt"),
        "pulumi": ensure_pulumi,
        "helm": lambda: ensure_built(HELM),
    },
    "ready": {"python": lambda: ensure_venv("requirements-ready.txt")},
    "test": {
        "python": lambda: ensure_venv("requirements-dev.txt"),
        "pulumi": ensure_pulumi,
        "helm": lambda: ensure_built(HELM),
        "kubeconform": lambda: ensure_built(KUBECONFORM),
        "actionlint": lambda: ensure_built(ACTIONLINT),
        "prometheus": lambda: ensure_all(PROMETHEUS),
        "yaml": lambda: ensure_built(YAML_HOST),
        # One after the other: both lock the list of packages.
        "packages": lambda: f"pgbouncer {ensure_pgbouncer()}, exporters {ensure_exporters()}",
        "kubernetes": ensure_control_plane,
        "crds": ensure_definitions,
    },
}


def main() -> int:
    """Set up for `demo`, `ready` or `test`; 0 when everything is there, 1 with one line for each thing that is not."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("purpose", choices=STEPS)
    purpose = parser.parse_args().purpose
    failed = False
    with ThreadPoolExecutor() as pool:
        futures = {name: pool.submit(step) for name, step in STEPS[purpose].items()}
        for name, future in futures.items():
            try:
                say(name, future.result())
            except SetupError as error:
                failed = True
                say(name, f"error: {error}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
