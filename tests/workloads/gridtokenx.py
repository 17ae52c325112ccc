"""Mistakes in workloads/gridtokenx.yaml."""

from tests.settings.product import DELETE
from tests.workloads.case import Case

_API = "services.api-gateway"
_METRIC = f"{_API}.scaling.metrics[0]"

CASES = (
    Case(f"{_METRIC}.average", 0, "1 or more", "raise it to 1"),
    Case(f"{_METRIC}.name", "requests per second", "a Prometheus metric name", "did you mean 'requests_per_second'?"),
    Case(f"{_API}.metrics", DELETE, "a service that is not scraped", "add `metrics:`", at=f"{_API}.scaling.metrics"),
    Case(f"{_API}.node_pool", "apis", "a node pool: api", "did you mean 'api'?"),
    Case(f"{_API}.resources.requests.memory", "20Gi", "at most the limit, 8Gi", "raise the limit to 20Gi"),
    Case(f"{_API}.termination_grace_seconds", 0, "from 1 to 3,600", "raise it to 1"),
    Case(f"{_API}.security.writable_paths[0]", "tmp", "starts with /", "write it like"),
    Case(f"{_API}.replicas.maximum", 5000, "from 1 to 500", "lower it to 500"),
    Case(
        f"{_API}.resources",
        {"requests": {"cpu": "4", "memory": "24Gi"}, "limits": {"cpu": "4", "memory": "24Gi"}},
        "c6i.2xlarge 7310m and 12690Mi); the pod asks for 4000m and 24576Mi",
        "larger machines in node_pools.api",
        at=f"{_API}.resources.requests",
    ),
    Case("node_pools.api.instance_types[0]", "c6i.huge", "an EC2 instance type", "write it like"),
    Case(
        "node_pools.api.maximum_cpu", 4, "at most the maximum, 4", "raise maximum_cpu", at="node_pools.api.minimum_cpu"
    ),
    Case("node_pools.api.disk_gib", 10, "from 20 to 16,384", "raise it to 20"),
    Case("ingress.cdn.read_timeout_seconds", 120, "from 1 to 60", "lower it to 60"),
    Case("ingress.idle_timeout_seconds", 86400, "from 1 to 4,000", "lower it to 4000"),
    Case("ingress.cors.origins", [], "at least 1 of them", "write it like"),
    Case("ingress.operator_paths[0]", "/api/admin/", "does not end with one", "did you mean '/api/admin'?"),
    Case(
        "ingress.rate_limits[0].methods", ["FETCH"], "GET | HEAD", "write GET", at="ingress.rate_limits[0].methods[0]"
    ),
    Case(
        "secrets.BLOCKCHAIN_KEYPAIR.name",
        "gridtokenx blockchain",
        "letters, digits and / _ + = . @ -",
        "did you mean 'gridtokenx-blockchain'?",
    ),
    Case("database.iops", 1000, "12,000 to 64,000 with gp3 and 500 GiB", "choose io2"),
    Case("database.instance_class", "r6g.2xlarge", "db.<family>.<size>", "write it like"),
    Case("cache.node_type", "cache.r6g.huge", "cache.<family>.<size>", "write it like"),
    Case("backups.dump.retention_days", 0, "from 1 to 3,650", "raise it to 1"),
    Case("alerts[0].expression", "", "text that is not empty", "write it like"),
    Case("dashboards[0].panels", [], "at least 1 of them", "write it like"),
)
