"""What a product or a stack asks for that its runtime lacks: refused, or left out with a note."""

from collections.abc import Iterator

from settings.arithmetic.tasks import names_another
from settings.checks import tasks
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT
from settings.runtimes import Feature, offering
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.container import Probe
from settings.workload.verification import TargetsProof


def check(context: StackContext) -> Iterator[Diagnostic]:
    """Report what the runtime lacks and does nothing instead of, as settings/runtimes.py states it."""
    stack = context.stack
    for feature, section in _asked(stack, context.workload):
        lack = stack.offers.lacks.get(feature)
        if lack is not None and lack.instead is None:
            allowed = f"{offering(feature)}: {stack.workload} has `{section}:`, {lack.why}"
            fix = f"write {offering(feature)}, or run a product without it"
            yield Diagnostic(("runtime",), stack.runtime, allowed, fix, of_product((section,)))
    yield from _event_bus(context)
    yield from _toolbox(stack)
    yield from stack.offers.by_size(pods=_nothing, tasks=tasks.check)(context)


def _nothing(_: StackContext) -> Iterator[Diagnostic]:
    """Pods are judged by the arithmetic over both files alone."""
    yield from ()


def _event_bus(context: StackContext) -> Iterator[Diagnostic]:
    stack, feature = context.stack, Feature.EVENT_BUS_OF_ITS_OWN
    lack, bus = stack.offers.lacks.get(feature), stack.event_bus
    if lack is None or bus is None or bus.address is not None:
        return
    allowed = f"{offering(feature)}, or the address of another one: {stack.workload} {lack.why}"
    fix = f"write `event_bus: {{address: bus.example.com:9876}}`, or runtime: {offering(feature)}"
    yield Diagnostic(("event_bus", "address"), ABSENT, allowed, fix, (*of_product(("event_bus",)), ("runtime",)))


def _toolbox(stack: StackSettings) -> Iterator[Diagnostic]:
    lack = stack.offers.lacks.get(Feature.TOOLBOX)
    if lack is not None and stack.application.toolbox:
        allowed = f"false with runtime: {stack.runtime}"
        yield Diagnostic(("application", "toolbox"), True, allowed, f"remove it; {lack.why}", (("runtime",),))


def notes(stack: StackSettings, workload: Workload) -> Iterator[str]:
    """Say, a sentence each, what of the product the runtime lacks, and what happens instead."""
    for feature, place in _asked(stack, workload):
        lack = stack.offers.lacks.get(feature)
        if lack is not None and lack.instead is not None:
            yield f"{place}: {lack.why}; with runtime: {stack.runtime} {lack.instead}"


def _asked(stack: StackSettings, workload: Workload) -> Iterator[tuple[Feature, str]]:
    """Yield what a product asks for that not every runtime has, and the place of its file that does."""
    proofs, smoke, test = workload.verification, workload.verification.smoke, workload.backups.restore_test
    asked = (
        (Feature.TIMESERIES, "timeseries", workload.timeseries is not None),
        (Feature.IMAGE_POLICY, "image_policy", workload.image_policy is not None),
        (Feature.HELM_CHART, "helm_chart", workload.helm_chart is not None),
        (Feature.TRANSIT_ENCRYPTION, "transit_encryption", workload.transit_encryption != "none"),
        (Feature.DASHBOARDS, "dashboards", bool(workload.dashboards)),
        (Feature.NODE_POOLS, "node_pools", bool(workload.node_pools)),
        (Feature.LOAD_TEST, "verification.load", proofs.load is not None),
        (
            Feature.ROUND_TRIP,
            "verification.database_round_trip_milliseconds",
            bool(proofs.database_round_trip_milliseconds),
        ),
        (
            Feature.REQUESTS_BY_TARGET,
            "verification.smoke",
            smoke is not None and any(isinstance(each, TargetsProof) for each in smoke.checks),
        ),
        (
            Feature.RESTORED_APPLICATION,
            "backups.restore_test",
            test is not None and (test.service is not None or workload.migration is not None),
        ),
        (
            Feature.METRICS_UNASKED,
            "alerts",
            not stack.ecs.prometheus and bool(workload.alerts or workload.objectives),
        ),
        (Feature.NAMESPACE, "namespace", workload.namespace is not None),
    )
    yield from ((feature, place) for feature, place, used in asked if used)
    for name, service in workload.services.items():
        if service.leader_election is not None:
            yield Feature.LEASES, f"services.{name}.leader_election"
        for kind in ("startup", "readiness", "liveness"):
            probe: Probe | None = getattr(service.probes, kind)
            if probe is not None and probe.grpc is not None:
                yield Feature.GRPC_PROBES, f"services.{name}.probes.{kind}"
    for name, job in workload.jobs.items():
        if names_another(job):
            yield Feature.CALLS_OF_JOBS, f"jobs.{name}"
