"""Rules about routes and time-outs."""

from collections.abc import Iterator

from settings.checks.common import repeated, service_and_port
from settings.problems import Finding
from settings.workload import Workload


def check(workload: Workload) -> Iterator[Finding]:
    ingress = workload.ingress
    for index, route in enumerate(ingress.routes):
        yield from service_and_port(workload, ("ingress", "routes", index), route.service, route.port)
    hosts = ((("ingress", "routes", index), f"{route.host} {route.path}") for index, route in enumerate(ingress.routes))
    yield from repeated(hosts, "host and path")
    if ingress.rate_limit and not ingress.routes:
        place = ("ingress", "rate_limit")
        limit = ingress.rate_limit.requests
        yield Finding(
            place, limit, "a limit on routes that exist", "add `routes:`, or remove it", (("ingress", "routes"),)
        )
    yield from _leaving(workload)


def _leaving(workload: Workload) -> Iterator[Finding]:
    """A pod that is killed while the load balancer still sends it requests answers them with 502."""
    delay = workload.ingress.deregistration_delay_seconds
    place = ("ingress", "deregistration_delay_seconds")
    for name in dict.fromkeys(route.service for route in workload.ingress.routes):
        service = workload.services.get(name)
        if service and delay > service.termination_grace_seconds:
            grace = service.termination_grace_seconds
            allowed = f"at most services.{name}.termination_grace_seconds, {grace}"
            mend = f"lower it to {grace}, or raise the grace to {delay}"
            yield Finding(place, delay, allowed, mend, (("services", name, "termination_grace_seconds"),))
