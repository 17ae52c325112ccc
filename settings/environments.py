"""The one table of environments: what dev, staging, production and budget mean for every component.

A row is laid under a stack's own keys; the rows of a capability stand beside its own settings, in settings/sizes. Where
a cell is WORKLOAD, the product's value holds. `budget` is the smallest platform that keeps encryption and backups: no
cluster, no NAT gateway, no interface endpoints, small Graviton.
"""

from settings.capabilities import SECTIONS
from settings.cells import ENVIRONMENT_NAMES, Cells
from settings.raw import Raw
from settings.retention import ROWS as RETENTION
from settings.rotation import ROWS as ROTATION

_SYSTEM: list[Raw] = ["m7i.large", "m6i.large"]
_SMALL: list[Raw] = ["t3.large", "t3a.large"]

_SPOT: list[Raw] = ["spot", "on-demand"]
_STEADY: list[Raw] = ["on-demand"]

_TABLE: dict[str, Cells] = {
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
    **{f"{section.name}.{setting}": cells for section in SECTIONS for setting, cells in section.rows.items()},
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
    **{f"retention.{setting}": cells for setting, cells in RETENTION.items()},
    **{f"rotation.{setting}": cells for setting, cells in ROTATION.items()},
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
