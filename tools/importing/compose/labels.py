"""What labels ask of other programs: Traefik's routers, and the schedules of Ofelia and Swarm's cron job."""

import re
from collections.abc import Iterator, Mapping

from tools.importing.amounts import cron
from tools.importing.found import FoundPort, FoundRoute, Part
from tools.importing.trees import words

_ROUTER = re.compile(r"traefik\.http\.routers\.([^.]+)\.(rule|service)")
_SERVER = re.compile(r"traefik\.http\.services\.([^.]+)\.loadbalancer\.server\.port")
_TCP = re.compile(r"traefik\.(tcp|udp)\.routers\.([^.]+)\.rule")
_HOSTS = re.compile(r"Host\(([^)]*)\)")
_PREFIXES = re.compile(r"Path(?:Prefix)?\(([^)]*)\)")
_QUOTED = re.compile(r"[`'\"]([^`'\"]+)[`'\"]")
_OFELIA = re.compile(r"ofelia\.job-(exec|run|local)\.([^.]+)\.(schedule|command)")
_SWARM = "swarm.cronjob.schedule"


def routes(part: Part, labels: Mapping[str, str | None]) -> Iterator[FoundRoute]:
    """Yield where Traefik sends requests of; its TCP routers become notes."""
    if (labels.get("traefik.enable") or "true").lower() == "false":
        return
    ports = [int(port or 0) for label, port in labels.items() if _SERVER.fullmatch(label) and (port or "").isdigit()]
    tcp = [each.number for each in part.ports if each.protocol == "TCP"]
    for label, rule in labels.items():
        router = _ROUTER.fullmatch(label)
        if router is not None and router[2] == "rule" and rule:
            target = (ports or tcp)[:1]
            hosts = [name for group in _HOSTS.findall(rule) for name in _QUOTED.findall(group)]
            prefixes = [path for group in _PREFIXES.findall(rule) for path in _QUOTED.findall(group)]
            for host in hosts or [None]:
                for path in prefixes or ["/"]:
                    for port in target:
                        if port not in {each.number for each in part.ports}:
                            part.ports.insert(0, FoundPort(number=port))
                        yield FoundRoute(host=host, path=path.rstrip("*"), part=part.name, port=port)
        closed = _TCP.fullmatch(label)
        if closed is not None:
            why = "the platform's load balancer speaks HTTP"
            part.note(
                f"the {closed[1].upper()} router {closed[2]}", why, "leave this port out, or reach it another way"
            )


def scheduled(part: Part, labels: Mapping[str, str | None]) -> list[Part]:
    """Return the jobs that labels ask of a scheduler; a whole service on a schedule becomes a job itself."""
    stated: dict[str, dict[str, str]] = {}
    for label, value in labels.items():
        match = _OFELIA.fullmatch(label)
        if match is not None:
            stated.setdefault(match[2], {})[match[3]] = value or ""
    found: list[Part] = []
    for name, job in stated.items():
        schedule = cron(job.get("schedule", ""))
        if schedule is None or not job.get("command"):
            why = f"its schedule {job.get('schedule', '')!r} has no form of five fields, or it has no command"
            part.note(f"the scheduled job {name}", why, "describe it under `jobs:`")
            continue
        found.append(_like(part, name, schedule, words(job["command"])))
    if labels.get(_SWARM):
        part.schedule = cron(labels[_SWARM] or "")
        part.kind = "job"
    return found


def _like(part: Part, name: str, schedule: str, command: tuple[str, ...]) -> Part:
    return Part(
        name=name if name != part.name else f"{name}-job",
        origin=part.origin,
        kind="job",
        image=part.image,
        build=part.build,
        command=command,
        variables=dict(part.variables),
        needs=dict(part.needs),
        schedule=schedule,
    )
