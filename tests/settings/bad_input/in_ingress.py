"""Mistakes in what a product asks of its ingress."""

from settings.raw import Raw
from tests.settings.bad_input.case import stack, workload

_API = "services.api"
_METRIC: dict[str, Raw] = {"name": "requests_per_second", "average": 100}

CASES = (
    *(
        workload(
            "ingress.blocked_paths",
            [{"path": path}],
            "a path of letters",
            fix,
            at="ingress.blocked_paths[0].path",
            given=path,
        )
        for path, fix in (("/", "write it like"), ("/in ternal", "did you mean"), ("/x/", "did you mean '/x'?"))
    ),
    workload(
        "ingress.blocked_paths",
        [{"path": "/x", "status": 500}],
        "403 | 404",
        "",
        at="ingress.blocked_paths[0].status",
        given="500",
    ),
    workload(
        "ingress.blocked_paths[1]",
        {"path": "/x"},
        "each path once",
        "remove it",
        at="ingress.blocked_paths[1].path",
        also={"ingress.blocked_paths": [{"path": "/x", "status": 403}]},
    ),
    workload(
        "ingress.blocked_paths",
        [{"path": "/jobs"}],
        "a path that is not blocked",
        "remove the route",
        at="ingress.routes[1].path",
        given="/jobs",
    ),
    workload(
        "ingress.operator_paths",
        [f"/{'a' * 100}{number}" for number in range(4)],
        "paths of 400 characters together (WAF); these have 412",
        "block what they have in common",
        given="4 paths",
    ),
    workload(
        "ingress.rate_limits",
        [{"name": "log-in", "path": "/a", "requests": 10}, {"name": "log-in", "path": "/b", "requests": 10}],
        "each limit's name once",
        "change one",
        at="ingress.rate_limits[1].name",
        given="log-in",
    ),
    workload(
        "ingress.cors",
        {"origins": ["app", "admin"]},
        "one origin at a load balancer",
        "add `cdn: {}`",
        at="ingress.cors.origins",
        given="app, admin",
    ),
    workload(
        f"{_API}.environment.ORIGINS",
        {"output": "cors.origins"},
        "it states no origins",
        "add `ingress.cors:`",
        at=f"{_API}.environment.ORIGINS.output",
        given="cors.origins",
    ),
    workload("ingress.idle_timeout_seconds", 86400, "from 1 to 4,000", "lower it to 4000"),
    workload(
        "ingress.cdn",
        {"read_timeout_seconds": 120},
        "from 1 to 60",
        "lower",
        at="ingress.cdn.read_timeout_seconds",
        given="120",
    ),
    workload(
        "ingress.routes[1]",
        {"host": "www", "service": "api", "port": "http", "health_interval_seconds": 10},
        "one health check interval for port http of api: 15",
        "write 15",
        at="ingress.routes[1].health_interval_seconds",
        given="10",
    ),
    workload(
        "static_sites.web",
        {"host": "api"},
        "a host without routes",
        "choose another",
        at="static_sites.web.host",
        given="api",
    ),
    workload(
        "static_sites.help",
        {"host": "web"},
        "each host of files once",
        "change one",
        at="static_sites.help.host",
        given="web",
        also={"static_sites.web": {"host": "web"}},
    ),
    workload(
        f"{_API}.scaling.metrics",
        [_METRIC, _METRIC],
        "each metric once",
        "change one",
        at=f"{_API}.scaling.metrics[1].name",
        given="requests_per_second",
    ),
    workload(
        "services.worker.scaling",
        {"metrics": [_METRIC]},
        "none for a service that is not scraped",
        "add `metrics:`",
        at="services.worker.scaling.metrics",
        given="requests_per_second",
    ),
    workload(
        f"{_API}.scaling.metrics[0].average",
        0,
        "a whole number, 1 or more",
        "raise it to 1",
        also={f"{_API}.scaling.metrics": [_METRIC]},
    ),
    stack(
        "ingress.operator_cidrs",
        ["10.0.0.1/8"],
        "CIDR notation",
        "write '10.0.0.0/8'",
        at="ingress.operator_cidrs[0]",
        given="10.0.0.1/8",
    ),
)
