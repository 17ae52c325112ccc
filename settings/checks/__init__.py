"""Rules that span several fields: each is a generator of findings over validated models, and nothing else."""

from collections.abc import Iterator

from settings.checks import (
    api_access,
    consoles,
    data,
    environments,
    event_bus,
    images,
    ingress,
    jobs,
    namespace,
    network,
    observation,
    pods,
    production,
    regions,
    running,
    runtime,
    secrets,
    selection,
    services,
    sign_on,
    stack,
    timeseries,
    variables,
    vendor,
    verification,
    windows,
)
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.workload import Workload

_WORKLOAD_RULES = (
    namespace.check,
    services.check,
    running.check,
    variables.check_shared,
    pods.check,
    vendor.check,
    jobs.check,
    secrets.check,
    data.check,
    timeseries.check,
    event_bus.check,
    environments.check,
    ingress.check,
    observation.check,
    verification.check,
)
_STACK_RULES = (
    network.check,
    regions.check,
    stack.check,
    selection.check,
    vendor.check_stack,
    windows.check,
    production.check,
    secrets.check_provided,
    timeseries.check_stack,
    event_bus.check_stack,
    ingress.check_stack,
    sign_on.check,
    consoles.check,
    runtime.check,
    api_access.check,
    images.check_stack,
)


def workload_findings(workload: Workload) -> Iterator[Finding]:
    """Every mistake that the workload file alone shows."""
    for rule in _WORKLOAD_RULES:
        yield from rule(workload)


def stack_findings(context: StackContext) -> Iterator[Finding]:
    """Every mistake that the stack's settings show, alone or against its workload and the other stacks."""
    for rule in _STACK_RULES:
        yield from rule(context)


def workload_findings_in(context: StackContext) -> Iterator[Finding]:
    """Every mistake in the workload file that only this stack makes one."""
    yield from production.check_images(context)
    yield from images.check(context)
    yield from windows.check_product(context)
