"""A product without some of its services."""

from collections.abc import Collection

from settings.workload import Workload


def without(workload: Workload, names: Collection[str]) -> Workload:
    """Return the product without these services, without calls to them, and without objectives measured at them."""
    services = {
        name: service.model_copy(update={"calls": tuple(call for call in service.calls if call.service not in names)})
        for name, service in workload.services.items()
        if name not in names
    }
    objectives = tuple(each for each in workload.objectives if each.service not in names)
    return workload.model_copy(update={"services": services, "objectives": objectives})


def in_a_secondary_region(workload: Workload, *, follows: bool, shares_hosts: bool) -> Workload:
    """Return what a secondary region runs of the product.

    One that follows the primary's database leaves migrations and dumps to it; one that shares its hosts leaves the
    static sites to it, for a host belongs to one distribution (CloudFront).
    """
    left: dict[str, object] = {}
    if follows:
        left["migration"] = None
        left["backups"] = workload.backups.model_copy(update={"dump": None})
    if shares_hosts:
        left["static_sites"] = {}
    return workload.model_copy(update=left)
