"""Rules that span several fields: each is a generator of findings over validated models, and nothing else."""

from collections.abc import Iterable, Iterator

from settings.base import Settings
from settings.checks import (
    api_access,
    consoles,
    data,
    duplicates,
    environments,
    event_bus,
    expressions,
    files,
    images,
    ingress,
    jobs,
    literals,
    namespace,
    network,
    observation,
    pods,
    production,
    ranges,
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
from settings.raw import Path
from settings.workload import Workload

_WORKLOAD_RULES = (
    namespace.check,
    services.check,
    running.check,
    variables.check_shared,
    literals.check,
    files.check,
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
    expressions.check,
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
    ranges.check,
    literals.check_stack,
)


def workload_findings(workload: Workload) -> Iterator[Finding]:
    """Every mistake that the workload file alone shows."""
    yield from _once((finding for rule in _WORKLOAD_RULES for finding in rule(workload)), workload)


def stack_findings(context: StackContext) -> Iterator[Finding]:
    """Every mistake that the stack's settings show, alone or against its workload and the other stacks."""
    yield from _once((finding for rule in _STACK_RULES for finding in rule(context)), context.stack)


def _once(findings: Iterable[Finding], model: Settings) -> Iterator[Finding]:
    """Add what stands twice in a list, unless a rule that knows the list has said so."""
    told: set[Path] = set()
    for finding in findings:
        told.add(finding.path)
        yield finding
    yield from (finding for finding in duplicates.check(model) if finding.path not in told)


def workload_findings_in(context: StackContext) -> Iterator[Finding]:
    """Every mistake in the workload file that only this stack makes one."""
    yield from production.check_images(context)
    yield from production.check_product(context)
    yield from images.check(context)
    yield from windows.check_product(context)
