"""Rules about what is proven in production, and about the restore test."""

from collections.abc import Iterator

from settings.checks.common import service_and_port, unknown_service
from settings.problems import Finding
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.service import Service
from settings.workload.verification import TargetsProof


def check(workload: Workload) -> Iterator[Finding]:
    yield from _smoke(workload)
    load = workload.verification.load
    if load is not None:
        yield from service_and_port(workload, ("verification", "load"), load.service, load.port)
    limit = workload.verification.database_round_trip_milliseconds
    if limit is not None and workload.database is None:
        place: Path = ("verification", "database_round_trip_milliseconds")
        mend = "add the section `database:`, or remove it"
        yield Finding(place, limit, "a round trip to a database that the file has", mend, (("database",),))
    yield from _restore_test(workload)


def _smoke(workload: Workload) -> Iterator[Finding]:
    smoke = workload.verification.smoke
    if smoke is None:
        return
    hosts = list(dict.fromkeys(route.host for route in workload.ingress.routes))
    for index, proof in enumerate(smoke.checks):
        place: Path = ("verification", "smoke", "checks", index)
        if proof.host not in hosts:
            mend = choose(proof.host, hosts, "name the host of a route")
            yield Finding((*place, "host"), proof.host, f"the host of a route: {listed(hosts)}", mend)
        if isinstance(proof, TargetsProof):
            yield from _counted(workload, place, proof)


def _counted(workload: Workload, place: Path, proof: TargetsProof) -> Iterator[Finding]:
    service = workload.services.get(proof.service)
    if service is None:
        yield unknown_service(workload, (*place, "service"), proof.service)
    elif service.metrics is None and not (service.scaling and service.scaling.metrics):
        # One that scales by figures is told so by the rule about its autoscaler.
        mend = f"add services.{proof.service}.metrics, or remove the check"
        yield Finding((*place, "service"), proof.service, "a service whose metrics are scraped", mend)
    limit = workload.ingress.rate_limit
    if limit is not None and proof.requests > limit.threshold:
        allowed = f"at most the rate limit of one address, {limit.threshold}"
        concerns: tuple[Path, ...] = (("ingress", "rate_limit"),)
        yield Finding((*place, "requests"), proof.requests, allowed, f"lower it to {limit.threshold}", concerns)


def _restore_test(workload: Workload) -> Iterator[Finding]:
    test = workload.backups.restore_test
    if test is None:
        return
    place: Path = ("backups", "restore_test")
    if workload.backups.dump is None:
        mend = "add `backups.dump:`, or remove the test"
        yield Finding(place, test.schedule, "a test of dumps that are made", mend, (("backups", "dump"),))
    if test.service is None:
        return
    service = workload.services.get(test.service)
    if service is None:
        yield unknown_service(workload, (*place, "service"), test.service)
    elif not _tells_when_ready(service):
        mend = f"add services.{test.service}.probes.readiness.http, or leave `service:` out"
        yield Finding((*place, "service"), test.service, "a service with a readiness probe over HTTP", mend)


def _tells_when_ready(service: Service) -> bool:
    """Ask the service itself: in the test no container stands beside it."""
    readiness = service.probes.readiness
    return readiness is not None and readiness.http is not None and readiness.http.port in service.ports
