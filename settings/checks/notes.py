"""What is allowed but worth a look; printed, never refused."""

from collections.abc import Iterator
from datetime import date

from settings.arithmetic.support import supported
from settings.checks import permits, recovery, runtime
from settings.stack import StackSettings
from settings.workload import Workload
from settings.workload.service import Service

_SOON_DAYS = 90


def notes(stack: StackSettings, workload: Workload, today: date) -> Iterator[str]:
    """Yield one sentence for each thing worth a look; `today` is what support dates are held against."""
    yield from _unused_secrets(workload)
    yield from _scaling(workload)
    yield from _pooled(workload)
    yield from _limits(workload)
    yield from _exceptions(workload)
    yield from _opened(workload)
    yield from _support(stack, workload, today)
    yield from permits.notes(stack, workload, today)
    yield from runtime.notes(stack, workload)
    yield from recovery.notes(stack, workload)
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


def _exceptions(workload: Workload) -> Iterator[str]:
    for index, stated in enumerate(workload.ingress.firewall_exceptions):
        place = f"ingress.firewall_exceptions[{index}]"
        yield f"{place}: {stated.rule} does not block on {', '.join(stated.paths)}, because: {stated.reason}"


def _opened(workload: Workload) -> Iterator[str]:
    for index, port in enumerate(workload.ingress.tcp_ports):
        if port.open_because is not None:
            place = f"ingress.tcp_ports[{index}]"
            yield f"{place}: everybody may connect to port {port.listen}, because: {port.open_because}"


def _pooled(workload: Workload) -> Iterator[str]:
    needs = workload.database
    if needs is not None and needs.pooler is not None and needs.further:
        yield f"database.pooler: it leads to {needs.name} alone; {', '.join(needs.further)} is reached past it"


def _limits(workload: Workload) -> Iterator[str]:
    """OB-N12: two limits, one per client address at the edge and one per user in the application."""
    limit = workload.ingress.rate_limit
    if limit and limit.application_requests and limit.requests < limit.application_requests:
        yield (
            f"ingress.rate_limit: the edge allows {limit.requests} requests in {limit.window_seconds} s, "
            f"the application {limit.application_requests}; users behind one address share the lower limit"
        )


def _support(stack: StackSettings, workload: Workload, today: date) -> Iterator[str]:
    for item in supported(stack, workload):
        ends = item.until.standard
        if not item.setting or ends is None or not item.ends_within(_SOON_DAYS, today):
            continue
        verb = "left" if today > ends else "leaves"
        newest = f"; the newest is {item.newest}" if item.newest else ""
        yield f"{item.setting}: {item.version} {verb} standard support after {ends}{newest} (`make support`)"


def _switched_off(stack: StackSettings) -> Iterator[str]:
    """What somebody switched at night, and should not forget by day."""
    if stack.application.stopped:
        yield "application.stopped: no pod, task or job of the product runs, and its alerts are silent"
    if stack.database is not None and stack.database.restored is not None:
        host = stack.database.restored.host
        yield f"database.restored: the product uses {host}, which this stack neither watches nor backs up"
    if not stack.ingress.serving:
        yield "ingress.serving: no DNS name points to this stack; another one must answer for the product's hosts"
    if stack.ingress.maintenance:
        yield "ingress.maintenance: every request is answered with 503"


def _single_points(stack: StackSettings) -> Iterator[str]:
    if stack.network.nat == "single":
        yield "network.nat: one NAT gateway; its zone's failure cuts every zone off from the internet"
    if stack.protection.allow_unsafe:
        yield "protection.allow_unsafe: production may fall short of what its environment and policies require"
