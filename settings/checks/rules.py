"""Rules that span several fields: each is a generator of diagnostics over validated models, and nothing else."""

from collections.abc import Iterable, Iterator

from settings.base import Settings
from settings.capabilities import SECTIONS
from settings.checks import (
    api_access,
    aws_callers,
    consoles,
    copies,
    duplicates,
    environments,
    existing,
    expressions,
    files,
    firewall,
    folders,
    further_domain,
    images,
    ingress,
    jobs,
    literals,
    namespace,
    network,
    objectives,
    observation,
    peers,
    permits,
    pods,
    production,
    protocols,
    queues,
    ranges,
    recovery,
    regions,
    roles,
    running,
    runtime,
    secrets,
    selection,
    services,
    sign_on,
    stack,
    tcp,
    variables,
    vendor,
    verification,
    windows,
)
from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload import Workload

_WORKLOAD_RULES = (
    namespace.check,
    services.check,
    peers.check,
    running.check,
    variables.check_shared,
    literals.check,
    files.check,
    folders.check,
    pods.check,
    vendor.check,
    jobs.check,
    secrets.check,
    roles.check,
    aws_callers.check,
    queues.check,
    *(section.check for section in SECTIONS if section.check is not None),
    environments.check,
    ingress.check,
    protocols.check,
    firewall.check,
    tcp.check,
    observation.check,
    objectives.check,
    expressions.check,
    verification.check,
    recovery.check,
)
_STACK_RULES = (
    network.check,
    regions.check,
    copies.check,
    existing.check,
    stack.check,
    selection.check,
    peers.check_stack,
    vendor.check_stack,
    windows.check,
    permits.check,
    production.check,
    secrets.check_provided,
    *(section.check_stack for section in SECTIONS if section.check_stack is not None),
    queues.check_stack,
    ingress.check_stack,
    further_domain.check,
    protocols.check_stack,
    tcp.check_stack,
    sign_on.check,
    consoles.check,
    runtime.check,
    api_access.check,
    images.check_stack,
    ranges.check,
    literals.check_stack,
)


def workload_diagnostics(workload: Workload) -> Iterator[Diagnostic]:
    """Every mistake that the workload file alone shows."""
    yield from _once((diagnostic for rule in _WORKLOAD_RULES for diagnostic in rule(workload)), workload)


def stack_diagnostics(context: StackContext) -> Iterator[Diagnostic]:
    """Every mistake that the stack's settings show, alone or against its workload and the other stacks."""
    yield from _once((diagnostic for rule in _STACK_RULES for diagnostic in rule(context)), context.stack)


def _once(diagnostics: Iterable[Diagnostic], model: Settings) -> Iterator[Diagnostic]:
    """Add what stands twice in a list, unless a rule that knows the list has said so."""
    reported: set[Path] = set()
    for diagnostic in diagnostics:
        reported.add(diagnostic.path)
        yield diagnostic
    yield from (diagnostic for diagnostic in duplicates.check(model) if diagnostic.path not in reported)


def workload_diagnostics_in(context: StackContext) -> Iterator[Diagnostic]:
    """Every mistake in the workload file that only this stack makes one."""
    yield from production.check_images(context)
    yield from production.check_product(context)
    yield from images.check(context)
    yield from windows.check_product(context)
