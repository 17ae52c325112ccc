"""What is allowed but worth a look; printed, never refused."""

from collections.abc import Iterator
from datetime import date, timedelta

from settings.checks import runtime
from settings.stack import StackSettings
from settings.versions import KUBERNETES
from settings.workload import Workload
from settings.workload.service import Service

_SOON = timedelta(days=90)


def notes(stack: StackSettings, workload: Workload, today: date) -> Iterator[str]:
    """Yield one sentence for each thing worth a look; `today` is what support dates are held against."""
    yield from _unused_secrets(workload)
    yield from _scaling(workload)
    yield from _limits(workload)
    yield from _support(stack, today)
    yield from runtime.notes(stack, workload)
    yield from _switched_off(stack)
    if not stack.monitoring.recipients:
        yield "monitoring.emails: alarms are sent to nobody; add an address, or a Slack channel"
    if stack.environment == "production":
        yield from _single_points(stack)


def _users(service: Service) -> Iterator[str]:
    yield from service.pod_secrets
    yield from (file.secret for file in service.files.values() if file.secret)


def _unused_secrets(workload: Workload) -> Iterator[str]:
    used = {name for service in workload.services.values() for name in _users(service)}
    used |= set(workload.migration.secrets) if workload.migration else set()
    used |= {name for job in workload.jobs.values() for name in job.secrets}
    for name in workload.secrets:
        if name not in used:
            yield f"secrets.{name}: no service, file or migration reads it"


def _scaling(workload: Workload) -> Iterator[str]:
    for name, service in workload.services.items():
        replicas = service.replicas
        if service.scaling is None and replicas.maximum > replicas.minimum:
            span = f"{replicas.minimum}-{replicas.maximum}"
            yield f"services.{name}: {span} pods but no scaling target; it stays at {replicas.minimum}"
        if service.scaling is not None and replicas.maximum == replicas.minimum:
            yield f"services.{name}: a scaling target, but always {replicas.minimum} pods"


def _limits(workload: Workload) -> Iterator[str]:
    """OB-N12: two limits, one per client address at the edge and one per user in the application."""
    limit = workload.ingress.rate_limit
    if limit and limit.application_requests and limit.requests < limit.application_requests:
        yield (
            f"ingress.rate_limit: the edge allows {limit.requests} requests in {limit.window_seconds} s, "
            f"the application {limit.application_requests}; users behind one address share the lower limit"
        )


def _support(stack: StackSettings, today: date) -> Iterator[str]:
    support = KUBERNETES[stack.cluster.version]
    if today + _SOON >= support.standard_ends:
        verb = "left" if today >= support.standard_ends else "leaves"
        yield (
            f"cluster.version: {stack.cluster.version} {verb} standard support on {support.standard_ends}; "
            f"the newest is {max(KUBERNETES)}"
        )


def _switched_off(stack: StackSettings) -> Iterator[str]:
    """What somebody switched at night, and should not forget by day."""
    if stack.application.stopped:
        yield "application.stopped: no pod, task or job of the product runs, and its alerts are silent"
    if stack.database is not None and stack.database.restored is not None:
        host = stack.database.restored.host
        yield f"database.restored: the product uses {host}, which no alarm and no backup of this stack knows"
    if not stack.ingress.serving:
        yield "ingress.serving: no name leads here; another stack must answer for the product's hosts"
    if stack.ingress.maintenance:
        yield "ingress.maintenance: every request is answered with 503"


def _single_points(stack: StackSettings) -> Iterator[str]:
    if stack.network.nat == "single":
        yield "network.nat: one NAT gateway; its zone's failure cuts every zone off from the internet"
    if stack.protection.allow_unsafe:
        yield "protection.allow_unsafe: production may be weaker than its environment and its policies ask for"
