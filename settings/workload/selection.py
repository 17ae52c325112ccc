"""What one stack runs of a product."""

from collections.abc import Collection, Mapping

from settings.application import ApplicationSettings, ServiceChanges
from settings.workload import Workload


def chosen(workload: Workload, application: ApplicationSettings) -> Workload:
    """Return the product without what the stack leaves out or does not ask for, and with its changes."""
    unasked = (name for name, service in workload.services.items() if service.optional)
    left_out = {*application.without, *(name for name in unasked if name not in application.include)}
    return changed(without(workload, left_out), application.services)


def sized(workload: Workload, environment: str) -> Workload:
    """Return the product with the values that it states for an environment."""
    changes = workload.environments.get(environment)
    if changes is None:
        return workload
    services = {
        name: service.model_copy(update={"resources": changes.services[name].resources})
        if name in changes.services
        else service
        for name, service in workload.services.items()
    }
    pools = {**workload.node_pools, **changes.node_pools}
    return workload.model_copy(update={"services": services, "node_pools": pools})


def changed(workload: Workload, changes: Mapping[str, ServiceChanges]) -> Workload:
    """Return the product with a stack's own variables and ways out; what it says of services left out is ignored."""
    services = dict(workload.services)
    for name, change in changes.items():
        service = services.get(name)
        if service is not None:
            stated = {
                "environment": {**service.environment, **change.environment},
                "egress": (*service.egress, *change.egress),
            }
            services[name] = service.model_copy(update=stated)
    return workload.model_copy(update={"services": services})


def without(workload: Workload, names: Collection[str]) -> Workload:
    """Return the product without these services, their Jobs, calls to them, and objectives measured at them."""
    services = {
        name: service.model_copy(update={"calls": tuple(call for call in service.calls if call.service not in names)})
        for name, service in workload.services.items()
        if name not in names
    }
    jobs = {
        name: job.model_copy(update={"calls": tuple(call for call in job.calls if call.service not in names)})
        for name, job in workload.jobs.items()
        if job.service not in names
    }
    objectives = tuple(each for each in workload.objectives if each.service not in names)
    return workload.model_copy(update={"services": services, "jobs": jobs, "objectives": objectives})


def in_a_secondary_region(workload: Workload, *, follows: bool, shares_hosts: bool) -> Workload:
    """Return what a secondary region runs of the product.

    One that follows the primary's database leaves migrations, dumps and their trials to it, and finds the writer as far
    away as that region is; one that shares its hosts leaves the static sites to it, for a host belongs to one
    distribution (CloudFront).
    """
    left: dict[str, object] = {}
    if follows:
        left["migration"] = None
        left["backups"] = workload.backups.model_copy(update={"dump": None, "restore_test": None})
        left["verification"] = workload.verification.model_copy(update={"database_round_trip_milliseconds": None})
    if shares_hosts:
        left["static_sites"] = {}
    return workload.model_copy(update=left)
