"""Proofs of a running product. Reads a JSON document of checks, tries every one, and ends with 1 when one failed.

    python verify.py checks.json

    {"prometheus": "http://…:9090", "checks": [{"kind": "certificate", "host": "api.example.com", "days": 30}, …]}

Every check waits: an answer may come up to `patience` seconds late (60 unless it says otherwise).
"""

import base64
import hashlib
import http.client
import json
import os
import socket
import ssl
import struct
import sys
import time
import urllib.parse
from collections.abc import Callable
from pathlib import Path
from typing import ClassVar, NotRequired, TypedDict, TypeVar, cast

# Firewalls refuse requests that do not say who asks.
AGENT = "groundwork-verify/1"
_HTTPS = 443
_ANSWER_SECONDS = float(os.environ.get("ANSWER_SECONDS", "10"))
_PAUSE_SECONDS = float(os.environ.get("PAUSE_SECONDS", "3"))
_GUID = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, section 1.3
_DAY = 86_400
_OK = 200
_SHOWN = 5120
"""How much of an answer is searched, and of its head is read: as much as Route 53's health checks read."""

_MOST_FIGURES = 2**20

Seen = TypeVar("Seen")


class Check(TypedDict):
    """One check; which keys it has depends on its kind."""

    kind: str
    host: NotRequired[str]
    port: NotRequired[int]
    path: NotRequired[str]
    url: NotRequired[str]
    status: NotRequired[int]
    contains: NotRequired[str]
    patience: NotRequired[float]
    open_seconds: NotRequired[float]
    days: NotRequired[int]
    requests: NotRequired[int]
    pods: NotRequired[str]
    counter: NotRequired[str]
    window_seconds: NotRequired[float]
    replicas: NotRequired[str]
    rise_seconds: NotRequired[float]
    settle_seconds: NotRequired[float]


class Document(TypedDict):
    """What is read."""

    checks: list[Check]
    prometheus: NotRequired[str]


class FailedError(Exception):
    """A check that did not hold; the text says what was seen."""


def main(arguments: list[str]) -> int:
    """Try every check of the document that is named; print a line for each."""
    document = cast("Document", json.loads(Path(arguments[0]).read_text(encoding="utf-8")))
    failures = 0
    for check in document["checks"]:
        try:
            seen = _KINDS[check["kind"]](check, document)
        except FailedError as reason:
            failures += 1
            print(f"FAILED  {_name(check)}: {reason}", flush=True)
        else:
            print(f"passed  {_name(check)}: {seen}", flush=True)
    return 1 if failures else 0


def _name(check: Check) -> str:
    where = check.get("url") or f"{check.get('host', '')}{check.get('path', '')}"
    return f"{check['kind']} {where}".strip()


def http_answers(check: Check, _: Document) -> str:
    """Ask until the answer has the wanted status and text."""
    wanted, text = check.get("status", _OK), check.get("contains", "")

    def ask() -> str:
        status, body = _get(_url(check))
        if status != wanted:
            raise FailedError(f"answered {status}, not {wanted}")
        if text not in body:
            raise FailedError(f"the answer does not hold {text!r}: {body[:200]!r}")
        return f"answered {status}"

    return _patiently(check, ask)


def certificate(check: Check, _: Document) -> str:
    """Shake hands as a browser does: the chain must be valid and the certificate be the host's own; then count days."""
    host, days = check.get("host", ""), check.get("days", 30)

    def shake() -> str:
        with _connect(host, check.get("port", _HTTPS)) as connection:
            shown = connection.getpeercert() or {}
        left = (ssl.cert_time_to_seconds(str(shown["notAfter"])) - time.time()) / _DAY
        if left <= days:
            raise FailedError(f"{left:.1f} days are left, and more than {days} are wanted")
        return f"valid for {left:.1f} more days"

    return _patiently(check, shake)


def websocket(check: Check, _: Document) -> str:
    """Upgrade, say nothing for `open_seconds`, then ask for a sign of life."""
    connection = _patiently(check, lambda: _upgraded(check))
    with connection:
        wait = check.get("open_seconds", 65)
        opened = time.monotonic()
        frames = _Frames(connection)
        while (left := opened + wait - time.monotonic()) > 0:
            frames.listen(left)
        frames.ping()
        return f"answered 101 and was open after {time.monotonic() - opened:.0f} s"


