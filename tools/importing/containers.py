"""What a service, a sidecar and a job have in common: image, command, ports, sizes and probes."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter, ValidationError

from settings.arithmetic.routes import looks_like_grpc
from settings.raw import Path, Raw
from settings.types import ImageRepository, ImageTag, UrlPath, mebibytes, millicores
from settings.workload.container import AppProtocol
from tools.importing.document import Draft
from tools.importing.found import FoundPort, FoundProbe, Part
from tools.importing.interpolation import shown, unset
from tools.importing.names import LARGEST_PORT, port_name
from tools.importing.wiring import Wiring

_REPOSITORY = TypeAdapter[str](ImageRepository)
_TAG = TypeAdapter[str](ImageTag)
_URL_PATH = TypeAdapter[str](UrlPath)
_UNPRIVILEGED = 1024
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, kw_only=True)
class Ports:
    """A service's ports by their names."""

    named: dict[str, FoundPort]
    spoken: Mapping[str, AppProtocol] = field(default_factory=dict[str, AppProtocol])
    """What a port speaks, where the source or a probe says more than plain HTTP."""

    def first(self) -> list[str]:
        """The first TCP port, if there is one."""
        return [name for name, port in self.named.items() if port.protocol == "TCP"][:1]

    def called(self, number: int) -> str | None:
        """The name of the port that answers a number: that of the Service, or the container's."""
        tcp = {name: port for name, port in self.named.items() if port.protocol == "TCP"}
        exposed = (name for name, port in tcp.items() if (port.exposed or port.number) == number)
        return next(exposed, None) or self.numbered(number)

    def numbered(self, number: int | str | None) -> str | None:
        """The name of the container's port of this number or name."""
        return next(
            (
                name
                for name, port in self.named.items()
                if port.protocol == "TCP" and number in {port.number, port.name, name}
            ),
            None,
        )

    def section(self) -> dict[str, Raw]:
        done: dict[str, Raw] = {}
        for name, port in self.named.items():
            entry: dict[str, Raw] = {"number": port.number}
            if name in self.spoken and port.protocol == "TCP":
                entry["app_protocol"] = self.spoken[name]
            if port.protocol != "TCP":
                entry["protocol"] = port.protocol
            if port.exposed not in (None, port.number):
                entry["service_port"] = port.exposed
            done[name] = entry
        return done


def name_ports(part: Part, called: set[int]) -> Ports:
    """Name a part's ports, with those that others call and those that its probes ask."""
    ports = list(part.ports)
    probes = [probe for probe in (part.startup, part.readiness, part.liveness) if probe is not None]
    asked = {probe.port for probe in probes if isinstance(probe.port, int)}
    known = {port.number for port in ports} | {port.exposed for port in ports}
    ports += [FoundPort(number=number) for number in sorted((called | asked) - known) if 0 < number <= LARGEST_PORT]
    named: dict[str, FoundPort] = {}
    for port in ports:
        named[port_name(port.number, port.name, named, first=not named)] = port
    found = Ports(named=named)
    return replace(found, spoken=_spoken(found, probes))


def _spoken(ports: Ports, probes: Sequence[FoundProbe]) -> dict[str, AppProtocol]:
    """Say what ports speak: what the source states, else gRPC where it looks so and nothing asks them in HTTP/1."""
    by_grpc = {ports.numbered(probe.port) for probe in probes if probe.grpc}
    by_http = {ports.numbered(probe.port) for probe in probes if probe.path is not None}
    done: dict[str, AppProtocol] = {}
    for name, port in ports.named.items():
        if port.speaks is not None:
            done[name] = port.speaks
        elif name in by_grpc or looks_like_grpc(name, port.number):
            done[name] = "http" if name in by_http else "grpc"
    return done


def container(
    draft: Draft, path: Path, part: Part, product: str, name: str, wiring: Wiring, ports: Ports | None
) -> dict[str, Raw]:
    """Return image, command, ports, resources and probes of a part; comments go to `draft`."""
    draft.comment(path, f"From {part.origin}.")
    section: dict[str, Raw] = {"image": _image(draft, (*path, "image"), part, product, name)}
    for key, words in (("command", part.command), ("arguments", part.arguments)):
        if any(unset(word) for word in words):
            missing = ", ".join(dict.fromkeys(each for word in words for each in unset(word)))
            draft.comment((*path, key), f"{missing} has no value here; write it into the words.")
        if any(wiring.holds_a_secret(word) for word in words):
            why = "it holds a credential, which would be in the repository and in the release"
            draft.comment((*path, key), f"{key}: {why}; let the process read it from a variable.")
        elif words:
            section[key] = [shown(word) for word in words]
    if ports is not None and ports.named:
        section["ports"] = ports.section()
        low = ", ".join(str(port.number) for port in ports.named.values() if port.number < _UNPRIVILEGED)
        if low:
            why = "a process that is not root may be refused a port below 1024"
            draft.comment((*path, "ports"), f"{low}: {why}; let it listen on a higher one, and state that here.")
    section["resources"] = _resources(draft, (*path, "resources"), part)
    probes = _probes(draft, path, part, ports, wiring)
    if probes:
        section["probes"] = probes
    return section


