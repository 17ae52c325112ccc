"""Routes from the outside: those that the source states, else one for each service that it publishes."""

from collections.abc import Mapping

from pydantic import TypeAdapter, ValidationError

from settings.raw import Raw
from settings.workload.delivery import RoutePath
from tools.importing.containers import Ports
from tools.importing.document import Draft
from tools.importing.found import Found, FoundRoute, Part
from tools.importing.names import SPEAK_NO_HTTP
from tools.importing.stores import Sorted

_LEAVING = 30
"""Seconds that the load balancer waits for a pod that leaves, where nothing else is stated."""

_PATH = TypeAdapter[str](RoutePath)


def routes_of(found: Found, parts: Sorted, names: Mapping[str, str], ports: Mapping[str, Ports]) -> list[Raw]:
    """Return the workload's routes, each host and path once."""
    stated = [route for route in found.routes if names.get(route.part) in ports] or _published(parts)
    hosts = _labels(stated)
    done: dict[tuple[str, str], Raw] = {}
    for route in stated:
        service = names[route.part]
        port = ports[service].called(route.port)
        part = next(each for each in parts.services if each.name == route.part)
        if port is None or part.optional:
            continue
        host = hosts.get(route.host or "", service)
        path = route.path.rstrip("/") or "/"
        entry: dict[str, Raw] = {"host": host, "path": path, "service": service, "port": port}
        health = _health(part, ports[service], port)
        if health is not None:
            entry["health_path"] = health
        if _is_path(path):
            done.setdefault((host, path), entry)
    return [*done.values()]


def routed(found: Found, parts: Sorted) -> list[Part]:
    """Return the parts that will have a route."""
    names = {route.part for route in found.routes} & {part.name for part in parts.services}
    names = names or {route.part for route in _published(parts)}
    return [part for part in parts.services if part.name in names]


def _published(parts: Sorted) -> list[FoundRoute]:
    """One route for each service with a published port that may speak HTTP; the machine's own come second."""
    for way in ("host", "local"):
        found = [
            FoundRoute(host=None, path="/", part=part.name, port=port.exposed or port.number)
            for part in parts.services
            for port in part.ports
            if port.published == way and port.protocol == "TCP" and port.number not in SPEAK_NO_HTTP
        ]
        once = {route.part: route for route in reversed(found)}
        if once:
            return [once[part.name] for part in parts.services if part.name in once]
    return _behind(parts)


def _behind(parts: Sorted) -> list[FoundRoute]:
    """What a proxy at the edge waited for, where nothing else is published."""
    wanted = {need for edge in parts.edges for need in edge.needs}
    behind = [part for part in parts.services if part.names & wanted]
    return [
        FoundRoute(host=None, path="/", part=part.name, port=port.exposed or port.number)
        for part in behind
        for port in part.ports[:1]
        if port.protocol == "TCP" and port.number not in SPEAK_NO_HTTP
    ]


def _labels(routes: list[FoundRoute]) -> dict[str, str]:
    """Return the label below the stack's domain for each host that the source names."""
    done: dict[str, str] = {}
    for route in routes:
        host = (route.host or "").strip(".").lower()
        first = host.partition(".")[0]
        if host and first.replace("-", "").isalnum() and first.isascii():
            done[route.host or ""] = first.strip("-")
    return done


def _health(part: Part, ports: Ports, port: str) -> str | None:
    for probe in (part.readiness, part.liveness, part.startup):
        if probe is not None and probe.path is not None and ports.numbered(probe.port) == port:
            return probe.path
    return None


def _is_path(path: str) -> bool:
    try:
        _PATH.validate_python(path)
    except ValidationError:
        return False
    return True


def add_ingress(draft: Draft, found: Found, parts: Sorted, routes: list[Raw]) -> None:
    """Add the section of the ingress, with what proxies at the edge did."""
    for edge in parts.edges:
        behind = [need for need in edge.needs if any(need in part.names for part in parts.services)]
        led = f", and led to {', '.join(behind)}" if behind else ""
        why = f"the platform's load balancer ends TLS and leads to services by host and path{led}"
        do = "say its rules as `ingress.routes` and `blocked_paths`"
        draft.comment(("ingress",), f"{edge.name} ({edge.image or edge.build}) is left out: {why}; {do}.")
    for route in found.routes:
        if route.host:
            draft.comment(
                ("ingress", "routes"),
                f"{route.host} was the host of {route.part}; hosts stand below the stack's domain.",
            )
    if not routes:
        draft.comment(
            ("ingress",), "No route could be made: where the outside is to reach a service, state its port and a route."
        )
        return
    draft.comment(
        ("ingress", "routes"),
        "`@` is the stack's domain itself; the load balancer asks `health_path`, / where none is stated.",
    )
    rate: dict[str, Raw] = {"requests": 1000, "window_seconds": 60}
    draft.comment(
        ("ingress", "rate_limit"), "Production asks for a limit for each address; raise it to what the product needs."
    )
    section: dict[str, Raw] = {"routes": routes, "rate_limit": rate}
    routed = {str(route["service"]) for route in routes if isinstance(route, dict)}
    services = draft.data["services"]
    sections = [services[name] for name in services if name in routed] if isinstance(services, dict) else []
    graces = [each.get("termination_grace_seconds") for each in sections if isinstance(each, dict)]
    shortest = min((grace for grace in graces if isinstance(grace, int)), default=_LEAVING)
    if shortest < _LEAVING:
        # A pod that is killed while the load balancer still sends it requests answers them with 502.
        section["deregistration_delay_seconds"] = shortest
    draft.data["ingress"] = section
