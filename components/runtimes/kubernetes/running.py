"""What the chart needs for a service's pod: volumes, configuration folder, log files, waiting, placement."""

from pulumi import Input

from components.chart_values.workload.service import Config, LogFiles, Placement, WaitForDatabase
from components.chart_values.workload.volumes import Volume
from components.invariants import certain
from components.product.database import client_image
from components.product.files import ProductFiles
from components.product.images import SHELL, reference
from components.product.services import way_to_database
from components.product.wiring import Wiring, joined
from settings import PlatformSettings
from settings.workload.service import Service


def config(files: ProductFiles) -> Config | None:
    """The folder of text files; None without one."""
    return Config(path=files.config.path, files=dict(files.config.files)) if files.config else None


def volumes(wiring: Wiring, name: str, service: Service) -> tuple[Volume, ...] | None:
    """The folders of service `name`; None without one."""
    return (
        tuple(
            Volume(
                path=path,
                kind=volume.kind,
                size=volume.size,
                handle=_handle(wiring, name, path, volume.kind),
                folder=volume.folder,
            )
            for path, volume in service.volumes.items()
        )
        or None
    )


def _handle(wiring: Wiring, name: str, path: str, kind: str) -> Input[str] | None:
    """What the EFS driver calls a folder behind an access point."""
    if kind != "shared":
        return None
    shared = wiring.shared_volumes[name, path]
    return joined(shared.file_system_id, "::", shared.access_point_id)


def log_files(settings: PlatformSettings, service: Service) -> LogFiles | None:
    """The files whose lines join the pod's log; None without one."""
    return LogFiles(image=reference(settings, SHELL), paths=dict(service.log_files)) if service.log_files else None


def database_wait(settings: PlatformSettings, wiring: Wiring, service: Service) -> WaitForDatabase | None:
    """Where a pod asks whether the database answers: the pooler, if that is the way it goes. None if it does not."""
    if "database" not in service.waits_for:
        return None
    needs = certain(settings.workload.database, "only a product with a database can wait for it")
    way = way_to_database(settings, wiring, service)
    return WaitForDatabase(
        image=client_image(settings),
        database=way.database,
        host=way.host,
        port=way.port,
        role=needs.role,
    )


def placement(service: Service) -> Placement | None:
    """What the service states of its pods' places beyond the chart's own rules; None where it states nothing."""
    stated = service.placement
    zones = "preferred" if stated.zones == "preferred" else None
    nodes = "required" if stated.nodes == "required" else None
    if not (zones or nodes or stated.near or stated.priority):
        return None
    return Placement(zones=zones, nodes=nodes, near=stated.near, priority=stated.priority)
