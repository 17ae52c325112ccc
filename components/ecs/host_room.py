"""Whether a product's tasks have room on the one machine that carries them."""

from components.ecs.jobs import SMALL
from components.ecs.pooler import pooler_size
from components.ecs.product_jobs import product_job_names, product_job_size
from components.ecs.service_containers import service_size
from components.plans.fargate import TaskSize, exact_size
from settings import PlatformSettings
from settings.hosts import HOST_TYPES


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
    return [exact_size(SMALL, SMALL), *own]


def needed(settings: PlatformSettings) -> TaskSize:
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
    there, wanted, services = HOST_TYPES[host.instance_type], needed(settings), _services(settings)
    return (
        wanted.cpu + max(each.cpu for each in services) <= there.units
        and wanted.memory + max(each.memory for each in services) <= there.task_mebibytes
    )
