"""Rules about what a product changes in an environment."""

from collections.abc import Iterator

from settings.cells import ENVIRONMENT_NAMES
from settings.checks.running import sizes
from settings.checks.timeseries import node_pool
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload


def check(workload: Workload) -> Iterator[Diagnostic]:
    pools = {service.node_pool for service in workload.services.values()}
    pools.add(workload.timeseries.node_pool if workload.timeseries else None)
    used = sorted(name for name in pools if name is not None)
    for name, changes in workload.environments.items():
        path: Path = ("environments", name)
        if name not in ENVIRONMENT_NAMES:
            fix = choose(name, ENVIRONMENT_NAMES, f"write {ENVIRONMENT_NAMES[0]}")
            yield Diagnostic(path, name, f"an environment: {listed(ENVIRONMENT_NAMES)}", fix)
        for service, size in changes.services.items():
            at: Path = (*path, "services", service)
            if service not in workload.services:
                fix = choose(service, workload.services, "name a service of the file")
                yield Diagnostic(at, service, f"a service: {listed(workload.services)}", fix, (("services",),))
            yield from sizes(at, size.resources)
        for pool, stated in changes.node_pools.items():
            at = (*path, "node_pools", pool)
            # A service that names no pool of the file is reported where it states it.
            if pool not in used and workload.node_pools.keys() >= set(used):
                fix = choose(pool, used, "name it as the node_pool of a service, or remove it")
                yield Diagnostic(at, pool, f"a node pool that a service names: {listed(used)}", fix, (("services",),))
            yield from node_pool(at, pool, stated)
