"""Mistakes in workloads/service-layer.yaml."""

from tests.settings.product import DELETE
from tests.workloads.case import Case

_API = "services.service-layer"
_SNAPSHOTS = f'{_API}.volumes["/data/snapshots"]'

CASES = (
    Case(f"{_API}.quality_of_service", "guaranteed", "requests 1, 2Gi and limits 2, 4Gi differ", "make requests"),
    Case(f"{_API}.ports.http.service_port", 0, "from 1 to 65,535", "raise it to 1"),
    Case(f"{_SNAPSHOTS}.kind", "persistent", "up to 10 pods", "write disk, one for each pod"),
    Case(f"{_SNAPSHOTS}.size", "20GB", "binary unit", "write it like '20Gi'"),
    Case(f"{_API}.log_files.audit", "/var/log/audit.jsonl", "below one of the service's volumes", "/var/log"),
    Case(f"{_API}.config.path", "configs", "starts with /", "write it like"),
    Case(
        f"{_API}.uses",
        ["database"],
        "only in services that use the pooler",
        "add pooler to `uses:`",
        at=f"{_API}.secrets[0]",
    ),
    Case(f"{_API}.waits_for", ["cache"], "database", "write database", at=f"{_API}.waits_for[0]"),
    Case(f"{_API}.egress[1].name", "neo-rpc", "each egress name once", "change one of the two"),
    Case(f"{_API}.egress[0].port", 0, "from 1 to 65,535", "raise it to 1"),
    Case(f"{_API}.probes.readiness.timeout_seconds", 6, "at most the period, 5 s", "raise the period to 6"),
    Case(
        f"{_API}.probes.readiness.success_threshold",
        60,
        "at the earliest it is after 5 + 5 x 59 = 300 s",
        "lower initial_delay_seconds or success_threshold",
        at=f"{_API}.probes.readiness",
    ),
    Case("static_sites.dashboard.host", "api", "a host without routes", "choose another host"),
    Case("static_sites.dashboard.index", "../index.html", "a file's name", "write it like"),
    Case("ingress.routes[0].health_interval_seconds", 5, "from 6 to 300", "raise it to 6"),
    Case("ingress.blocked_paths[1].path", "/metrics", "each path once", "change one of the two"),
    Case("ingress.blocked_paths[0].path", "/*", "letters, digits", "write it like"),
    Case("ingress.rate_limits[0].requests", 5, "from 10 to", "raise it to 10"),
    Case("ingress.headers.frame_options", "ALLOW", "DENY | SAMEORIGIN", "write DENY"),
    Case("secrets.DATABASE_URL.output", "database.uri", "database.pooled_url", "did you mean 'database.url'?"),
    Case("database.pooler.port", 70000, "from 1 to 65,535", "lower it to 65535"),
    Case("database.pooler.clients", 100, "at least 260: what the services' pods open", "or lower database_pool"),
    Case("database.read_replicas", 16, "from 0 to 15", "lower it to 15"),
    Case("jobs.rollout-check.service", "service_layer", "a letter first", "did you mean 'service-layer'?"),
    Case("jobs.rollout-check.deadline_seconds", 0, "from 10 to 86,400", "raise it to 10"),
    Case("jobs.rollout-check.resources.requests.memory", "256Mi", "at most the limit, 128Mi", "raise the limit"),
    Case("migration.secrets[0]", "DATABASE_DSN", "a declared secret", "did you mean"),
    Case("description", DELETE, "text that is not empty", "add `description:"),
)