def targets(check: Check, document: Document) -> str:
    """Count at every pod: its requests in a time of ours must exceed those in a time of the same length without.

    Health checks and other people's requests are in both. A pod in rotation gets about its share; a quarter of that is
    asked, since a load balancer deals by the least busy and not in turn.
    """
    window = check.get("window_seconds", 75)
    pods = _by_pod(document, check.get("pods", ""))
    if not pods:
        raise FailedError("Prometheus knows no pod")
    first = _by_pod(document, check.get("counter", ""))
    time.sleep(window)
    before = _by_pod(document, check.get("counter", ""))
    started = time.monotonic()
    sent = check.get("requests", 60)
    for _ in range(sent):
        _get(_url(check))
    time.sleep(max(0.0, started + window - time.monotonic()))
    after = _by_pod(document, check.get("counter", ""))
    least = sent / len(pods) / 4
    ours = {pod: after.get(pod, 0) - 2 * before.get(pod, 0) + first.get(pod, 0) for pod in pods}
    missed = sorted(pod for pod, count in ours.items() if count < least)
    if missed:
        raise FailedError(f"of {sent} requests {', '.join(missed)} got fewer than {least:.0f}: {ours}")
    return f"{sent} requests reached {', '.join(sorted(pods))}"


def scaling(check: Check, document: Document) -> str:
    """See the number of pods rise, and come back to what it was."""
    query = check.get("replicas", "")
    before = _number(document, query)
    most = _until(document, query, check.get("rise_seconds", 600), lambda now: now > before)
    if most <= before:
        raise FailedError(f"there were {before:.0f} pods before the load, and never more")
    last = _until(document, query, check.get("settle_seconds", 1800), lambda now: now <= before)
    if last > before:
        raise FailedError(f"{before:.0f} pods became {most:.0f}, and {last:.0f} were left long after the load")
    return f"{before:.0f} pods became more than {before:.0f}, and {last:.0f} again"


_KINDS: dict[str, Callable[[Check, Document], str]] = {
    "http": http_answers,
    "certificate": certificate,
    "websocket": websocket,
    "targets": targets,
    "scaling": scaling,
}


def _patiently(check: Check, attempt: Callable[[], Seen]) -> Seen:
    """Try until it holds or patience is over; a name that is not there yet and a refused connection are no answer."""
    end = time.monotonic() + check.get("patience", 60)
    while True:
        try:
            return attempt()
        except (OSError, http.client.HTTPException, FailedError) as reason:
            if time.monotonic() + _PAUSE_SECONDS > end:
                raise FailedError(str(reason) or type(reason).__name__) from reason
        time.sleep(_PAUSE_SECONDS)


def _url(check: Check) -> str:
    return check.get("url") or f"https://{check.get('host', '')}:{check.get('port', _HTTPS)}{check.get('path', '/')}"


def _get(url: str, most: int = _SHOWN) -> tuple[int, str]:
    """Ask over a connection of its own, so that every request is dealt anew; redirections are answers."""
    parts = urllib.parse.urlsplit(url)
    secure = parts.scheme == "https"
    kind = http.client.HTTPSConnection if secure else http.client.HTTPConnection
    connection = kind(parts.hostname or "", parts.port, timeout=_ANSWER_SECONDS)
    try:
        host = parts.netloc.removesuffix(f":{_HTTPS}") if secure else parts.netloc
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("GET", path or "/", headers={"User-Agent": AGENT, "Host": host})
        answer = connection.getresponse()
        return answer.status, answer.read(most).decode("utf-8", "replace")
    finally:
        connection.close()


def _connect(host: str, port: int) -> ssl.SSLSocket:
    plain = socket.create_connection((host, port), timeout=_ANSWER_SECONDS)
    context = ssl.create_default_context()
    context.set_alpn_protocols(["http/1.1"])
    return context.wrap_socket(plain, server_hostname=host)


def _upgraded(check: Check) -> ssl.SSLSocket:
    """Ask for the WebSocket and hold the answer against RFC 6455, section 4.2.2."""
    host = check.get("host", "")
    connection = _connect(host, check.get("port", _HTTPS))
    key = base64.b64encode(os.urandom(16)).decode()
    lines = [
        f"GET {check.get('path', '/')} HTTP/1.1", f"Host: {host}", f"Origin: https://{host}", f"User-Agent: {AGENT}",
        "Connection: Upgrade", "Upgrade: websocket", "Sec-WebSocket-Version: 13", f"Sec-WebSocket-Key: {key}", "", "",
    ]  # fmt: skip
    connection.sendall("\r\n".join(lines).encode())
    answer = _head(connection)
    first, *headers = answer.split("\r\n")
    accepted = base64.b64encode(hashlib.sha1(f"{key}{_GUID}".encode(), usedforsecurity=False).digest()).decode()
    given = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in headers)}
    if first.split(" ")[1:2] != ["101"] or given.get("sec-websocket-accept") != accepted:
        connection.close()
        raise FailedError(f"the upgrade was answered with {first!r}")
    return connection


