"""A real PgBouncer for tests, with the chart's own configuration and a server certificate of a made-up authority.

The test server of `tools.drill.postgresql` is built without TLS, so a front takes the encrypted connection for it, as
RDS would: PostgreSQL's SSLRequest, one byte of consent, then TLS.
"""

import os
import shutil
import socket
import ssl
import subprocess
import threading
from contextlib import closing
from pathlib import Path
from time import sleep

SSL_REQUEST = (8).to_bytes(4) + (80877103).to_bytes(4)  # length and code, PostgreSQL protocol 3
_PLACES = ("/usr/sbin", "/usr/local/sbin", "/opt/homebrew/bin")


def program() -> str:
    """PgBouncer's program; packages put it where only the administrator's PATH leads."""
    found = shutil.which("pgbouncer") or shutil.which("pgbouncer", path=":".join(_PLACES))
    assert found is not None, "PgBouncer is not installed for the tests; run `make setup-test`, or install `pgbouncer`"
    return found


def authority(folder: Path, name: str) -> Path:
    """Make a certificate authority; returns its certificate. The key lies beside it as <name>.key."""
    certificate = folder / f"{name}.pem"
    _openssl(
        "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
        "-keyout", str(folder / f"{name}.key"), "-out", str(certificate),
    )  # fmt: skip
    return certificate


def signed(folder: Path, name: str, by: str) -> tuple[Path, Path]:
    """Make a server's certificate that authority `by` signs; returns certificate and key."""
    key, request, certificate = (folder / f"{name}.{kind}" for kind in ("key", "csr", "pem"))
    _openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={name}", "-keyout", str(key), "-out", str(request))
    _openssl(
        "x509", "-req", "-in", str(request), "-CA", str(folder / f"{by}.pem"), "-CAkey", str(folder / f"{by}.key"),
        "-CAcreateserial", "-days", "2", "-out", str(certificate),
    )  # fmt: skip
    return certificate, key


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


class TlsFront:
    """Takes TLS connections on `port` for a server without it; `versions` holds what each of them spoke."""

    def __init__(self, behind: int, certificate: Path, key: Path) -> None:
        self.behind = behind
        self.versions: list[str | None] = []
        self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self._context.load_cert_chain(certificate, key)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = int(self._listener.getsockname()[1])
        threading.Thread(target=self._serve, daemon=True).start()

    def close(self) -> None:
        self._listener.close()

    def _serve(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with closing(client), socket.create_connection(("127.0.0.1", self.behind)) as server:
            if client.recv(len(SSL_REQUEST), socket.MSG_WAITALL) != SSL_REQUEST:
                return  # nothing but TLS is taken, as with rds.force_ssl
            client.sendall(b"S")
            try:
                wrapped = self._context.wrap_socket(client, server_side=True)
            except OSError:
                return
            with closing(wrapped):
                self.versions.append(wrapped.version())
                back = threading.Thread(target=_copy, args=(server, wrapped), daemon=True)
                back.start()
                _copy(wrapped, server)
                back.join(timeout=5)


def _copy(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:
        return


def start(folder: Path, configuration: str) -> "subprocess.Popen[bytes]":
    """Start PgBouncer with `configuration`, not as root. The caller ends the process; its log is `folder`/log."""
    file = folder / "pgbouncer.ini"
    file.write_text(configuration)
    user = None
    if os.geteuid() == 0:
        user = "nobody"
        subprocess.run(["chown", "-R", user, str(folder)], check=True)
    with (folder / "log").open("wb") as log:
        return subprocess.Popen([program(), str(file)], stdout=log, stderr=log, user=user, cwd=folder)


def wait_for(port: int, process: "subprocess.Popen[bytes]", log: Path) -> None:
    """Return when the port takes connections; raises AssertionError with the log when the process ends instead."""
    for _ in range(100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        if process.poll() is not None:
            break
        sleep(0.1)
    raise AssertionError(f"PgBouncer did not start: {log.read_text()}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