def _image(draft: Draft, path: Path, part: Part, product: str, name: str) -> Raw:
    own: dict[str, Raw] = {"repository": f"{product}/{name}", "tag": "v0.1.0"}
    if part.image is None:
        how = f"built from {part.build}" if part.build else "not named in the source"
        draft.comment(path, f"The image is {how}: build it, push it to a registry, and name it here.")
        return own
    place, _, digest = part.image.partition("@")
    head, slash, last = place.rpartition("/")
    base, _, tag = last.partition(":")
    repository = head + slash + base
    if unset(part.image) or not _fits(_REPOSITORY, repository):
        draft.comment(path, f"The source names {shown(part.image)}, which is no image that can be pulled as it stands.")
        return own
    if not tag or not _fits(_TAG, tag):
        tag = "latest"
        if not digest:
            draft.comment(path, "The source names no version; production refuses `latest`, so write one.")
    done: dict[str, Raw] = {"repository": repository, "tag": tag}
    if _DIGEST.fullmatch(digest):
        done["digest"] = digest
    if part.build and "." not in head:
        draft.comment(path, f"The image is built from {part.build}: push it to a registry that the cluster reaches.")
    return done


def _fits(adapter: TypeAdapter[str], value: str) -> bool:
    try:
        adapter.validate_python(value)
    except ValidationError:
        return False
    return True


def _resources(draft: Draft, path: Path, part: Part) -> Raw:
    asked, most = dict(part.requests), dict(part.limits)
    if not asked and not most:
        draft.comment(path, "A start: the source states no sizes.")
    requests: dict[str, Raw] = {}
    limits: dict[str, Raw] = {}
    for kind, least, ceiling, amount in (("cpu", "250m", "1", millicores), ("memory", "256Mi", "512Mi", mebibytes)):
        limit = most.get(kind) or _larger(asked.get(kind), ceiling, amount)
        request = asked.get(kind) or _smaller(most.get(kind), least, amount)
        requests[kind] = request if amount(request) <= amount(limit) else limit
        limits[kind] = limit
    return {"requests": requests, "limits": limits}


def _larger(stated: str | None, default: str, amount: Callable[[str], int]) -> str:
    return default if stated is None or amount(stated) <= amount(default) else stated


def _smaller(stated: str | None, default: str, amount: Callable[[str], int]) -> str:
    return default if stated is None or amount(stated) >= amount(default) else stated


def _probes(draft: Draft, path: Path, part: Part, ports: Ports | None, wiring: Wiring) -> dict[str, Raw]:
    done: dict[str, Raw] = {}
    for kind, probe in (("startup", part.startup), ("readiness", part.readiness), ("liveness", part.liveness)):
        if probe is None or ports is None:
            continue
        if any(wiring.holds_a_secret(word) for word in probe.command):
            draft.comment((*path, "probes"), f"{kind}: its command holds a credential; ask a port instead.")
            continue
        if any(unset(word) for word in probe.command):
            draft.comment((*path, "probes"), f"{kind}: its command has variables without a value here; write it out.")
            continue
        stated = _probe(probe, ports, kind)
        if stated is None:
            draft.comment((*path, "probes"), f"{kind}: it asks port {probe.port}, which the container does not state.")
        else:
            done[kind] = stated
    return done


def _probe(probe: FoundProbe, ports: Ports, kind: str) -> dict[str, Raw] | None:
    probe = replace(probe, timeout=min(probe.timeout, probe.period))
    section: dict[str, Raw] = {}
    if probe.command:
        section["command"] = [*probe.command]
    else:
        port = ports.numbered(probe.port)
        if port is None:
            return None
        if probe.grpc:
            section["grpc"] = {"port": port, **({"service": probe.grpc_service} if probe.grpc_service else {})}
        elif probe.path is not None and _fits(_URL_PATH, probe.path):
            section["http"] = {"path": probe.path, "port": port}
        else:
            section["tcp"] = {"port": port}
    for key, value, default in (
        ("initial_delay_seconds", probe.delay, 0),
        ("period_seconds", probe.period, 10),
        ("timeout_seconds", probe.timeout, 1),
        ("failure_threshold", probe.failures, 3),
        ("success_threshold", probe.successes if kind == "readiness" else 1, 1),
    ):
        if value != default:
            section[key] = value
    return section
