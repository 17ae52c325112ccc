"""How large the tasks of a product are on ECS, and whether one machine holds them all.

What the platform runs in a task beside the product's own containers stands here with what it needs.
"""

from collections.abc import Sequence

from settings.arithmetic.fargate import Need, TaskSize, exact_size, task_size
from settings.arithmetic.pooler import EXPORTER_RESOURCES, RESOURCES, pooler_of, pooler_pods
from settings.facts.hosts import HOST_TYPES
from settings.platform import PlatformSettings
from settings.types import mebibytes, millicores
from settings.workload.jobs import Job
from settings.workload.service import Amount, Service

COLLECTOR_NEED = Need(millicores=125, mebibytes=128)

PROXY_NEED = Need(millicores=250, mebibytes=64)
"""What AWS asks to leave for Service Connect's proxy; it has no container definition of its own.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html"""

LOG_READER_MEBIBYTES = 16
LOG_READER_NEED = Need(millicores=25, mebibytes=LOG_READER_MEBIBYTES)

WATCHDOG_MEBIBYTES = 16
WATCHDOG_NEED = Need(millicores=0, mebibytes=WATCHDOG_MEBIBYTES)
"""What the container needs that ends a task in time."""

CLIENT_NEED = Need(millicores=250, mebibytes=256)
"""What a client of the database needs."""


def need_of(amount: Amount) -> Need:
    """Return quantities as numbers."""
    return Need(millicores=millicores(amount.cpu), mebibytes=mebibytes(amount.memory))


def fitting(settings: PlatformSettings, limit: Need, request: Need, beside: Sequence[Need] = ()) -> TaskSize:
    """Return the size of a task where this stack's tasks run. Raises ValueError for one that Fargate does not sell."""
    return (exact_size if settings.stack.ecs.host else task_size)(limit, request, beside)


def connects(service: Service) -> bool:
    """Tell whether a service reaches others of the product, or the pooler, by their names."""
    return bool(service.calls) or "pooler" in service.uses


def proxied(settings: PlatformSettings, name: str) -> bool:
    """Tell whether Service Connect's proxy runs beside a service: it calls another one, or is called."""
    called = {flow.service for service in settings.workload.services.values() for flow in service.calls}
    return name in called or connects(settings.workload.services[name])


def service_size(settings: PlatformSettings, name: str) -> TaskSize:
    """Return the task that holds a service. Raises ValueError for one that is larger than Fargate's largest.

    On a host a task takes what its service may use, and nothing is rounded up to what Fargate sells.
    """
    service = settings.workload.services[name]
    measured = settings.stack.ecs.prometheus and service.metrics is not None
    beside = [
        *([COLLECTOR_NEED] if "telemetry" in service.uses or measured else []),
        *([PROXY_NEED] if proxied(settings, name) else []),
        *([LOG_READER_NEED] * len(service.log_files)),
        *(need_of(sidecar.resources.limits) for sidecar in service.sidecars.values()),
    ]
    return fitting(settings, need_of(service.resources.limits), need_of(service.resources.requests), beside)


def pooler_size(settings: PlatformSettings) -> tuple[TaskSize, int]:
    """Return the task that holds the pooler, and how many of it there are; none for a product without one.

    It is one thread that waits for others: what it asks for is what it needs, and there are several of it.
    """
    pooler = pooler_of(settings)
    measured = [need_of(EXPORTER_RESOURCES.requests), COLLECTOR_NEED] if settings.stack.ecs.prometheus else []
    wanted = need_of(RESOURCES.requests)
    size = fitting(settings, wanted, wanted, [PROXY_NEED, *measured])
    return size, 0 if pooler is None else pooler_pods(settings, pooler)


def names_another(job: Job) -> bool:
    """Tell whether a job reaches a service or the pooler by a name that only services of ECS know."""
    return bool(job.calls) or "pooler" in job.uses


def product_job_names(settings: PlatformSettings) -> tuple[str, ...]:
    """Name the jobs that a task can do; one that reaches a service by its name is left out, with a note."""
    return tuple(name for name, job in settings.workload.jobs.items() if not names_another(job))


def product_job_size(settings: PlatformSettings, name: str) -> TaskSize:
    """Return the task that holds a job. Raises ValueError for one that is larger than Fargate's largest."""
    resources = settings.workload.jobs[name].resources
    return fitting(settings, need_of(resources.limits), need_of(resources.requests), [WATCHDOG_NEED])


def needed_on_host(settings: PlatformSettings) -> TaskSize:
    """Return what the machine must have left for tasks: all services, and the largest job beside them."""
    services, jobs = _services(settings), _jobs(settings)
    return TaskSize(
        sum(each.cpu for each in services) + max(each.cpu for each in jobs),
        sum(each.memory for each in services) + max(each.memory for each in jobs),
    )


def rolls_on_host(settings: PlatformSettings) -> bool:
    """Tell whether a service's next version finds room beside its present one, with everything else there.

    True on Fargate. Where it does not, the present version ends first, and the service is away for as long as the next
    one takes to start.
    """
    host = settings.stack.ecs.host
    if host is None:
        return True
    there, wanted, services = HOST_TYPES[host.instance_type], needed_on_host(settings), _services(settings)
    return (
        wanted.cpu + max(each.cpu for each in services) <= there.units
        and wanted.memory + max(each.memory for each in services) <= there.task_mebibytes
    )


def _services(settings: PlatformSettings) -> list[TaskSize]:
    """Return the size of every task that runs all the time, at the most that there are."""
    sizes = [
        service_size(settings, name)
        for name in settings.workload.services
        for _ in range(settings.replicas(name).maximum)
    ]
    pooler, copies = pooler_size(settings)
    return [*sizes, *[pooler] * copies]


def _jobs(settings: PlatformSettings) -> list[TaskSize]:
    own = [product_job_size(settings, name) for name in product_job_names(settings)]
    return [exact_size(CLIENT_NEED, CLIENT_NEED), *own]
