"""Rules about a product that comes as its vendor's Helm chart."""

from collections.abc import Iterator

from settings.checks.common import component_present, unknown_service
from settings.checks.peers import of_one_pod
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Service
from settings.workload.vendor import VendorChart

_KNOWN = frozenset(
    {
        "image",
        "ports",
        "replicas",
        "resources",
        "secrets",
        "uses",
        "database_pool",
        "timeseries_pool",
        "cache_pool",
        "calls",
        "egress",
        "metrics",
        "security",
        "termination_grace_seconds",
    }
)
"""What the platform needs to know of a service that it does not run itself; all else is the chart's."""


def check(workload: Workload) -> Iterator[Diagnostic]:
    chart = workload.helm_chart
    if chart is None:
        return
    path: Path = ("helm_chart",)
    for name in chart.services:
        service = workload.services.get(name)
        if service is None:
            yield unknown_service(workload, (*path, "services", name), name)
        else:
            yield from _left_to_the_chart(name, service)
    for key, output in chart.outputs.items():
        yield from component_present(workload, (*path, "outputs", key), output)
        fix = "let the chart read it by the downward API"
        yield from of_one_pod((*path, "outputs", key), (output,), "values of a chart", fix)
    if workload.environment and set(workload.services) <= set(chart.services):
        allowed = "none for a product whose services a chart runs"
        fix = "write it in the chart's values file, or under `outputs:`"
        given = f"{len(workload.environment)} variables"
        yield Diagnostic(("environment",), given, allowed, fix, (("helm_chart", "services"),))
    yield from _values(chart)
    yield from _before_the_chart(workload)


def _left_to_the_chart(name: str, service: Service) -> Iterator[Diagnostic]:
    for key in sorted(service.model_fields_set - _KNOWN):
        allowed = f"keys that the platform needs for a service that a chart runs; {key} belongs to the chart"
        fix = "remove it, and write it in the chart's values file"
        yield Diagnostic(("services", name, key), key, allowed, fix, (("helm_chart", "services"),))


def _values(chart: VendorChart) -> Iterator[Diagnostic]:
    """Two values at one place: one of them would be lost."""
    places: dict[str, Path] = {key: ("helm_chart", "outputs", key) for key in chart.outputs}
    if chart.secret_name is not None and chart.secret_name in places:
        at: Path = ("helm_chart", "secret_name")
        yield Diagnostic(
            at, chart.secret_name, "each value once", "change one of the two", (places[chart.secret_name],)
        )
    for key, at in places.items():
        above = [other for other in places if key.startswith(f"{other}.")]
        if above:
            yield Diagnostic(
                at, key, f"a place that is not below {above[0]}", "change one of the two", (places[above[0]],)
            )


def _before_the_chart(workload: Workload) -> Iterator[Diagnostic]:
    """The platform's own release goes first, with the ways in and out: what it waits for must not need the chart."""
    for name, job in workload.jobs.items():
        if job.schedule is None:
            allowed = "a schedule, for a Job after a rollout would run before the chart's"
            yield Diagnostic(("jobs", name), name, allowed, "add `schedule:`", (("helm_chart",),))
    smoke = workload.verification.smoke
    if smoke is not None and smoke.after_rollout:
        at: Path = ("verification", "smoke", "after_rollout")
        allowed = "false: the chart is rolled out after the platform's own release"
        yield Diagnostic(at, True, allowed, "write `after_rollout: false`, and start it by hand", (("helm_chart",),))


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    if context.workload.helm_chart is not None and context.stack.application.stopped:
        allowed = "false for a product that its vendor's chart runs"
        fix = "scale its Deployments by hand"
        yield Diagnostic(("application", "stopped"), True, allowed, fix, of_product(("helm_chart",)))
