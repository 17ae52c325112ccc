"""A private API server on loopback, and an `aws` that forwards a port to it as Session Manager does."""

import datetime
import json
import os
import shutil
import ssl
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

ROOT = Path(__file__).parents[3]
ENDPOINT = "0123456789ABCDEF0123456789ABCDEF.gr7.us-east-1.eks.amazonaws.com"
TOKEN = "k8s-aws-v1.sample"
EXPIRED = "An error occurred (ExpiredTokenException): The security token included in the request is expired"

_AWS = """#!/usr/bin/env python3
import json, os, pathlib, socket, sys, threading
here = pathlib.Path(__file__).parent
asked = sys.argv[1:]
with (here / "asked").open("a") as log:
    log.write(" ".join(asked[:2]) + "\\n")
with (here / "calls").open("a") as log:
    log.write(json.dumps(asked) + "\\n")
def option(name):
    return asked[asked.index(name) + 1]
if (here / "refused").exists():
    sys.exit((here / "refused").read_text())
if asked[:2] == ["eks", "get-token"]:
    print(json.dumps({"kind": "ExecCredential", "apiVersion": "client.authentication.k8s.io/v1beta1", "spec": {},
                      "status": {"token": "TOKEN", "expirationTimestamp": "2126-01-01T00:00:00Z"}}))
elif asked[1].startswith("describe-"):
    print((here / asked[1]).read_text())
else:
    given = json.loads(option("--parameters"))
    (here / "session").write_text(json.dumps({"pid": os.getpid(), "target": option("--target"), **given}))
    here_end = socket.create_server(("127.0.0.1", int(given["localPortNumber"][0])))
    def pump(source, sink):
        while data := source.recv(65536):
            sink.sendall(data)
        sink.shutdown(socket.SHUT_WR)
    while True:
        near, _ = here_end.accept()
        far = socket.create_connection(("127.0.0.1", int((here / "api").read_text())))
        threading.Thread(target=pump, args=(near, far), daemon=True).start()
        threading.Thread(target=pump, args=(far, near), daemon=True).start()
""".replace("TOKEN", TOKEN)


@dataclass
class Api:
    """An API server that has no objects; `authority` signed its certificate, which bears the endpoint's name."""

    folder: Path
    tokens: list[str] = field(default_factory=list[str])
    authority: bytes = b""
    port: int = 0

    def __enter__(self) -> "Api":
        self.authority, certificate, key = _certificates()
        (self.folder / "server.pem").write_bytes(certificate + key)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.folder / "server.pem")
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._server.socket = context.wrap_socket(self._server.socket, server_side=True, do_handshake_on_connect=False)
        self.port = self._server.server_address[1]
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        tokens = self.tokens

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                tokens.append(self.headers.get("Authorization", ""))
                answer: dict[str, object] = {"kind": "SecretList", "apiVersion": "v1", "metadata": {}, "items": []}
                if self.path.startswith("/version"):
                    answer = {"major": "1", "minor": "35", "gitVersion": "v1.35.0"}
                body = json.dumps(answer).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

        return Handler


@dataclass
class Machine:
    """A machine with the command line of AWS, whose tunnels lead to `api`."""

    folder: Path
    api: Api

    def __post_init__(self) -> None:
        self.bin.mkdir(exist_ok=True)
        (self.bin / "aws").write_text(_AWS)
        (self.bin / "session-manager-plugin").write_text("#!/bin/sh\n")
        for program in self.bin.iterdir():
            program.chmod(0o755)
        (self.bin / "api").write_text(str(self.api.port))
        (self.bin / "describe-instances").write_text('["i-0a", "i-0b"]')
        (self.bin / "describe-instance-information").write_text('["i-0b"]')

    @property
    def bin(self) -> Path:
        return self.folder / "bin"

    @property
    def environment(self) -> dict[str, str]:
        path = [str(self.bin), str(Path(sys.executable).parent), str(ROOT / ".tools" / "bin"), os.environ["PATH"]]
        return {"PATH": ":".join(path), "HOME": str(self.folder), "XDG_CACHE_HOME": str(self.folder / "cache")}

    @property
    def held(self) -> Path:
        """The folder of the process that holds the tunnel."""
        (folder,) = (self.folder / "cache" / "groundwork" / "tunnel").iterdir()
        return folder

    def run(self, *command: str) -> subprocess.CompletedProcess[str]:
        """Run a command as the Kubernetes provider runs its own: in the project's folder."""
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )

    def leave(self) -> None:
        """Ask for the tunnel no more, and wait until who held it is gone."""
        if not (self.folder / "cache").exists():
            return
        os.utime(self.held / "asked", (0, 0))
        wait_for(lambda: self.run("flock", "--nonblock", str(self.held / "lock"), "true").returncode == 0)


def wait_for(true: object, seconds: float = 30) -> None:
    """Wait until something callable is true."""
    assert callable(true)
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.2)


def helm() -> str:
    """Find the real helm, whose client is the one that the Kubernetes provider is built with."""
    found = shutil.which("helm", path=f"{ROOT / '.tools' / 'bin'}:{os.environ['PATH']}")
    assert found is not None
    return found


def _certificates() -> tuple[bytes, bytes, bytes]:
    now = datetime.datetime.now(datetime.UTC)
    keys = [ec.generate_private_key(ec.SECP256R1()) for _ in range(2)]
    names = [x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)]) for name in ("kubernetes", "kube-apiserver")]

    def sign(subject: int, extension: x509.ExtensionType) -> bytes:
        return (
            x509.CertificateBuilder()
            .subject_name(names[subject])
            .issuer_name(names[0])
            .public_key(keys[subject].public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(days=1))
            .not_valid_after(now + datetime.timedelta(days=1))
            .add_extension(extension, critical=subject == 0)
            .sign(keys[0], hashes.SHA256())
            .public_bytes(serialization.Encoding.PEM)
        )

    authority = sign(0, x509.BasicConstraints(ca=True, path_length=None))
    server = sign(1, x509.SubjectAlternativeName([x509.DNSName(ENDPOINT)]))
    key = keys[1].private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return authority, server, key
