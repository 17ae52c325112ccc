"""The database in one stack: its size, its backups, and whose data it holds."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.cells import WORKLOAD, Cells
from settings.facts.volumes import RDS_GIB, RDS_IOPS
from settings.types import (
    Arn,
    DailyWindow,
    DatabaseClass,
    DomainName,
    WeeklyWindow,
)
from settings.vocabulary import Means
from settings.workload.database import ReadReplicas


class RestoredDatabase(Settings):
    """A copy of the database that was restored beside it, in its subnets and with its security group."""

    host: DomainName
    """Address of the instance."""
    master_secret: Arn | None = None
    """Secret with its administrator's user name and password; without it the stack's own, which a copy keeps."""


class DatabaseSettings(Settings):
    """The size and care of PostgreSQL; what the product asks for is in its workload file."""

    source: Literal["own", "primary", "promoted"] = "own"
    """Whose data it holds: its own, a live copy of the primary region's, or what was such a copy until it took over."""
    failover: Literal["manual", "fenced", "always"] = "manual"
    """What promotes a copy: a person alone, the alarm if it can close the old database, or the alarm in any case."""
    instance_class: DatabaseClass
    """RDS instance class of the primary and of every replica."""
    multi_az: bool
    """Keep a standby in a second zone."""
    read_replicas: ReadReplicas
    """Read replicas; they need automated backups."""
    storage_gib: int = Field(ge=RDS_GIB[0], le=RDS_GIB[1])
    """Storage at first."""
    maximum_storage_gib: int = Field(ge=RDS_GIB[0], le=RDS_GIB[1])
    """Storage up to which RDS grows by itself."""
    storage_type: Literal["gp3", "io2"]
    """EBS volume type."""
    iops: int | None = Field(default=None, ge=RDS_IOPS[0], le=RDS_IOPS[1])
    """Provisioned I/O operations a second; io2 needs them, gp3 takes them from 400 GiB."""
    backup_retention_days: int = Field(ge=0, le=35)
    """Days to which the database can be restored, to the second; 0 switches backups off."""
    backup_window: DailyWindow = "01:00-01:45"
    """Daily backup window, at least 30 minutes."""
    maintenance_window: WeeklyWindow = "sun:03:00-sun:04:00"
    """Weekly maintenance window, at least 30 minutes, apart from the backup window."""
    deletion_protection: bool
    """RDS refuses to delete the database."""
    insights: Literal["standard", "advanced"]
    """Database Insights mode."""
    monitoring_interval_seconds: Literal[0, 1, 5, 10, 15, 30, 60]
    """Enhanced monitoring; 0 switches it off."""
    developer_access: bool = False
    """Make a policy by which developers forward a port to it through Session Manager; it is published nowhere."""
    master_password: Literal["rds", "platform"] | None = None
    """Who keeps the administrator's password: RDS, which rotates it but makes no read replica then, or the platform;
    without it, the platform where there are replicas."""
    apply_changes: Literal["now", "window"]
    """When a new class, version or parameter is applied: at once, or in the maintenance window."""
    master_password_generation: int = Field(default=1, ge=1)
    """Raise it for a new master password, where RDS cannot rotate it because of read replicas."""
    restored: RestoredDatabase | None = None
    """A restored copy that the product connects to in place of the stack's own database, until this is removed."""
    certificate_authority: Annotated[
        str, Field(pattern=r"^rds-ca-[a-z0-9]+-g[0-9]+$"), Means("an RDS certificate authority", "rds-ca-rsa2048-g1")
    ] = "rds-ca-rsa2048-g1"
    """Certificate authority that signs the server's certificate."""


ROWS: dict[str, Cells] = {
    # setting                               dev             staging          production       budget
    "instance_class":                    ("db.t4g.medium", "db.t4g.large", WORKLOAD,        "db.t4g.small"),
    "multi_az":                          (False,          True,            True,            False),
    "read_replicas":                     (0,              1,               WORKLOAD,        0),
    "storage_gib":                       (20,             50,              WORKLOAD,        20),
    "maximum_storage_gib":               (100,            200,             WORKLOAD,        50),
    "storage_type":                      ("gp3",          "gp3",           WORKLOAD,        "gp3"),
    "iops":                              (None,           None,            WORKLOAD,        None),
    "backup_retention_days":             (3,              7,               30,              7),
    "deletion_protection":               (False,          False,           True,            True),
    "insights":                          ("standard",     "standard",      "advanced",      "standard"),
    "monitoring_interval_seconds":       (0,             60,              15,              0),
    "apply_changes":                     ("now",          "now",           "window",        "window"),
    "developer_access":                  (True,           False,           False,           False),
}  # fmt: skip
"""What each environment starts from; see settings/environments.py."""
