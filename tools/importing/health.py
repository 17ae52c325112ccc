"""What a health check's command asks: an HTTP path and a port where that can be read from it, else the command."""

import re
import shlex
from dataclasses import replace
from urllib.parse import urlsplit

from tools.importing.found import FoundProbe

_CLIENTS = ("curl", "wget", "http", "httpie", "healthcheck")
_HERE = r"(?:localhost|127\.0\.0\.1|0\.0\.0\.0|\[::1\]|::1)"
_URL = re.compile(rf"(?:(https?)://)?{_HERE}(?::([0-9]{{1,5}}))?(/[^\s'\"|;&)\\]*)?", re.IGNORECASE)
_DEV_TCP = re.compile(rf"/dev/tcp/{_HERE}/([0-9]{{1,5}})")
_REQUEST = re.compile(r"(?:GET|HEAD) (/[^\s'\"\\]*) HTTP/")
_CONNECT = re.compile(rf"\b(?:nc|ncat|netcat)\b.*-\w*z\w*.*?{_HERE}\s+([0-9]{{1,5}})")
_PORT_80 = 80


def asked(command: tuple[str, ...]) -> FoundProbe:
    """Read a check's words: a shell's `-c` is looked into, and a client's address becomes an HTTP or TCP check."""
    whole = " ".join(command)
    opened = _DEV_TCP.search(whole)
    if opened is not None:
        path = _REQUEST.search(whole)
        return FoundProbe(path=path[1] if path else None, port=int(opened[1]))
    connected = _CONNECT.search(whole)
    if connected is not None:
        return FoundProbe(port=int(connected[1]))
    if any(re.search(rf"(?:^|[\s/]){client}\b", whole) for client in _CLIENTS):
        address = _address(whole)
        if address is not None:
            return address
    return FoundProbe(command=command)


def _address(whole: str) -> FoundProbe | None:
    found = next((match for match in _URL.finditer(whole) if _is_address(match)), None)
    if found is None:
        return None
    scheme, port, path = found[1], int(found[2] or _PORT_80), found[3]
    if (scheme or "http").lower() == "https":
        return FoundProbe(port=port if found[2] else 443)
    return FoundProbe(path=urlsplit(f"//host{path or '/'}").path or "/", port=port)


def _is_address(match: re.Match[str]) -> bool:
    """Whether it is more than a bare name, such as that of `--noproxy localhost`."""
    return bool(match[1] or match[2] or match[3])


def shell(line: str) -> tuple[str, ...]:
    """Return a line for a shell as words; a simple command needs no shell."""
    if re.search(r"[|&;<>$`(){}*?\n\\!]", line):
        return ("/bin/sh", "-c", line)
    try:
        return tuple(shlex.split(line))
    except ValueError:
        return ("/bin/sh", "-c", line)


def timed(probe: FoundProbe, *, period: int, timeout: int, failures: int) -> FoundProbe:
    """Return the check with Docker's times, within what a probe takes."""
    period = max(1, min(period, 3600))
    return replace(probe, period=period, timeout=max(1, min(timeout, period, 300)), failures=max(1, min(failures, 100)))


LONGEST_START = 300
"""A rollout fails after that (settings.checks.probes)."""


def starting(probe: FoundProbe, grace: int) -> FoundProbe:
    """Return the check that holds the others back while the process may start: Docker counts failures after that."""
    period = max(1, min(probe.period, 10))
    longest = min(grace + probe.period * probe.failures, LONGEST_START)
    failures = max(1, longest // period)
    return replace(probe, period=period, timeout=min(probe.timeout, period), failures=min(failures, 100), delay=0)
