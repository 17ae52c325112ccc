"""Mistakes in containers beside a service's own, in locks, and in what a stack runs of its product."""

from settings.raw import Raw
from tests.settings.bad_input.case import stack, workload

_API = "services.api"
_SIDE = f"{_API}.sidecars.proxy"
_SIDECAR: dict[str, Raw] = {
    "image": {"repository": "example/proxy", "tag": "v1"},
    "resources": {"requests": {"cpu": "100m", "memory": "64Mi"}, "limits": {"cpu": "100m", "memory": "64Mi"}},
}
_ALSO: dict[str, Raw] = {_SIDE: _SIDECAR}
_WORKER = "services.worker"

CASES = (
    workload(f"{_SIDE}.image", "example/proxy:v1", "a section with", "write its keys below it", also=_ALSO),
    workload(f"{_SIDE}.resources.requests.cpu", "2", "at most the limit, 100m", "lower it to 100m", also=_ALSO),
    workload(f"{_SIDE}.environment.PORT", 80, "text", 'put it in quotes: "80"', given="80", also=_ALSO),
    workload(
        f"{_SIDE}.environment",
        {"H": {"output": "database.hots"}},
        "database.host",
        "did you mean",
        at=f"{_SIDE}.environment.H.output",
        also=_ALSO,
    ),
    workload(f"{_SIDE}.secrets", ["NOBODYS"], "a declared secret", "declare it", at=f"{_SIDE}.secrets[0]", also=_ALSO),
    workload(
        f"{_SIDE}.shares",
        ["/data"],
        "a folder that the service may write to",
        "add `volumes:",
        at=f"{_SIDE}.shares[0]",
        also=_ALSO,
    ),
    workload(
        f"{_SIDE}.writable_paths",
        ["/tmp", "/tmp"],
        "each folder once",
        "remove it",
        at=f"{_SIDE}.writable_paths[1]",
        also=_ALSO,
    ),
    workload(
        f"{_SIDE}.ports",
        {"tls": {"number": 3000}},
        "each port number and protocol of a pod once",
        "remove it",
        at=f"{_SIDE}.ports.tls.number",
        also=_ALSO,
    ),
    workload(
        f"{_SIDE}.ports",
        {"http": {"number": 81}},
        "each port name of a pod once",
        "remove it",
        at=f"{_SIDE}.ports.http",
        also=_ALSO,
    ),
    workload(
        f"{_SIDE}.probes",
        {"readiness": {}},
        "exactly one of http, tcp, grpc and command",
        "keep",
        at=f"{_SIDE}.probes.readiness",
        also=_ALSO,
    ),
    workload(
        f"{_SIDE}.probes",
        {"readiness": {"tcp": {"port": "tls"}}},
        "a TCP port of api: http | metrics",
        "add the port",
        at=f"{_SIDE}.probes.readiness.tcp.port",
        also=_ALSO,
    ),
    workload(f"{_API}.sidecars.api", _SIDECAR, "another name than the service's own container", "rename it"),
    workload(f"{_API}.sidecars.collector", _SIDECAR, "does not use itself", "choose another"),
    workload(
        f"{_WORKER}.ports",
        {},
        "a TCP port of worker",
        "add the port",
        at="ingress.routes[1].port",
        also={f"{_API}.calls": []},
    ),
    workload(
        f"{_WORKER}.leader_election",
        {"lease": "leader"},
        "each lease once",
        "remove it",
        at=f"{_WORKER}.leader_election.lease",
        also={f"{_API}.leader_election": {"lease": "leader"}},
    ),
    workload(
        f"{_API}.leader_election",
        {},
        "at most 40 lower-case",
        "add `lease",
        at=f"{_API}.leader_election.lease",
        given="nothing",
    ),
    workload(f"{_API}.update", "blue-green", "rolling | recreate", "write rolling"),
    workload(f"{_API}.optional", True, "false for a service with routes", "remove it"),
    stack(
        "application.include",
        ["worker"],
        "an optional service: the product has none",
        "runs without being asked",
        at="application.include[0]",
    ),
    stack(
        "application.include",
        ["wroker"],
        "a service: api | worker",
        "did you mean 'worker'?",
        at="application.include[0]",
    ),
    stack("application.services.wroker", {}, "a service: api | worker", "did you mean 'worker'?"),
    stack(
        "application.services.api.environment",
        {"DATABASE_URL": "postgres://"},
        "does not get from a secret",
        "remove it",
        at="application.services.api.environment.DATABASE_URL",
    ),
    stack(
        "application.services.api.egress",
        [{"name": "partner", "port": 80}],
        "own egress does not have",
        "choose another",
        at="application.services.api.egress[0].name",
    ),
)
