"""The one table of environments: what dev, staging, production and budget mean for every component.

A row is laid under a stack's own keys. Where a cell is WORKLOAD, the product's figure holds. `budget` is the smallest
platform that keeps encryption and backups: no cluster, no NAT gateway, no interface endpoints, small Graviton.
"""

from settings.raw import Raw

WORKLOAD = "workload"

_SYSTEM: list[Raw] = ["m7i.large", "m6i.large"]
_SMALL: list[Raw] = ["t3.large", "t3a.large"]

_SPOT: list[Raw] = ["spot", "on-demand"]
_STEADY: list[Raw] = ["on-demand"]

ENVIRONMENT_NAMES = ("dev", "staging", "production", "budget")

_TABLE: dict[str, tuple[Raw, Raw, Raw, Raw]] = {
    # setting                               dev             staging          production       budget
    "runtime":                             ("eks",          "eks",           "eks",           "ecs"),
    "ecs.architecture":                    ("amd64",        "amd64",         "amd64",         "arm64"),
    "ecs.capacity_types":                  (_SPOT,          _STEADY,         _STEADY,         _STEADY),
    "ecs.insights":                        ("enabled",      "enhanced",      "enhanced",      "disabled"),
    "ecs.prometheus":                      (True,           True,            True,            False),
    "network.nat":                         ("single",       "single",        "per-zone",      "none"),
    "network.interface_endpoints":         (False,          True,            True,            False),
    "network.flow_log_retention_days":     (14,             90,              365,             7),
    "cluster.version":                     ("1.35",         "1.35",          "1.35",          "1.35"),
    "cluster.support":                     ("STANDARD",     "STANDARD",      "STANDARD",      "STANDARD"),
    "cluster.log_retention_days":          (14,             90,              365,             7),
    "cluster.deletion_protection":         (False,          False,           True,            False),
    "cluster.zonal_shift":                 (False,          True,            True,            False),
    "cluster.system_nodes.instance_types": (_SYSTEM,        _SYSTEM,         _SYSTEM,         _SMALL),
    "cluster.system_nodes.minimum":        (2,              2,               3,               1),
    "cluster.system_nodes.maximum":        (3,              4,               6,               2),
    "cluster.system_nodes.spare":          (0,              0,               1,               0),
    "cluster.system_nodes.disk_gib":       (50,             50,              100,             30),
    "cluster.workload_nodes.capacity_types": (_SPOT,        _STEADY,         _STEADY,         _SPOT),
    "database.instance_class":             ("db.t4g.medium", "db.t4g.large", WORKLOAD,        "db.t4g.small"),
    "database.multi_az":                   (False,          True,            True,            False),
    "database.read_replicas":              (0,              1,               WORKLOAD,        0),
    "database.storage_gib":                (20,             50,              WORKLOAD,        20),
    "database.maximum_storage_gib":        (100,            200,             WORKLOAD,        50),
    "database.storage_type":               ("gp3",          "gp3",           WORKLOAD,        "gp3"),
    "database.iops":                       (None,           None,            WORKLOAD,        None),
    "database.backup_retention_days":      (3,              7,               30,              7),
    "database.deletion_protection":        (False,          False,           True,            True),
    "database.insights":                   ("standard",     "standard",      "advanced",      "standard"),
    "database.monitoring_interval_seconds": (0,             60,              15,              0),
    "database.developer_access":           (True,           False,           False,           False),
    "timeseries.instances":                (1,              2,               WORKLOAD,        1),
    "timeseries.cpu":                      ("500m",         "2",             WORKLOAD,        "500m"),
    "timeseries.memory":                   ("1Gi",          "8Gi",           WORKLOAD,        "1Gi"),
    "timeseries.storage_gib":              (20,             100,             WORKLOAD,        20),
    "timeseries.wal_storage_gib":          (10,             20,              WORKLOAD,        10),
    "timeseries.storage_type":             ("gp3",          "gp3",           WORKLOAD,        "gp3"),
    "timeseries.iops":                     (3000,           3000,            WORKLOAD,        3000),
    "timeseries.throughput_mib":           (None,           None,            WORKLOAD,        None),
    "timeseries.backup_retention_days":    (3,              7,               30,              7),
    "event_bus.address":                   (WORKLOAD,       WORKLOAD,        WORKLOAD,        WORKLOAD),
    "event_bus.name_servers":              (1,              3,               WORKLOAD,        1),
    "event_bus.brokers":                   (1,              2,               WORKLOAD,        1),
    "event_bus.cpu":                       ("250m",         "500m",          WORKLOAD,        "250m"),
    "event_bus.memory":                    ("1Gi",          "2Gi",           WORKLOAD,        "1Gi"),
    "event_bus.storage_gib":               (10,             50,              WORKLOAD,        10),
    "cache.node_type":                     ("cache.t4g.small", "cache.t4g.medium", WORKLOAD,  "cache.t4g.micro"),
    "cache.shards":                        (1,              WORKLOAD,        WORKLOAD,        1),
    "cache.replicas_per_shard":            (0,              1,               WORKLOAD,        0),
    "cache.snapshot_retention_days":       (1,              3,               7,               1),
    "ingress.deletion_protection":         (False,          False,           True,            False),
    "ingress.access_log_retention_days":   (14,             90,              365,             7),
    "ingress.waf":                         (True,           True,            True,            True),
    "backup.retention_days":               (7,              14,              35,              30),
    "backup.vault_lock":                   (False,          False,           True,            False),
    "backup.object_lock_days":             (0,              0,               30,              0),
    "monitoring.log_retention_days":       (14,             30,              365,             7),
    "monitoring.metrics_retention_days":   (7,              15,              30,              7),
    "monitoring.metrics_storage_gib":      (20,             50,              100,             10),
    "application.scale":                   ("single",       "workload",      "workload",      "single"),
    "protection.stateful":                 (False,          False,           True,            True),
}  # fmt: skip


def _row(column: int) -> dict[str, Raw]:
    row: dict[str, Raw] = {}
    for setting, cells in _TABLE.items():
        *sections, key = setting.split(".")
        section = row
        for name in sections:
            inner = section.setdefault(name, {})
            if not isinstance(inner, dict):
                raise TypeError(f"{setting} stands below a value")
            section = inner
        section[key] = cells[column]
    return row


ENVIRONMENTS: dict[str, dict[str, Raw]] = {name: _row(column) for column, name in enumerate(ENVIRONMENT_NAMES)}
"""Environment → the settings that a stack of it starts from."""
