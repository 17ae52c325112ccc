"""The real Prometheus and Alertmanager, on free ports of this machine, with what the program generated."""

import json
import os
import socket
import subprocess
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import yaml

from tests.tool import tool

_PATIENCE_SECONDS = 60
_NOBODY = {"access_key": "nobody", "secret_key": "nothing"}


class DidNotStartError(Exception):
    """A server that ended or did not answer, with what it said last."""


def free_port() -> int:
    """Name a port that nothing listens on."""
    with socket.socket() as asked:
        asked.bind(("127.0.0.1", 0))
        return int(asked.getsockname()[1])


@contextmanager
def alertmanager(folder: Path, config: Mapping[str, Any], topic: str) -> Generator[str]:
    """Run Alertmanager with a stack's configuration, whose topics are reached at `topic`; give its address."""
    stated = {**config, "receivers": [_reached_at(topic, receiver) for receiver in config["receivers"]]}
    file, address = _written(folder / "alertmanager.yaml", stated), f"127.0.0.1:{free_port()}"
    command = [
        tool("alertmanager"),
        f"--config.file={file}",
        f"--storage.path={folder / 'alertmanager'}",
        f"--web.listen-address={address}",
        "--cluster.listen-address=",
    ]
    with _running(folder, command, address):
        yield address


def _reached_at(topic: str, receiver: Mapping[str, Any]) -> dict[str, Any]:
    """Give a receiver another address for SNS, and somebody to sign as; all that it says stays as it is."""
    sent = [
        {**each, "api_url": topic, "sigv4": {**each["sigv4"], **_NOBODY}} for each in receiver.get("sns_configs", ())
    ]
    return {**receiver, **({"sns_configs": sent} if sent else {})}


@contextmanager
def prometheus(folder: Path, config: Mapping[str, Any], alerts_to: str) -> Generator[str]:
    """Run Prometheus over what `folder`/data holds already; give its address."""
    there = {"alertmanagers": [{"static_configs": [{"targets": [alerts_to]}]}]}
    file = _written(folder / "prometheus.yaml", {**config, "alerting": there})
    address = f"127.0.0.1:{free_port()}"
    command = [
        tool("prometheus"),
        f"--config.file={file}",
        f"--storage.tsdb.path={folder / 'data'}",
        f"--web.listen-address={address}",
    ]
    with _running(folder, command, address):
        yield address


def query(address: str, expression: str) -> list[dict[str, Any]]:
    """Ask Prometheus what an expression is now."""
    asked = urllib.parse.urlencode({"query": expression})
    with urllib.request.urlopen(f"http://{address}/api/v1/query?{asked}", timeout=10) as answer:
        return list(json.load(answer)["data"]["result"])


def backfill(folder: Path, lines: Sequence[str]) -> None:
    """Have promtool write samples, in OpenMetrics' text, into `folder`/data as Prometheus keeps them."""
    text = folder / "before.om"
    text.write_text("\n".join([*lines, "# EOF", ""]), encoding="utf-8")
    command = [tool("promtool"), "tsdb", "create-blocks-from", "openmetrics", str(text), str(folder / "data")]
    made = subprocess.run(command, capture_output=True, text=True, check=False)
    assert made.returncode == 0, made.stdout + made.stderr


def _written(file: Path, document: Mapping[str, Any]) -> Path:
    file.write_text(yaml.safe_dump(dict(document), sort_keys=False), encoding="utf-8")
    return file


@contextmanager
def _running(folder: Path, command: Sequence[str], address: str) -> Generator[None]:
    """Run a server until the block ends; it has answered before the block begins."""
    said = folder / f"{Path(command[0]).name}.log"
    with (
        said.open("wb") as log,
        subprocess.Popen(
            command, stdout=log, stderr=subprocess.STDOUT, cwd=folder, env={**os.environ, "GOMAXPROCS": "1"}
        ) as process,
    ):
        try:
            _await(process, f"http://{address}/-/ready", said)
            yield
        finally:
            process.terminate()
            process.wait(timeout=_PATIENCE_SECONDS)


def _await(process: subprocess.Popen[bytes], url: str, said: Path) -> None:
    end = time.monotonic() + _PATIENCE_SECONDS
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.1)
        else:
            return
    raise DidNotStartError(f"{url} did not answer: {said.read_text(encoding='utf-8', errors='replace')[-2000:]}")
