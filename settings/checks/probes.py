"""Rules about probes: whom they ask, and whether they can pass before somebody gives up."""

from collections.abc import Iterator

from settings.checks.common import known_port
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Probe, Probes, Service

PROGRESS_SECONDS = 300
"""A pod that is not ready by then fails its rollout: the chart's `progressDeadlineSeconds`."""


def check(workload: Workload, name: str, service: Service) -> Iterator[Diagnostic]:
    """Report what is wrong with each of a service's probes, and with the three together."""
    path: Path = ("services", name, "probes")
    yield from check_container(workload, ("services", name), name, service.probes)
    yield from _restarted_before_ready(path, service)
    yield from _ready_too_late(path, service)
    yield from _starting_too_long(path, service)


def check_container(workload: Workload, path: Path, service: str, probes: Probes) -> Iterator[Diagnostic]:
    """Report what is wrong with each probe of the container at `path`; it may ask any port of the service's pods."""
    for kind in ("startup", "readiness", "liveness"):
        probe: Probe | None = getattr(probes, kind)
        if probe is not None:
            yield from _probe(workload, (*path, "probes", kind), service, probe)


def _restarted_before_ready(path: Path, service: Service) -> Iterator[Diagnostic]:
    ready, live = service.probes.readiness, service.probes.liveness
    if ready is None or live is None or service.probes.startup:
        return
    killed_after = live.initial_delay_seconds + live.period_seconds * live.failure_threshold
    if ready.initial_delay_seconds >= killed_after:
        sum_ = f"{live.initial_delay_seconds} + {live.period_seconds} x {live.failure_threshold} = {killed_after}"
        allowed = f"below {killed_after}: liveness restarts the container after {sum_} s"
        fix = "add a startup probe, or raise liveness.failure_threshold"
        at = (*path, "readiness", "initial_delay_seconds")
        yield Diagnostic(at, ready.initial_delay_seconds, allowed, fix, ((*path, "liveness"),))


def _ready_too_late(path: Path, service: Service) -> Iterator[Diagnostic]:
    """Readiness is asked from its first delay on, and needs so many good answers, a period apart."""
    ready = service.probes.readiness
    if ready is None:
        return
    more = ready.success_threshold - 1
    earliest = ready.initial_delay_seconds + ready.period_seconds * more
    if earliest >= PROGRESS_SECONDS:
        sum_ = f"{ready.initial_delay_seconds} + {ready.period_seconds} x {more} = {earliest}"
        allowed = f"ready before {PROGRESS_SECONDS} s, when a rollout fails; at the earliest it is after {sum_} s"
        yield Diagnostic((*path, "readiness"), earliest, allowed, "lower initial_delay_seconds or success_threshold")


def _starting_too_long(path: Path, service: Service) -> Iterator[Diagnostic]:
    start = service.probes.startup
    if start is None:
        return
    longest = start.initial_delay_seconds + start.period_seconds * start.failure_threshold
    if longest > PROGRESS_SECONDS:
        sum_ = f"{start.initial_delay_seconds} + {start.period_seconds} x {start.failure_threshold} = {longest}"
        allowed = f"at most {PROGRESS_SECONDS} s, when a rollout fails; it waits for {sum_} s"
        yield Diagnostic((*path, "startup"), longest, allowed, "lower failure_threshold or period_seconds")


def _probe(workload: Workload, path: Path, service: str, probe: Probe) -> Iterator[Diagnostic]:
    kind = path[-1]
    asked = (("http", probe.http), ("tcp", probe.tcp), ("grpc", probe.grpc))
    ways = [way for way, stated in (*asked, ("command", probe.command)) if stated]
    if len(ways) != 1:
        fix = "keep `http: {path: …, port: …}`, `tcp: {port: …}`, `grpc: {port: …}` or `command: […]`"
        yield Diagnostic(path, " and ".join(ways) or "none", "exactly one of http, tcp, grpc and command", fix)
    for way, checked in asked:
        if checked:
            yield from known_port(workload, (*path, way, "port"), service, checked.port)
    if probe.timeout_seconds > probe.period_seconds:
        allowed = f"at most the period, {probe.period_seconds} s"
        fix = f"lower it to {probe.period_seconds}, or raise the period to {probe.timeout_seconds}"
        at = (*path, "timeout_seconds")
        yield Diagnostic(at, probe.timeout_seconds, allowed, fix, ((*path, "period_seconds"),))
    if kind != "readiness" and probe.success_threshold != 1:
        at = (*path, "success_threshold")
        yield Diagnostic(at, probe.success_threshold, f"1 for a {kind} probe (Kubernetes)", "remove it")
