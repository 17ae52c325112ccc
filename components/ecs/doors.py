"""The ways out of a product's tasks: to its stores, to what ECS itself needs, and to what the workload file names."""

from collections.abc import Sequence

from components.ecs.egress import Door
from components.ecs.product_jobs import product_job_names
from components.eventbus.event_bus import BROKER_PORTS
from components.storage.shared_files import PORT as NFS_PORT
from settings import PlatformSettings
from settings.workload.service import Egress

_HTTPS, _POSTGRES, _REDIS = 443, 5432, 6379
_ANYWHERE = "0.0.0.0/0"
FILES = "files"
"""What a service uses that mounts a shared folder."""
_STORES = {"database": _POSTGRES, "cache": _REDIS, FILES: NFS_PORT}


def doors(
    settings: PlatformSettings, uses: Sequence[str], egress: Sequence[Egress], data_cidrs: Sequence[str]
) -> list[Door]:
    """Return what one service or job needs: images, secrets and logs come over HTTPS."""
    outside = [
        Door(key=each.name, purpose=f"Outside: {each.name}", port=each.port, cidr=each.cidr or _ANYWHERE)
        for each in egress
        if (each.port, each.cidr) != (_HTTPS, None)
    ]
    stores = [
        Door(key=f"{store}-{index}", purpose=f"The {store}", port=port, cidr=cidr)
        for store, port in _STORES.items()
        if store in uses
        for index, cidr in enumerate(data_cidrs, start=1)
    ]
    bus = settings.stack.event_bus
    if "event_bus" in uses and bus is not None and bus.address is not None:
        names = int(bus.address.rpartition(":")[2])
        purpose = "The event bus"
        outside.append(Door(key="event-bus", purpose=purpose, port=names, cidr=_ANYWHERE))
        outside += [Door(key=f"event-bus-{port}", purpose=purpose, port=port, cidr=_ANYWHERE) for port in BROKER_PORTS]
    https = Door(key="https", purpose="Registry, Secrets Manager, logs", port=_HTTPS, cidr=_ANYWHERE)
    return [https, *stores, *outside]


def all_doors(settings: PlatformSettings, data_cidrs: Sequence[str]) -> list[Door]:
    """Return what everything of a product needs together, for a machine that carries all of it."""
    workload = settings.workload
    members = [*workload.services.values(), *(workload.jobs[name] for name in product_job_names(settings))]
    stores = [*(["database"] if workload.database else []), *(["cache"] if workload.cache else [])]
    opened = [door for each in members for door in doors(settings, [*each.uses, *stores], each.egress, data_cidrs)]
    return list({(door.port, door.cidr): door for door in opened}.values())
