"""Rules about what is proven in production, and about the restore test."""

from collections.abc import Iterator

from settings.checks.common import service_and_port, unknown_service
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.service import Service
from settings.workload.verification import TargetsProof


def check(workload: Workload) -> Iterator[Diagnostic]:
    yield from _smoke(workload)
    load = workload.verification.load
    if load is not None:
        yield from service_and_port(workload, ("verification", "load"), load.service, load.port)
    limit = workload.verification.database_round_trip_milliseconds
    if limit is not None and workload.database is None:
        place: Path = ("verification", "database_round_trip_milliseconds")
        fix = "add the section `database:`, or remove it"
        yield Diagnostic(place, limit, "a round trip to a database that the file has", fix, (("database",),))
    yield from _restore_test(workload)


def _smoke(workload: Workload) -> Iterator[Diagnostic]:
    smoke = workload.verification.smoke
    if smoke is None:
        return
    hosts = list(dict.fromkeys(route.host for route in workload.ingress.routes))
    for index, proof in enumerate(smoke.checks):
        place: Path = ("verification", "smoke", "checks", index)
        if proof.host not in hosts:
            fix = choose(proof.host, hosts, "name the host of a route")
            yield Diagnostic((*place, "host"), proof.host, f"the host of a route: {listed(hosts)}", fix)
        if isinstance(proof, TargetsProof):
            yield from _counted(workload, place, proof)


def _counted(workload: Workload, place: Path, proof: TargetsProof) -> Iterator[Diagnostic]:
    service = workload.services.get(proof.service)
    if service is None:
        yield unknown_service(workload, (*place, "service"), proof.service)
    elif service.metrics is None and not (service.scaling and service.scaling.metrics):
        # The rule about its autoscaler reports a service that scales by a metric.
        fix = f"add services.{proof.service}.metrics, or remove the check"
        yield Diagnostic((*place, "service"), proof.service, "a service whose metrics are scraped", fix)
    limit = workload.ingress.rate_limit
    if limit is not None and proof.requests > limit.threshold:
        allowed = f"at most the rate limit of one address, {limit.threshold}"
        concerns: tuple[Path, ...] = (("ingress", "rate_limit"),)
        yield Diagnostic((*place, "requests"), proof.requests, allowed, f"lower it to {limit.threshold}", concerns)


def _restore_test(workload: Workload) -> Iterator[Diagnostic]:
    test = workload.backups.restore_test
    if test is None:
        return
    place: Path = ("backups", "restore_test")
    if workload.backups.dump is None:
        fix = "add `backups.dump:`, or remove the test"
        yield Diagnostic(place, test.schedule, "a test of dumps that are made", fix, (("backups", "dump"),))
    if test.service is None:
        return
    service = workload.services.get(test.service)
    if service is None:
        yield unknown_service(workload, (*place, "service"), test.service)
    elif not _tells_when_ready(service):
        fix = f"add services.{test.service}.probes.readiness.http, or leave `service:` out"
        yield Diagnostic((*place, "service"), test.service, "a service with a readiness probe over HTTP", fix)


def _tells_when_ready(service: Service) -> bool:
    """Ask the service itself: in the test no container stands beside it."""
    readiness = service.probes.readiness
    return readiness is not None and readiness.http is not None and readiness.http.port in service.ports
