"""A real Alertmanager with a product's configuration, whose notifications arrive here in place of a topic."""

import json
import socket
import subprocess
import threading
import time
import urllib.request
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from copy import deepcopy
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import yaml

from tests.tool import tool

Labels = dict[str, str]
_WAIT_SECONDS = 1
_PATIENCE_SECONDS = 30


@dataclass
class Alertmanager:
    """Where it answers, and the notifications that it sent: the receiver, and the labels of what fires in each."""

    address: str
    notified: list[tuple[str, list[Labels]]] = field(default_factory=list[tuple[str, list[Labels]]])

    def fire(self, *alerts: Labels) -> None:
        """Hand over alerts that fire, as Prometheus does."""
        body = json.dumps([{"labels": each} for each in alerts]).encode()
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"http://{self.address}/api/v2/alerts", data=body, headers=headers)
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
            assert answer.status == 200

    def settle(self) -> None:
        """Wait until every group that there is has been notified of, or kept quiet: a few times their own wait."""
        time.sleep(4 * _WAIT_SECONDS)

    def names(self) -> list[tuple[str, str]]:
        """List the receiver and the name of each alert that somebody was notified of, in order of the names."""
        return sorted((receiver, each["alertname"]) for receiver, alerts in self.notified for each in alerts)


@contextmanager
def running(config: dict[str, Any], folder: Path) -> Generator[Alertmanager]:
    """Run Alertmanager; of the configuration nothing changes but where notifications go, and how long a group waits."""
    program = tool("alertmanager")
    made = Alertmanager(f"127.0.0.1:{_free_port()}")
    server = ThreadingHTTPServer(("127.0.0.1", 0), _hook(made))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    file = folder / "alertmanager.yaml"
    file.write_text(yaml.safe_dump(_to_hook(config, server.server_port)), encoding="utf-8")
    command = [program, f"--config.file={file}", f"--storage.path={folder / 'data'}"]
    command += [f"--web.listen-address={made.address}", "--cluster.listen-address="]
    with (folder / "alertmanager.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT)
    try:
        _await(made, process, folder / "alertmanager.log")
        yield made
    finally:
        process.terminate()
        process.wait(timeout=_PATIENCE_SECONDS)
        server.shutdown()
        server.server_close()


def _to_hook(config: dict[str, Any], port: int) -> dict[str, Any]:
    changed = deepcopy(config)
    for route in (changed["route"], *changed["route"]["routes"]):
        if "group_wait" in route:
            route["group_wait"] = f"{_WAIT_SECONDS}s"
    changed["receivers"] = [
        {"name": each["name"], "webhook_configs": [{"url": f"http://127.0.0.1:{port}/{each['name']}"}]}
        if len(each) > 1
        else each
        for each in config["receivers"]
    ]
    return changed


def _hook(made: Alertmanager) -> type[BaseHTTPRequestHandler]:
    class Hook(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            told = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            made.notified.append((self.path[1:], [each["labels"] for each in told["alerts"]]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, format: str, *args: object) -> None:
            """Keep the test's output to the test."""

    return Hook


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _await(made: Alertmanager, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{made.address}/-/ready", timeout=1):
                return
        except OSError:
            time.sleep(0.1)
    raise AssertionError(f"Alertmanager did not start: {log.read_text(encoding='utf-8')}")


def of_pods(name: str, severity: str, count: int, **labels: str) -> Sequence[Labels]:
    """Alerts of one name, of as many pods."""
    return [{"alertname": name, "severity": severity, "pod": f"pod-{number}", **labels} for number in range(count)]
