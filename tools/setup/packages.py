"""Programs out of the system's packages, which no module's registry has."""

import os
import shutil
import tempfile
from pathlib import Path

from tools.setup import places
from tools.setup.console import SetupError, leave_out, run

EXPORTERS = ("blackbox_exporter", "postgres_exporter", "redis_exporter")


def ensure_packages() -> str:
    """PgBouncer and the exporters, one after the other: apt locks its list of packages."""
    return f"pgbouncer {ensure_pgbouncer()}, exporters {ensure_exporters()}"


def ensure_pgbouncer() -> str:
    """PgBouncer, whose configuration the tests prove: on PATH, else from the system's packages where we may install."""
    folders = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin:/opt/homebrew/bin"
    there = shutil.which("pgbouncer", path=folders)
    if there:
        return f"found at {there}"
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        raise SetupError("not installed: `sudo apt-get install pgbouncer`, or `brew install pgbouncer`; tests need it")
    _apt("pgbouncer", "installing the system's package", "install", "--yes", "--no-install-recommends", "pgbouncer")
    return "installed"


def ensure_exporters() -> str:
    """Exporters of metrics that alerts ask for: on PATH, else out of Debian's packages, of which nothing is installed.

    Their Go modules are in no proxy that is asked here, and the packages would start services.
    """
    missing = [name for name in EXPORTERS if not (places.BIN / name).exists() and shutil.which(name) is None]
    if missing and (shutil.which("apt-get") is None or shutil.which("dpkg-deb") is None):
        return leave_out(f"no {', '.join(missing)} on PATH, and no apt-get to fetch them", "exporters")
    for name in missing:
        _fetch(name, f"prometheus-{name.replace('_', '-')}")
    return f"fetched {', '.join(missing)}" if missing else "ready"


def _fetch(name: str, package: str) -> None:
    """Put a package's program into `.tools/bin` under its own name."""
    with tempfile.TemporaryDirectory() as folder:
        _apt("exporters", f"fetching {package}", "download", package, cwd=Path(folder))
        (archive,) = Path(folder).glob("*.deb")
        run("exporters", f"unpacking {package}", ["dpkg-deb", "--extract", str(archive), folder])
        places.BIN.mkdir(parents=True, exist_ok=True)
        shutil.copy2(Path(folder, "usr", "bin", package), places.BIN / name)


def _apt(name: str, step: str, *arguments: str, cwd: Path = places.ROOT) -> None:
    """Run apt-get; where that fails, once more after its list of packages was fetched."""
    quiet = {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        run(name, step, ["apt-get", *arguments], cwd=cwd, env=quiet)
    except SetupError:
        run(name, "updating the list of packages", ["apt-get", "update"], env=quiet)
        run(name, step, ["apt-get", *arguments], cwd=cwd, env=quiet)
