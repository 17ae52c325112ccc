"""Mistakes in a workload file."""

from tests.settings.bad_input.case import workload
from tests.settings.product import DELETE

_API = "services.api"
_READY = "services.api.probes.readiness"

_TEAMS = {"contacts": {"teams": {"trading": "trading@example.com"}}}

CASES = (
    # keys and types
    workload("servces", {}, "services", "did you mean 'services'?"),
    workload(f"{_API}.replica", 3, "replicas", "did you mean 'replicas'?"),
    workload(f"{_API}.colour", "blue", "image", "remove 'colour'"),
    workload("description", DELETE, "text that is not empty", "add `description:", given="nothing"),
    workload("services", DELETE, "a mapping from a name", "add the section `services:`", given="nothing"),
    workload("services", {}, "at least 1 of them", "write it like"),
    workload(f"{_API}.replicas.minimum", "two", "a whole number from 1 to 500", "write it like 1", given='"two"'),
    workload(f"{_API}.replicas.minimum", 2.5, "a whole number from 1 to 500", "write it like 1"),
    workload(f"{_API}.environment.PORT", 3000, "text", 'put it in quotes: "3000"', given="3000"),
    workload(f"{_API}.environment.DEBUG", True, "text", 'put it in quotes: "true"', given="true"),
    workload(f"{_API}.uses", "database", "a list", "put it in brackets: [database]"),
    workload(f"{_API}.resources.requests.cpu", 1, "cores as '2'", 'put it in quotes: "1"'),
    workload("database.version", 16, "a PostgreSQL version", 'put it in quotes: "16"'),
    workload(_API, None, "a section with", "write its keys below it", given="null"),
    workload("name", "store", "the file's name, shop", "write 'shop'"),
    workload("name", "My Shop", "lower-case letters", "did you mean 'my-shop'?"),
    workload("namespace", "monitoring", "neither Kubernetes nor the platform", "choose another"),
    workload("namespace", "kube-system", "neither Kubernetes nor the platform", "choose another"),
    # services and ports
    workload("services.Web_Server", {}, "lower-case letters", "did you mean 'web-server'?"),
    workload(f"{_API}.ports.metrics.number", 3000, "each port number and protocol of api once", "remove it"),
    workload(f"{_API}.ports.http.number", 70000, "from 1 to 65,535", "lower it to 65535"),
    workload(
        f"{_API}.ports.statsd.protocol",
        "tcp",
        "TCP | UDP",
        "did you mean 'TCP'?",
        also={f"{_API}.ports.statsd": {"number": 1}},
    ),
    workload(f"{_API}.ports.a-very-long-port-name", {"number": 1}, "at most 15", "write it like"),
    workload(f"{_API}.replicas.minimum", 11, "at most the maximum, 10", "raise the maximum to 11"),
    workload(f"{_API}.scaling", {}, "cpu, memory, metrics, queues or several", "add `cpu: 70`"),
    workload(f"{_API}.scaling.cpu", 150, "from 1 to 100", "lower it to 100"),
    # quantities
    workload(f"{_API}.resources.requests.cpu", "3", "at most the limit, 2", "lower it to 2"),
    workload(f"{_API}.resources.requests.memory", "8Gi", "at most the limit, 4Gi", "raise the limit to 8Gi"),
    workload(f"{_API}.resources.limits.memory", "4GB", "binary unit", "write it like '4Gi'"),
    workload(f"{_API}.resources.limits.memory", "lots", "binary unit", "write it like '512Mi'"),
    workload(f"{_API}.resources.limits.cpu", "2 cores", "cores as '2'", "write it like '500m' or '2'"),
    workload(f"{_API}.resources.requests.cpu", "0", "above 0", "at least '1m'"),
    workload(f"{_API}.resources.requests.memory", "1Ki", "at least 1Mi", "at least '1Mi'"),
    # images
    workload(
        f"{_API}.image.tag", "latest", "a version tag, or a digest, in production", "v1.0.0", requirements=("OB-04",)
    ),
    workload(f"{_API}.image.tag", "v1 beta", "at most 128 letters", "did you mean 'v1-beta'?"),
    workload(f"{_API}.image.repository", "Example/API", "in lower case", "did you mean 'example/api'?"),
    workload(f"{_API}.image.repository", "example/api@v1", "without its tag", "write it like"),
    workload(f"{_API}.image.digest", "sha256:123", "64 hexadecimal digits", "write it like"),
    # probes
    workload(f"{_READY}.http.port", "https", "a TCP port of api: http | metrics", "did you mean 'http'?"),
    workload(f"{_READY}.http.path", "ready", "a path that starts with /", "write it like"),
    workload(
        f"{_READY}.tcp",
        {"port": "http"},
        "exactly one of http, tcp, grpc and command",
        "keep",
        at=_READY,
        given="http and tcp",
    ),
    workload(f"{_READY}.http", DELETE, "exactly one of http, tcp, grpc and command", "keep", at=_READY, given="none"),
    workload(f"{_READY}.timeout_seconds", 20, "at most the period, 5 s", "lower it to 5"),
    workload(f"{_READY}.initial_delay_seconds", 60, "10 + 10 x 3 = 40", "add a startup probe"),
    workload(f"{_API}.probes.liveness.success_threshold", 2, "1 for a liveness probe", "remove it"),
    workload(f"{_READY}.period_seconds", 0, "from 1 to 3,600", "raise it to 1"),
    # references
    workload("ingress.routes[0].service", "apii", "a service: api | worker", "did you mean 'api'?"),
    workload(
        "ingress.routes[0].port", "web", "a TCP port of api: http | metrics", "add the port under services.api.ports"
    ),
    workload("ingress.routes[1].port", "statsd", "a TCP port of worker: http", "add the port"),
    workload("ingress.routes[1].path", "/", "each host and path once", "remove it", at="ingress.routes[1]"),
    workload("ingress.routes[1].path", "/a" * 16, "at most 14 segments", "shorten it to /a/a"),
    workload(
        "ingress.routes[1]",
        {"host": "www", "service": "api", "port": "http", "health_path": "/up"},
        "one health path for port http of api: /",
        "write /, or change the other",
        at="ingress.routes[1].health_path",
    ),
    workload("ingress.routes[0].host", "Api_1", "a name below the stack's domain", "did you mean 'api-1'?"),
    workload("ingress.routes[0].path", "jobs", "a path that starts with /", "write it like"),
    workload(f"{_API}.metrics.port", "metric", "a TCP port of api", "did you mean 'metrics'?"),
    workload(f"{_API}.calls[0].service", "workers", "a service: api | worker", "did you mean 'worker'?"),
    workload(f"{_API}.calls[0].port", "grpc", "a TCP port of worker", "add the port"),
    workload(f"{_API}.calls[1]", {"service": "worker", "port": "http"}, "each connection once", "remove it"),
    workload(
        f"{_API}.egress[1]",
        {"name": "partner", "port": 80},
        "each egress name once",
        "remove",
        at=f"{_API}.egress[1].name",
    ),
    workload("migration.service", "apy", "a service: api | worker", "did you mean 'api'?"),
    workload("objectives[0].service", "web", "a service: api | worker", "name a service of this file"),
    workload(
        "health_check",
        {"host": "apy", "path": "/health", "search": "ok"},
        "the host of a route: api",
        "did you mean 'api'?",
        at="health_check.host",
    ),
    # secrets
    workload(f"{_API}.secrets[0]", "DATABASE_URI", "a declared secret", "did you mean 'DATABASE_URL'?"),
    workload(f"{_API}.secrets[2]", "PARTNER_KEY", "each secret once", "remove it"),
    workload(
        f"{_API}.secrets[2]", "PORT", "each variable once", "remove PORT", also={"secrets.PORT": {"kind": "generated"}}
    ),
    workload("migration.secrets[0]", "PASSWORD", "a declared secret", "declare it: secrets.PASSWORD"),
    workload(f'{_API}.files["/etc/key.json"].secret', "SIGNING", "a declared secret", "did you mean 'SIGNING_KEY'?"),
    workload(
        f'{_API}.files["/etc/key.json"].content',
        "{}",
        "exactly one of content and secret",
        "keep",
        at=f'{_API}.files["/etc/key.json"]',
    ),
    workload(f'{_API}.files["/etc/empty"]', {}, "exactly one of content and secret", "keep", given='"neither"'),
    workload(
        f'{_API}.files["etc/relative"]',
        {"content": ""},
        "a path in the container that starts with /",
        "write it like",
        at=f'{_API}.files["etc/relative"]',
    ),
    workload("secrets.SIGNING_KEY.kind", "random", "kind: external | generated | previous", "add `kind: generated`"),
    workload("secrets.SIGNING_KEY", "hunter2", "kind: external | generated", "kind", given="(not shown)"),
    workload("secrets.SIGNING_KEY.value", "hunter2", "bytes", "remove 'value'", given='"value"'),
    workload("secrets.SIGNING_KEY.bytes", 8, "from 16 to 128", "raise it to 16", given="(not shown)"),
    workload("secrets.1KEY", {"kind": "generated"}, "letters, digits, underscores, dots", "write it like"),
    workload(
        "secrets.DATABASE_URL.output",
        "database.uri",
        "database.url",
        "did you mean 'database.url'?",
        given="(not shown)",
    ),
    # database, cache, backups
    workload("database.instance_class", "db.large", "db.<family>.<size>", 'like "db.m7g.large"'),
    workload("database.version", "9.6", "a PostgreSQL version from 14", 'like "16"'),
    workload("database.name", "my-shop", "lower-case letters, digits and underscores", "did you mean 'my_shop'?"),
    workload("database.role", "9shop", "lower-case letters, digits and underscores", "write it like"),
    workload("database.storage_gib", 10, "from 20 to 65,536", "raise it to 20"),
    workload("database.storage_gib", 500, "at least 550", "raise it to 550", at="database.maximum_storage_gib"),
    workload("database.storage_type", "io1", "gp3 | io2", "did you mean 'io2'?"),
    workload("database.storage_type", "io2", "a whole number with io2", "choose gp3", at="database.iops"),
    workload("database.iops", 9000, "12,000 to 64,000", "change iops", also={"database.storage_gib": 400}),
    workload(
        "database.storage_gib",
        50,
        "at least 100 with io2",
        "choose gp3",
        also={"database.storage_type": "io2", "database.iops": 3000},
    ),
    workload("cache.node_type", "m7g.large", "cache.<family>.<size>", 'like "cache.m7g.large"'),
    workload("cache.replicas_per_shard", 0, "1 to 5 in production", "set it to 1"),
    workload(
        "ingress.rate_limit",
        DELETE,
        "in production, a limit on the requests of one address",
        "add `rate_limit",
        given="nothing",
    ),
    workload("cache.eviction", "lru", "noeviction | volatile-lru", "write noeviction"),
    workload("cache", DELETE, "it has no `cache:` section", "add the section `cache:`", at=f"{_API}.uses[1]"),
    workload(
        f"{_API}.database_pool", 10, "0 without database in uses", "add database", also={f"{_API}.uses": ["cache"]}
    ),
    workload("backups.dump.schedule", "@weekly", "five fields", "write it as '0 0 * * 0'"),
    workload("backups.dump.schedule", "daily", "five fields", "write five fields (1 given)"),
    workload("backups.dump.schedule", "0 25 * * *", "hour 0-23", "'25' is outside 0-23"),
    workload("backups.dump.schedule", "0 2 31 2 *", "five fields", "it never fires"),
    workload("backups.dump.schedule", "*/0 * * * *", "five fields", "must be 1 or more"),
    workload("backups.dump.schedule", "0 5-2 * * *", "five fields", "write the range as 2-5"),
    workload("backups.dump.schedule", "0 2 * * MON", "five fields", "'MON' is none of these"),
    workload("backups.dump.retention_days", 0, "from 1 to 3,650", "raise it to 1"),
    # ingress and observation
    workload("ingress.rate_limit.window_seconds", 90, "60 | 120 | 300 | 600", "the nearest is 60"),
    workload("ingress.rate_limit.requests", 1, "from 10 to", "raise it to 10"),
    workload("ingress.routes", [], "a limit on routes that exist", "add `routes:`", at="ingress.rate_limit"),
    workload(
        "ingress.deregistration_delay_seconds",
        60,
        "services.api.termination_grace_seconds, 30",
        "raise the grace to 60",
        also={"services.worker.termination_grace_seconds": 90},
    ),
    workload(
        "alerts[1]",
        {"name": "HighErrorRate", "expression": "up", "for": "1m", "severity": "info", "summary": "x"},
        "each alert name once",
        "remove it",
        at="alerts[1].name",
    ),
    workload("alerts[0].for", "five minutes", "a duration in s, m or h", 'like "5m"'),
    workload("alerts[0].severity", "crit", "critical | warning | info", "did you mean 'critical'?"),
    workload("alerts[0].name", "high error rate", "a capital first", "write it like"),
    workload(
        "dashboards[1]",
        {"title": "Shop", "panels": [{"title": "x", "expression": "up"}]},
        "each dashboard title once",
        "remove",
        at="dashboards[1].title",
    ),
    workload("dashboards[0].panels", [], "at least 1 of them", "write it like"),
    workload("dashboards[0].panels", DELETE, "panels, or a model", "add one", given="nothing"),
    workload(
        "dashboards[0].model", '{"panels": []}', "panels, or a model", "keep one of them", at="dashboards[0].panels"
    ),
    workload(
        "dashboards[0]", {"title": "Shop", "model": "{]"}, "JSON of an object", "export", at="dashboards[0].model"
    ),
    workload("objectives[0].percentile", 100, "above 0 and below 100", "write it like"),
    workload(
        "objectives[1]",
        {"name": "latency", "service": "api", "percentile": 95.0, "milliseconds": 1, "histogram": "x"},
        "each objective name once",
        "remove",
        at="objectives[1].name",
    ),
    workload("alerts[0].team", "trdaing", "a team of contacts.teams: trading", "did you mean 'trading'?", also=_TEAMS),
    workload("alerts[0].team", "trading", "a team of contacts.teams: none exists", "give its address"),
    workload("contacts.on_call_team", "ops", "a team of contacts.teams: trading", "give its address", also=_TEAMS),
    workload("contacts.platform_team", "ops", "a team of contacts.teams: trading", "give its address", also=_TEAMS),
    workload("contacts.teams.trading", "nobody", "an e-mail address", "write it like", also=_TEAMS),
    workload("contacts.email", "support", "an e-mail address", "write it like", also={"contacts": {}}),
)
