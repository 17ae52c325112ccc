"""Mistakes about what ports speak: gRPC and HTTP/2."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_API = "services.api"
_GRPC: dict[str, Raw] = {"number": 50051, "app_protocol": "grpc"}
_ROUTE: dict[str, Raw] = {"host": "rpc", "service": "api", "port": "grpc"}
_ALSO: dict[str, Raw] = {f"{_API}.ports.grpc": _GRPC, "ingress.routes[2]": _ROUTE}
_HTTP2: dict[str, Raw] = {f"{_API}.ports.grpc": {**_GRPC, "app_protocol": "http2"}, "ingress.routes[2]": _ROUTE}
_UNSTATED = "a port that states its app_protocol"

CASES = (
    workload(f"{_API}.ports.http.app_protocol", "h2c", "http | http2 | grpc", "write http"),
    workload(
        "services.worker.ports.statsd.app_protocol",
        "http2",
        "none for a UDP port",
        "write `protocol: TCP`",
    ),
    *(
        workload(
            "ingress.routes[2]",
            {**_ROUTE, "port": name},
            _UNSTATED,
            f"add `app_protocol: grpc` to port {name} of api",
            at="ingress.routes[2].port",
            given=name,
            also={f"{_API}.ports.{name}": {"number": number}, **more},
        )
        for name, number, more in (
            ("grpc", 9000, {}),
            ("internal-grpc", 9000, {}),
            ("rpc", 50051, {}),
            ("rpc", 9000, {f"{_API}.probes.startup": {"grpc": {"port": "rpc"}}}),
        )
    ),
    workload(
        "ingress.routes[2].health_path",
        "/health",
        "a method, /package.service/method",
        "write /grpc.health.v1.Health/Check",
        also=_ALSO,
    ),
    workload("ingress.routes[2].health_grpc_codes", "0-100", "gRPC status codes from 0 to 99", "", also=_ALSO),
    workload("ingress.routes[2].health_grpc_codes", "12-0", "from the lower to the higher", "write 0-12", also=_ALSO),
    workload(
        "ingress.routes[0].health_grpc_codes",
        "0",
        "none for port http of api, which does not speak gRPC",
        "add `app_protocol: grpc`",
    ),
    workload(
        "ingress.routes[3]",
        {**_ROUTE, "path": "/v2", "health_grpc_codes": "0,12"},
        "one set of gRPC codes for port grpc of api: None",
        "change the other",
        at="ingress.routes[3].health_grpc_codes",
        also=_ALSO,
    ),
    workload(
        "ingress.cdn",
        {},
        "not supported: HTTP/2 behind a CDN",
        "leave `cdn:` out",
        at="ingress.routes[2].port",
        given="grpc",
        also=_HTTP2,
    ),
    workload(
        "health_check",
        {"host": "rpc", "path": "/health", "search": "ok"},
        "not supported: asking port grpc of api, which speaks grpc, in HTTP/1",
        "name a path that leads to a port of HTTP/1",
        at="health_check.path",
        given="/health",
        also=_ALSO,
    ),
    workload(
        "verification.smoke",
        {"checks": [{"kind": "http", "host": "rpc", "path": "/health?full=1"}]},
        "not supported: asking port grpc of api, which speaks http2",
        "name a path",
        at="verification.smoke.checks[0].path",
        given="/health?full=1",
        also=_HTTP2,
    ),
    workload(
        "verification.load",
        {"service": "api", "port": "grpc", "path": "/", "virtual_users": 1, "duration_seconds": 60},
        "not supported: a load test of a port that speaks grpc",
        "name a port that speaks HTTP/1",
        at="verification.load.port",
        given="grpc",
        also=_ALSO,
    ),
    workload("ingress.routes[0].health_port", "admin", "a TCP port of api: http | metrics", "add the port"),
    workload(
        "ingress.routes[0].health_port",
        "grpc",
        "a port that speaks http, as http does; grpc speaks grpc",
        "leave it out, or name another",
        also={f"{_API}.ports.grpc": _GRPC},
    ),
    workload(
        "ingress.routes[2]",
        {"host": "www", "service": "api", "port": "http", "health_port": "metrics"},
        "one health port for port http of api: None",
        "change the other",
        at="ingress.routes[2].health_port",
        given="metrics",
    ),
    workload(
        f"{_API}.probes.readiness",
        {"grpc": {"port": "rpc"}},
        "a TCP port of api",
        "add the port",
        at=f"{_API}.probes.readiness.grpc.port",
        given="rpc",
    ),
    workload(
        f"{_API}.probes.readiness",
        {"grpc": {"port": "metrics"}, "tcp": {"port": "http"}},
        "exactly one of http, tcp, grpc and command",
        "keep",
        given="tcp and grpc",
    ),
)
