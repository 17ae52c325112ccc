"""Rules about service level objectives: they can be measured, and an alert of each can fire."""

from collections.abc import Iterator

from settings.checks.common import repeated, unknown_service
from settings.diagnostics import Diagnostic
from settings.facts.burn_rates import FASTEST
from settings.platform import PlatformSettings
from settings.raw import Path
from settings.runtimes import Feature
from settings.suggest import listed
from settings.workload import Workload
from settings.workload.objectives import EventObjective, LatencyObjective, Objective

_MANAGED_RETENTION_DAYS = 150
"""What Amazon Managed Service for Prometheus keeps without being asked.

https://docs.aws.amazon.com/prometheus/latest/userguide/AMP_quotas.html
"""


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report what the product's file contradicts itself in."""
    yield from repeated(
        ((("objectives", index, "name"), goal.name) for index, goal in enumerate(workload.objectives)),
        "objective name",
    )
    for index, objective in enumerate(workload.objectives):
        at: Path = ("objectives", index)
        yield from _service(workload, at, objective)
        if isinstance(objective, EventObjective):
            yield from _events(at, objective)
        if not isinstance(objective, LatencyObjective) and objective.budget * FASTEST >= 1:
            yield _too_large(at, objective.percent, of_failures=objective.kind == "error_ratio")


def _service(workload: Workload, at: Path, objective: Objective) -> Iterator[Diagnostic]:
    """Report a service that is not there, or whose metrics nobody collects."""
    path = (*at, "service")
    if objective.service not in workload.services:
        yield unknown_service(workload, path, objective.service)
    elif workload.services[objective.service].metrics is None:
        measured = [name for name, service in workload.services.items() if service.metrics is not None]
        fix = f"add services.{objective.service}.metrics: {{port: http, path: /metrics}}"
        concerns: tuple[Path, ...] = (("services", objective.service),)
        yield Diagnostic(path, objective.service, f"a service with metrics: {listed(measured)}", fix, concerns)


def _events(at: Path, objective: EventObjective) -> Iterator[Diagnostic]:
    """Report an objective that leaves open what fails, or says it twice."""
    stated = objective.selectors
    if len(stated) != 2:  # noqa: PLR2004 -- two of three determine the third
        fix = "remove one of them" if len(stated) > 2 else "add one, such as `bad` beside `total`"  # noqa: PLR2004
        yield Diagnostic(at, listed(stated) if stated else "none of them", "two of total, good and bad", fix)


def _too_large(at: Path, percent: float, *, of_failures: bool) -> Diagnostic:
    """Refuse a budget so large that not even an outage burns it at the pace that calls a person."""
    largest = 100 / FASTEST
    allowed = f"below {largest:.2f}" if of_failures else f"above {100 - largest:.2f}"
    why = (
        f"a person is called at {FASTEST:g} times the budget's pace, which more than every event would have to fail for"
    )
    return Diagnostic(
        (*at, "percent"), percent, f"{allowed}: {why}", "tighten it, or write a rule of your own in `alerts`"
    )


def check_platform(settings: PlatformSettings) -> Iterator[Diagnostic]:
    """Refuse, in production, a window that Prometheus has forgotten the beginning of; others show what they keep."""
    stack = settings.stack
    if stack.environment != "production":
        return
    on_cluster = Feature.KUBERNETES_API in stack.offers
    kept = stack.monitoring.metrics_retention_days if on_cluster else _MANAGED_RETENTION_DAYS
    longer = ", or set monitoring.metrics_retention_days: {}" if on_cluster else ""
    for index, objective in enumerate(settings.workload.objectives):
        if isinstance(objective, EventObjective) and objective.window_days > kept:
            yield Diagnostic(
                ("objectives", index, "window_days"),
                objective.window_days,
                f"at most {kept}, the days that the stack keeps metrics",
                f"shorten it{longer.format(objective.window_days)}",
                (("monitoring", "metrics_retention_days"),),
            )
