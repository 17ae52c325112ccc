"""What a product asks for that only one of the two runtimes can give."""

from collections.abc import Iterator

from settings.checks import tasks
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import ABSENT, Path
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.verification import TargetsProof


def check(context: StackContext) -> Iterator[Finding]:
    """On ECS there is no cluster: nothing that lives on one, and nothing that one lets in."""
    if context.stack.runtime != "ecs":
        return
    workload = context.workload
    wanted = {
        "timeseries": workload.timeseries is not None,
        "image_policy": workload.image_policy is not None,
        "helm_chart": workload.helm_chart is not None,
        "transit_encryption": workload.transit_encryption != "none",
    }
    product: tuple[Path, ...] = (("workload",),)
    for section, used in wanted.items():
        if used:
            allowed = f"eks: {workload.name} has `{section}:`, which takes a cluster"
            yield Finding(("runtime",), "ecs", allowed, "write eks, or run a product without it", product)
    bus = context.stack.event_bus
    if bus is not None and bus.address is None:
        allowed = f"eks, or the address of another one: {workload.name} has its event bus run on a cluster"
        mend = "write `event_bus: {address: bus.example.com:9876}`, or runtime: eks"
        yield Finding(("event_bus", "address"), ABSENT, allowed, mend, (*product, ("runtime",)))
    yield from tasks.check(context)
    if context.stack.application.toolbox:
        mend = "remove it; a task of the product's own image is started with `aws ecs run-task`"
        yield Finding(("application", "toolbox"), True, "false with runtime: ecs", mend, (("runtime",),))


def notes(stack: StackSettings, workload: Workload) -> Iterator[str]:
    """Say, a sentence each, what of the product takes a cluster and is left out on ECS."""
    if stack.runtime != "ecs":
        return
    left_out = {
        "dashboards": bool(workload.dashboards),
        "node_pools": bool(workload.node_pools),
        "verification.load": workload.verification.load is not None,
        "verification.database_round_trip_milliseconds": bool(workload.verification.database_round_trip_milliseconds),
    }
    for section, used in left_out.items():
        if used:
            yield f"{section}: made for a cluster; with runtime: ecs it is left out"
    yield from _proofs(workload)
    if not stack.ecs.prometheus and (workload.alerts or workload.objectives):
        yield "alerts: nobody reads the product's figures; `ecs.prometheus: true` does, and costs by the sample"
    if workload.namespace is not None:
        yield "namespace: made for a cluster; with runtime: ecs it is left out"
    for name, service in workload.services.items():
        if service.leader_election is not None:
            yield (
                f"services.{name}.leader_election: a Lease takes a cluster; with runtime: ecs the tasks agree by the"
                " database, or one of them runs"
            )
    for name, job in workload.jobs.items():
        if tasks.names_another(job):
            yield f"jobs.{name}: a task of its own finds no service by its name; with runtime: ecs it is left out"


def _proofs(workload: Workload) -> Iterator[str]:
    """Say which proofs a task cannot give: it asks no Prometheus, and holds one container at a time."""
    smoke, test = workload.verification.smoke, workload.backups.restore_test
    if smoke is not None and any(isinstance(each, TargetsProof) for each in smoke.checks):
        yield "verification.smoke: nobody counts each target's requests; with runtime: ecs the other checks are tried"
    if test is not None and (test.service is not None or workload.migration is not None):
        yield (
            "backups.restore_test: with runtime: ecs the dump is restored; the migration and the service on top of it"
            " take a cluster"
        )
