"""The time-series database in one stack."""

from typing import Literal

from pydantic import Field

from settings.base import Settings
from settings.cells import WORKLOAD, Cells
from settings.types import Cpu, Cron, Memory
from settings.workload.timeseries import DataGib, Instances, VolumeIops, VolumeMib, WalGib


class TimeseriesSettings(Settings):
    """The size and care of the time-series database; what the product asks for is in its workload file."""

    instances: Instances
    """The primary and its replicas."""
    cpu: Cpu
    """CPU of each instance, set aside and never exceeded."""
    memory: Memory
    """Memory of each instance, set aside and never exceeded."""
    storage_gib: DataGib
    """Data volume of each instance."""
    wal_storage_gib: WalGib
    """Volume of each instance's write-ahead log."""
    storage_type: Literal["gp3", "io2"]
    """EBS volume type."""
    iops: VolumeIops
    """Provisioned I/O operations a second of each volume."""
    throughput_mib: VolumeMib | None = None
    """Provisioned MiB a second of each gp3 volume; without it 125."""
    backup_retention_days: int = Field(ge=1, le=365)
    """Days to which the database can be restored."""
    backup_schedule: Cron = "30 0 * * *"
    """When base backups are taken, in UTC; the write-ahead log is archived all the time."""


ROWS: dict[str, Cells] = {
    # setting                               dev             staging          production       budget
    "instances":                         (1,              2,               WORKLOAD,        1),
    "cpu":                               ("500m",         "2",             WORKLOAD,        "500m"),
    "memory":                            ("1Gi",          "8Gi",           WORKLOAD,        "1Gi"),
    "storage_gib":                       (20,             100,             WORKLOAD,        20),
    "wal_storage_gib":                   (10,             20,              WORKLOAD,        10),
    "storage_type":                      ("gp3",          "gp3",           WORKLOAD,        "gp3"),
    "iops":                              (3000,           3000,            WORKLOAD,        3000),
    "throughput_mib":                    (None,           None,            WORKLOAD,        None),
    "backup_retention_days":             (3,              7,               30,              7),
}  # fmt: skip
"""What each environment starts from; see settings/environments.py."""
