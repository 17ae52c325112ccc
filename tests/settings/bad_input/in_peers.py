"""Mistakes in peers that find each other by DNS, and in outputs that only a running pod knows."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload
from tests.settings.product import DELETE

_API, _WORKER = "services.api", "services.worker"
_IP: dict[str, Raw] = {"output": "pod.ip"}
_HOST: dict[str, Raw] = {"output": "services.worker.headless_host"}
_VARIABLE = f"{_API}.environment.NODE"

CASES = (
    workload(f"{_API}.headless", "yes", "true or false", "write", given="yes"),
    workload(
        f"{_WORKER}.headless",
        True,
        "false for a service without ports",
        "add the ports on which pods of worker connect",
        also={"ingress.routes": [{"host": "api", "service": "api", "port": "http"}], f"{_API}.calls": []}
        | {f"{_WORKER}.ports": DELETE},
    ),
    workload(
        f"{_API}.headless",
        True,
        "not supported: a headless service beside another called api-headless",
        "rename the other",
        also={
            "services.api-headless": {
                "image": {"repository": "example/other", "tag": "v1"},
                "replicas": {"minimum": 1, "maximum": 1},
                "resources": {
                    "requests": {"cpu": "100m", "memory": "64Mi"},
                    "limits": {"cpu": "100m", "memory": "64Mi"},
                },
            }
        },
    ),
    workload(
        f"{_WORKER}.headless",
        True,
        "not supported: peers over UDP (statsd) with mutual_tls",
        "let them speak TCP",
        also={"transit_encryption": "mutual_tls"},
    ),
    # a name that leads nowhere
    workload(
        _VARIABLE, _HOST, "a headless service: none", "write `headless: true` for worker", at=f"{_VARIABLE}.output"
    ),
    workload(
        _VARIABLE,
        {"output": "services.wroker.headless_host"},
        "a service: api | worker",
        "did you mean 'worker'?",
        at=f"{_VARIABLE}.output",
        given="wroker",
    ),
    # one value for several pods
    workload("environment.NODE", _IP, "not supported: an output of one pod", "state NODE in `environment:` of each"),
    workload(
        "environment.NODE",
        {"text": "app@{pod.name}"},
        "not supported: an output of one pod in variables that every pod shares",
        "state NODE in `environment:` of each",
        given="pod.name",
    ),
    workload(
        "secrets.NODE",
        {"kind": "text", "text": "{database.password}@{pod.ip}"},
        "not supported: an output of one pod in a secret",
        "compose it in the product",
        at="secrets.NODE.text",
        given="pod.ip",
        also={f"{_API}.secrets": ["DATABASE_URL", "PARTNER_KEY", "NODE"]},
    ),
    workload(
        "helm_chart",
        {
            "repository": "https://charts.example.com",
            "chart": "worker",
            "version": "1.0.0",
            "services": {"worker": {"labels": {"app": "worker"}}},
            "outputs": {"node.ip": "pod.ip"},
        },
        "not supported: an output of one pod in values of a chart",
        "downward API",
        at='helm_chart.outputs["node.ip"]',
        given="pod.ip",
    ),
    workload(f"{_VARIABLE}.output", "pod.id", "an output: ", "did you mean 'pod.ip'?"),
    workload(f"{_API}.environment.GROUNDWORK_POD_IP", "1", "a name that neither Kubernetes", "choose another"),
)
