"""The one table of environments: what dev, staging, production and budget mean for every component.

Each row is laid under a stack's own keys. Where a row says `"workload"`, the product's figure holds.
"""

from typing import Any

WORKLOAD = "workload"

_DEV: dict[str, Any] = {
    "network": {"nat": "single", "interface_endpoints": False, "flow_log_retention_days": 14},
    "cluster": {
        "version": "1.35",
        "log_retention_days": 14,
        "deletion_protection": False,
        "support": "STANDARD",
        "zonal_shift": False,
        "system_nodes": {"instance_types": ["m7i.large", "m6i.large"], "minimum": 2, "maximum": 3, "disk_gib": 50},
        "workload_nodes": {"capacity_types": ["spot", "on-demand"]},
    },
    "database": {
        "instance_class": "db.t4g.medium",
        "multi_az": False,
        "read_replicas": 0,
        "storage_gib": 20,
        "maximum_storage_gib": 100,
        "storage_type": "gp3",
        "backup_retention_days": 3,
        "deletion_protection": False,
        "insights": "standard",
        "monitoring_interval_seconds": 0,
    },
    "cache": {"node_type": "cache.t4g.small", "shards": 1, "replicas_per_shard": 0, "snapshot_retention_days": 1},
    "ingress": {"deletion_protection": False, "access_log_retention_days": 14, "waf": True},
    "backup": {"retention_days": 7, "vault_lock": False, "object_lock_days": 0},
    "monitoring": {"log_retention_days": 14, "metrics_retention_days": 7, "metrics_storage_gib": 20},
    "application": {"scale": "single"},
    "protection": {"stateful": False},
}

_PRODUCTION: dict[str, Any] = {
    "network": {"nat": "per-zone", "interface_endpoints": True, "flow_log_retention_days": 365},
    "cluster": {
        "version": "1.35",
        "log_retention_days": 365,
        "deletion_protection": True,
        "support": "STANDARD",
        "zonal_shift": True,
        "system_nodes": {"instance_types": ["m7i.large", "m6i.large"], "minimum": 3, "maximum": 6, "disk_gib": 100},
        "workload_nodes": {"capacity_types": ["on-demand"]},
    },
    "database": {
        "instance_class": WORKLOAD,
        "multi_az": True,
        "read_replicas": WORKLOAD,
        "storage_gib": WORKLOAD,
        "maximum_storage_gib": WORKLOAD,
        "storage_type": WORKLOAD,
        "iops": WORKLOAD,
        "backup_retention_days": 30,
        "deletion_protection": True,
        "insights": "advanced",
        "monitoring_interval_seconds": 15,
    },
    "cache": {
        "node_type": WORKLOAD,
        "shards": WORKLOAD,
        "replicas_per_shard": WORKLOAD,
        "snapshot_retention_days": 7,
    },
    "ingress": {"deletion_protection": True, "access_log_retention_days": 365, "waf": True},
    "backup": {"retention_days": 35, "vault_lock": True, "object_lock_days": 30},
    "monitoring": {"log_retention_days": 365, "metrics_retention_days": 30, "metrics_storage_gib": 100},
    "application": {"scale": "workload"},
    "protection": {"stateful": True},
}

ENVIRONMENTS: dict[str, dict[str, Any]] = {"dev": _DEV, "production": _PRODUCTION}