def _head(connection: ssl.SSLSocket) -> str:
    """Read the answer's head and not a byte of what follows it."""
    read = b""
    while not read.endswith(b"\r\n\r\n") and len(read) < _SHOWN:
        byte = connection.recv(1)
        if not byte:
            break
        read += byte
    return read.decode("latin-1")


class _Frames:
    """A WebSocket's frames (RFC 6455, section 5), as far as staying alive needs them."""

    _CLOSE, _PING, _PONG = 0x8, 0x9, 0xA
    _LONGER: ClassVar = {126: "!H", 127: "!Q"}  # a length that stands in the next two or eight bytes

    def __init__(self, connection: ssl.SSLSocket) -> None:
        self._connection = connection

    def listen(self, seconds: float) -> int | None:
        """Wait for one frame and answer it if it is a ping. Returns its kind, None when nobody said anything."""
        self._connection.settimeout(seconds)
        try:
            first = self._connection.recv(1)
        except TimeoutError:
            return None
        except OSError as reason:
            raise FailedError(f"the connection broke: {reason}") from reason
        self._connection.settimeout(_ANSWER_SECONDS)
        kind = first[0] & 0x0F if first else self._CLOSE
        if kind == self._CLOSE:
            raise FailedError("the connection was closed")
        payload = self._payload()
        if kind == self._PING:
            self._send(self._PONG, payload)
        return kind

    def ping(self) -> None:
        """Ask for a pong; what else is said in the meantime is let pass."""
        self._send(self._PING, b"groundwork")
        end = time.monotonic() + _ANSWER_SECONDS
        while (left := end - time.monotonic()) > 0:
            if self.listen(left) == self._PONG:
                return
        raise FailedError("a ping was not answered")

    def _payload(self) -> bytes:
        length = self._exactly(1)[0] & 0x7F
        if length in self._LONGER:
            form = self._LONGER[length]
            (length,) = struct.unpack(form, self._exactly(struct.calcsize(form)))
        return self._exactly(length)

    def _exactly(self, length: int) -> bytes:
        read = b""
        while len(read) < length:
            part = self._connection.recv(min(65_536, length - len(read)))
            if not part:
                raise FailedError("the connection was closed")
            read += part
        return read

    def _send(self, kind: int, payload: bytes) -> None:
        """Send a frame of at most 125 bytes, masked as a client's are."""
        mask = os.urandom(4)
        masked = bytes(byte ^ mask[index % 4] for index, byte in enumerate(payload))
        self._connection.sendall(bytes([0x80 | kind, 0x80 | len(payload)]) + mask + masked)


class _Sample(TypedDict):
    metric: dict[str, str]
    value: tuple[float, str]


def _query(document: Document, expression: str) -> list[_Sample]:
    """Ask Prometheus for the value now. Raises FailedError when it does not answer."""
    url = f"{document.get('prometheus', '')}/api/v1/query?{urllib.parse.urlencode({'query': expression})}"
    try:
        status, body = _get(url, _MOST_FIGURES)
    except (OSError, http.client.HTTPException) as reason:
        raise FailedError(f"Prometheus does not answer: {reason}") from reason
    if status != _OK:
        raise FailedError(f"Prometheus answered {status}: {body[:200]}")
    return cast("list[_Sample]", json.loads(body)["data"]["result"])


def _by_pod(document: Document, expression: str) -> dict[str, float]:
    return {sample["metric"]["pod"]: float(sample["value"][1]) for sample in _query(document, expression)}


def _number(document: Document, expression: str) -> float:
    samples = _query(document, expression)
    if not samples:
        raise FailedError(f"Prometheus has no figure for {expression}")
    return float(samples[0]["value"][1])


def _until(document: Document, expression: str, seconds: float, wanted: Callable[[float], bool]) -> float:
    """Ask every few seconds until the number is as wanted or time is over; returns the last one."""
    end = time.monotonic() + seconds
    while True:
        now = _number(document, expression)
        if wanted(now) or time.monotonic() >= end:
            return now
        time.sleep(min(_PAUSE_SECONDS, max(0.0, end - time.monotonic())))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
