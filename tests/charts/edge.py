"""A small edge for tests: HTTPS and WebSockets with a certificate of a made-up authority, and a Prometheus."""

import base64
import hashlib
import json
import socket
import ssl
import struct
import subprocess
import threading
from collections import Counter
from collections.abc import Callable, Generator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from time import sleep
from typing import Any, TypeVar, cast
from urllib.parse import parse_qs, urlsplit

_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_PING, _PONG, _TEXT = 0x9, 0xA, 0x1


def authority(folder: Path) -> Path:
    """Make a certificate authority in `folder`; returns its certificate."""
    _openssl(
        "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "400",
        "-subj", "/CN=Test authority", "-keyout", f"{folder}/authority.key", "-out", f"{folder}/authority.pem",
    )  # fmt: skip
    return folder / "authority.pem"


def certificate(folder: Path, host: str, days: int) -> Path:
    """Make a certificate and its key in one file, for `host`, signed by the authority in `folder`."""
    key, request, signed = (folder / f"{host}-{days}.{kind}" for kind in ("key", "csr", "crt"))
    extensions = folder / f"{host}.ext"
    extensions.write_text(f"subjectAltName=DNS:{host}\n")
    _openssl(
        "req", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-subj", f"/CN={host}",
        "-keyout", str(key), "-out", str(request),
    )  # fmt: skip
    _openssl(
        "x509", "-req", "-in", str(request), "-CA", f"{folder}/authority.pem", "-CAkey", f"{folder}/authority.key",
        "-CAcreateserial", "-days", str(days), "-extfile", str(extensions), "-out", str(signed),
    )  # fmt: skip
    both = folder / f"{host}-{days}.pem"
    both.write_text(key.read_text() + signed.read_text())
    return both


def _openssl(*arguments: str) -> None:
    subprocess.run(["openssl", *arguments], check=True, capture_output=True, timeout=60)


class Edge(ThreadingHTTPServer):
    """Answers on 127.0.0.1; `seen` counts the requests by path, `agents` who asked."""

    daemon_threads = True

    def __init__(self, certificate_file: Path | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.seen: Counter[str] = Counter()
        self.agents: set[str] = set()
        self._context: ssl.SSLContext | None = None
        if certificate_file is not None:
            self._context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self._context.load_cert_chain(certificate_file)

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def get_request(self) -> tuple[socket.socket, Any]:
        connection, address = super().get_request()
        if self._context is None:
            return connection, address
        return self._context.wrap_socket(connection, server_side=True, do_handshake_on_connect=False), address

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent about clients that hang up: several tests are about that."""


class _Answers(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    @property
    def _edge(self) -> Edge:
        return cast("Edge", self.server)

    def do_GET(self) -> None:
        path = urlsplit(self.path).path
        self._edge.seen[path] += 1
        self._edge.agents.add(self.headers.get("User-Agent", ""))
        if path.startswith("/ws") and path != "/ws-refused":
            self._websocket(path)
        elif path == "/late":
            self._answer(200 if self._edge.seen[path] > 1 else 503, "ok")
        else:
            self._answer(404 if path == "/missing" else 200, '{"status": "ok"}')

    def _answer(self, status: int, text: str) -> None:
        self.send_response(status)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())

    def _websocket(self, path: str) -> None:
        key = self.headers.get("Sec-WebSocket-Key", "") + ("x" if path == "/ws-wrong" else "")
        accept = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode()).digest()).decode()
        self.wfile.write(
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept}\r\n\r\n".encode()
        )
        self.close_connection = True
        if path == "/ws-closes":
            sleep(0.3)
            return
        # A long text, a ping that must be answered, and then only what is asked.
        self.wfile.write(bytes([0x80 | _TEXT, 126]) + struct.pack("!H", 300) + b"x" * 300)
        self.wfile.write(bytes([0x80 | _PING, 4]) + b"life")
        assert self._frame() == (_PONG, b"life")
        kind, payload = self._frame()
        if path == "/ws" and kind == _PING:
            self.wfile.write(bytes([0x80 | _PONG, len(payload)]) + payload)
        else:
            sleep(30)

    def _frame(self) -> tuple[int, bytes]:
        first, second = self.rfile.read(2)
        assert second & 0x80, "a client masks what it sends"
        mask, payload = self.rfile.read(4), self.rfile.read(second & 0x7F)
        return first & 0x0F, bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


Figures = Callable[[str], dict[str, float]]
"""PromQL → value by pod."""


class Prometheus(ThreadingHTTPServer):
    """Answers instant queries by a function."""

    daemon_threads = True

    def __init__(self, figures: Figures) -> None:
        super().__init__(("127.0.0.1", 0), _Query)
        self.figures = figures
        self.queries: list[str] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Query(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        (expression,) = parse_qs(urlsplit(self.path).query)["query"]
        prometheus = cast("Prometheus", self.server)
        prometheus.queries.append(expression)
        figures = prometheus.figures(expression)
        result = [{"metric": {"pod": pod}, "value": [0, str(figure)]} for pod, figure in figures.items()]
        body = json.dumps({"status": "success", "data": {"resultType": "vector", "result": result}}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


_Server = TypeVar("_Server", bound=ThreadingHTTPServer)


@contextmanager
def running(server: _Server) -> Generator[_Server]:
    """Serve in a thread until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join(timeout=10)
