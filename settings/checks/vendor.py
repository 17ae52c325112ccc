"""Rules about a product that comes as its vendor's Helm chart."""

from collections.abc import Iterator

from settings.checks.common import component_present, unknown_service
from settings.checks.context import StackContext
from settings.problems import Finding
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


def check(workload: Workload) -> Iterator[Finding]:
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
    if workload.environment and set(workload.services) <= set(chart.services):
        allowed = "none for a product whose services a chart runs"
        mend = "write it in the chart's values file, or under `outputs:`"
        given = f"{len(workload.environment)} variables"
        yield Finding(("environment",), given, allowed, mend, (("helm_chart", "services"),))
    yield from _values(chart)
    yield from _before_the_chart(workload)


def _left_to_the_chart(name: str, service: Service) -> Iterator[Finding]:
    for key in sorted(service.model_fields_set - _KNOWN):
        allowed = f"what the platform has to know of a service that a chart runs: {key} is the chart's own"
        mend = "remove it, and write it in the chart's values file"
        yield Finding(("services", name, key), key, allowed, mend, (("helm_chart", "services"),))


def _values(chart: VendorChart) -> Iterator[Finding]:
    """Two values at one place: one of them would be lost."""
    places: dict[str, Path] = {key: ("helm_chart", "outputs", key) for key in chart.outputs}
    if chart.secret_name is not None and chart.secret_name in places:
        at: Path = ("helm_chart", "secret_name")
        yield Finding(at, chart.secret_name, "each value once", "change one of the two", (places[chart.secret_name],))
    for key, at in places.items():
        above = [other for other in places if key.startswith(f"{other}.")]
        if above:
            yield Finding(
                at, key, f"a place that is not below {above[0]}", "change one of the two", (places[above[0]],)
            )


def _before_the_chart(workload: Workload) -> Iterator[Finding]:
    """The platform's own release goes first, with the ways in and out: what it waits for must not need the chart."""
    for name, job in workload.jobs.items():
        if job.schedule is None:
            allowed = "a schedule, for a Job after a rollout would run before the chart's"
            yield Finding(("jobs", name), name, allowed, "add `schedule:`", (("helm_chart",),))
    smoke = workload.verification.smoke
    if smoke is not None and smoke.after_rollout:
        at: Path = ("verification", "smoke", "after_rollout")
        allowed = "false: the chart is rolled out after the platform's own release"
        yield Finding(at, True, allowed, "write `after_rollout: false`, and start it by hand", (("helm_chart",),))


def check_stack(context: StackContext) -> Iterator[Finding]:
    if context.workload.helm_chart is not None and context.stack.application.stopped:
        allowed = "false for a product that its vendor's chart runs"
        mend = "scale its Deployments by hand"
        yield Finding(("application", "stopped"), True, allowed, mend, (("workload",),))
