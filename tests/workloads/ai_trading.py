"""Mistakes in workloads/ai-trading.yaml."""

from tests.settings.product import DELETE
from tests.workloads.case import Case

_APP = "services.trading-app"

CASES = (
    Case(
        f"{_APP}.probes.startup.failure_threshold",
        100,
        "it waits for 0 + 5 x 100 = 500 s",
        "lower failure_threshold",
        at=f"{_APP}.probes.startup",
    ),
    Case(f"{_APP}.probes.startup.success_threshold", 2, "1 for a startup probe", "remove it"),
    Case(
        f"{_APP}.resources",
        {"requests": {"cpu": "31", "memory": "300Gi"}, "limits": {"cpu": "31", "memory": "300Gi"}},
        "r with 32 vCPU 31250m and 240018Mi); the pod asks for 31000m and 307200Mi",
        "larger machines in node_pools.critical",
        at=f"{_APP}.resources.requests",
    ),
    Case(
        f"{_APP}.timeseries_pool",
        600,
        "trading-app 6600",
        "lower the services' pools",
        at="timeseries.pooler.maximum_clients",
    ),
    Case("timeseries.cpu", "200", "the pod asks for 200000m", "node_pools.timeseries", at="timeseries"),
    Case("timeseries.storage_gib", 5, "from 10 to 65,536", "raise it to 10"),
    Case("timeseries.throughput_mib", 5000, "from 125 to 2,000", "lower it to 2000"),
    Case(
        "timeseries.ingest.points_per_second",
        10_000_000,
        "10,000,000 points x 100 bytes x 2 (row and index) are 1908 MiB/s",
        "raise throughput_mib to 1908",
    ),
    Case("timeseries.node_pool", "database", "critical | standard | timeseries", "describe it under node_pools:"),
    Case("maintenance_window", "sunday:02:00-04:00", "ddd:hh:mm-ddd:hh:mm in UTC", "write it like"),
    Case("maintenance_window", "sun:02:00-sun:02:10", "this is 10 minutes", "move the end of the window"),
    Case("snapshot_window", "03:30-04:30", "apart from maintenance_window, sun:02:00-sun:04:00", "move one"),
    Case("image_policy.cosign.keyless.issuer", "token.actions", "an issuer's https address", "write it like"),
    Case("image_policy.cosign.keyless", DELETE, "keyless | kms_key | public_key", "keep", at="image_policy.cosign"),
    Case("transit_encryption", "tls", "none | transparent", "write none"),
    Case("node_pools.critical.minimum_network_gbps", 0, "from 1 to 600", "raise it to 1"),
    Case("node_pools.critical.disk_iops", 100, "from 3,000 to 80,000", "raise it to 3000"),
    Case(
        "services.ml-service.scaling.metrics[0].counter",
        "predictions_total",
        "http_requests_total, as for http_requests_per_second above: one metric has one counter",
        "rename the metric",
    ),
    Case("objectives[0].percentile", 101, "above 0 and below 100", "write it like"),
)
