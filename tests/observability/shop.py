"""A small HTTP service that counts its requests as a product does, and somebody who asks it all the time."""

import http.client
import threading
import time
from collections import Counter
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar

_OK, _UNAVAILABLE, _NOT_FOUND = 200, 503, 404


@dataclass
class Shop:
    """Answers `/` with 200, or with 503 while it is `broken`; `/metrics` says how often it did either."""

    port: int = 0
    broken: bool = False
    answered: Counter[int] = field(default_factory=Counter[int])

    def metrics(self) -> str:
        """Give the counters in Prometheus' text format."""
        lines = [f'http_requests_total{{method="GET",status="{status}"}} {n}' for status, n in self.answered.items()]
        return "\n".join(["# TYPE http_requests_total counter", *lines, ""])


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    shop: ClassVar[Shop]

    def do_GET(self) -> None:
        if self.path == "/metrics":
            self._answer(_OK, self.shop.metrics().encode())
        elif self.path == "/":
            status = _UNAVAILABLE if self.shop.broken else _OK
            self.shop.answered[status] += 1
            self._answer(status, b"")
        else:
            self._answer(_NOT_FOUND, b"")

    def _answer(self, status: int, body: bytes) -> None:
        self.send_response(status)
        # Prometheus takes no metrics without a type.
        self.send_header("Content-Type", "text/plain; version=0.0.4")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Say nothing."""


@contextmanager
def open_shop(answered: Mapping[int, int], a_second: int) -> Generator[Shop]:
    """Run a shop that has answered so often already, under a load of so many requests a second."""
    shop, over = Shop(answered=Counter(answered)), threading.Event()
    handler = type("Handler", (_Handler,), {"shop": shop})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    shop.port = server.server_port
    threads = [
        threading.Thread(target=server.serve_forever, daemon=True),
        threading.Thread(target=_ask, args=(shop.port, a_second, over), daemon=True),
    ]
    for thread in threads:
        thread.start()
    try:
        yield shop
    finally:
        over.set()
        threads[1].join()
        server.shutdown()
        server.server_close()


def _ask(port: int, a_second: int, over: threading.Event) -> None:
    """Ask `a_second` times a second over one connection; what is late is caught up with."""
    connection, begun, asked = http.client.HTTPConnection("127.0.0.1", port, timeout=10), time.monotonic(), 0
    while not over.is_set():
        connection.request("GET", "/")
        connection.getresponse().read()
        asked += 1
        over.wait(max(0.0, begun + asked / a_second - time.monotonic()))
    connection.close()
