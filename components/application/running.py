"""What the chart needs for a service's surroundings: volumes, configuration folder, log files, waiting, placement."""

from components.application.images import SHELL, postgres_client, reference
from components.application.wiring import Values, Wiring, joined
from settings import PlatformSettings
from settings.workload.running import Volume
from settings.workload.service import Service


def surroundings(settings: PlatformSettings, wiring: Wiring, name: str, service: Service) -> Values:
    """Return only what the service asks for, so that a plain service's values stay plain."""
    values: Values = {}
    if service.container is not None:
        values["container"] = service.container
    if service.config is not None:
        values["config"] = {"path": service.config.path, "files": dict(service.config.files)}
    if service.volumes:
        values["volumes"] = [_volume(wiring, name, path, volume) for path, volume in service.volumes.items()]
    if service.log_files:
        values["logFiles"] = {"image": reference(settings, SHELL), "paths": dict(service.log_files)}
    if "database" in service.waits_for:
        values["waitForDatabase"] = _wait(settings, wiring, service)
    return values | _placement(service)


def _volume(wiring: Wiring, name: str, path: str, volume: Volume) -> Values:
    values: Values = {"path": path, "kind": volume.kind, "size": volume.size}
    if volume.kind != "shared":
        return values
    shared = wiring.shared_volumes[name, path]
    # What the EFS driver calls a folder behind an access point.
    return {**values, "handle": joined(shared.file_system_id, "::", shared.access_point_id)}


def _wait(settings: PlatformSettings, wiring: Wiring, service: Service) -> Values:
    """Where a pod asks whether the database answers: the pooler, if that is the way it goes."""
    needs = settings.workload.database
    if needs is None:
        raise ValueError("only a product with a database can wait for it")
    values: Values = {"image": reference(settings, postgres_client(needs.version)), "database": needs.name}
    if "pooler" in service.uses and needs.pooler is not None:
        return {**values, "host": POOLER, "port": str(needs.pooler.port), "role": needs.role}
    return {
        **values,
        "host": wiring.outputs["database.host"],
        "port": wiring.outputs["database.port"],
        "role": needs.role,
    }


POOLER = "pgbouncer"
"""The pooler's Deployment and Service, in the product's namespace."""


def _placement(service: Service) -> Values:
    placement = service.placement
    values: Values = {}
    if placement.zones == "preferred":
        values["zones"] = "preferred"
    if placement.nodes == "required":
        values["nodes"] = "required"
    if placement.near is not None:
        values["near"] = placement.near
    if placement.priority is not None:
        values["priority"] = placement.priority
    return {"placement": values} if values else {}
