"""Mistakes in ports that clients reach over TCP."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload
from tests.settings.product import DELETE

_PLACE = "ingress.tcp_ports"
_FIRST = f"{_PLACE}[0]"
_API = "services.api"
_SSH: dict[str, Raw] = {
    "host": "ssh",
    "listen": 22,
    "service": "api",
    "port": "ssh",
    "allowed_cidrs": ["203.0.113.0/24"],
}
_PORT: dict[str, Raw] = {f"{_API}.ports.ssh": {"number": 2222}}
_ALSO: dict[str, Raw] = {**_PORT, _PLACE: [_SSH]}

CASES = (
    workload(f"{_FIRST}.allowed_cidrs", DELETE, "IPv4 range", "add", also=_ALSO),
    workload(f"{_FIRST}.allowed_cidrs", [], "at least 1", "", also=_ALSO),
    *(
        workload(
            f"{_FIRST}.allowed_cidrs",
            [*cidrs],
            "the reason why everybody may connect",
            "add `open_because:`",
            at=f"{_FIRST}.open_because",
            also=_ALSO,
        )
        for cidrs in (["0.0.0.0/0"], ["0.0.0.0/1", "128.0.0.0/1"])
    ),
    workload(
        f"{_FIRST}.open_because",
        "Anyone may clone over SSH; keys let in",
        "none for ranges that do not hold everybody",
        "remove it",
        also=_ALSO,
    ),
    workload(
        f"{_FIRST}.allowed_cidrs",
        ["203.0.113.0/24", "203.0.113.7/32"],
        "a range outside 203.0.113.0/24",
        "remove it",
        at=f"{_FIRST}.allowed_cidrs[1]",
        also=_ALSO,
    ),
    workload(f"{_FIRST}.port", "statsd", "a TCP port of api", "add the port", also=_ALSO),
    workload(
        f"{_FIRST}.host",
        "api",
        "not supported: one host for HTTPS and TCP",
        "choose another host, such as ssh.api",
        also=_ALSO,
    ),
    workload(f"{_FIRST}.port", "http", "a port without routes", "state a port of its own", also=_ALSO),
    workload(
        _PLACE,
        [_SSH, {**_SSH, "service": "worker", "port": "smtp"}],
        "each port that clients connect to once",
        "change one",
        at=f"{_PLACE}[1].listen",
        also={**_PORT, "services.worker.ports.smtp": {"number": 2525}},
    ),
    workload(
        _PLACE,
        [_SSH, {**_SSH, "listen": 2222}],
        "each service's port once",
        "change one",
        at=f"{_PLACE}[1].port",
        also=_PORT,
    ),
    workload(f"{_FIRST}.idle_timeout_seconds", 30, "from 60 to 6,000", "raise it to 60", also=_ALSO),
    workload(
        "ingress.deregistration_delay_seconds",
        60,
        "at most services.cache-proxy.termination_grace_seconds, 30",
        "lower it to 30",
        also={
            f"{_API}.termination_grace_seconds": 60,
            "services.worker.termination_grace_seconds": 60,
            "services.cache-proxy": {
                "image": {"repository": "example/proxy", "tag": "v1"},
                "ports": {"smtp": {"number": 2525}},
                "replicas": {"minimum": 1, "maximum": 1},
                "resources": {
                    "requests": {"cpu": "100m", "memory": "64Mi"},
                    "limits": {"cpu": "100m", "memory": "64Mi"},
                },
            },
            _PLACE: [{**_SSH, "listen": 25, "service": "cache-proxy", "port": "smtp"}],
        },
    ),
    workload(
        f"{_API}.environment.SSH_HOST",
        {"output": "ingress.worker.tcp_host"},
        "a service with a TCP port: api",
        "add a TCP port of worker",
        at=f"{_API}.environment.SSH_HOST.output",
        also=_ALSO,
    ),
)
