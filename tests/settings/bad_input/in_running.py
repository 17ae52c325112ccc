"""Mistakes in what surrounds a service's process, in Jobs, and in what the pooler asks for."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_API = "services.api"
_JOB: dict[str, Raw] = {"service": "api", "command": ["./report"]}
_POOLED: dict[str, Raw] = {"kind": "wired", "output": "database.pooled_url"}

CASES = (
    # the class of the resource figures
    workload(
        f"{_API}.quality_of_service", "guaranteed", "burstable: requests 1, 2Gi and limits 2, 4Gi differ", "equal"
    ),
    workload(f"{_API}.quality_of_service", "best", "guaranteed | burstable", "write"),
    # volumes, folders and log files
    workload(
        f"{_API}.volumes./data",
        {"kind": "disc"},
        "scratch | disk | persistent",
        "disk",
        at=f'{_API}.volumes["/data"].kind',
    ),
    workload(f"{_API}.volumes./data", {"size": "20GB"}, "Gi", "20Gi", at=f'{_API}.volumes["/data"].size'),
    workload(
        f"{_API}.volumes./data",
        {"kind": "persistent"},
        "with up to 10 pods",
        "write disk",
        at=f'{_API}.volumes["/data"].kind',
    ),
    workload(f"{_API}.volumes./tmp", {}, "each folder once", "remove it", at=f"{_API}.security.writable_paths[0]"),
    workload(f"{_API}.log_files.audit", "/var/log/audit.jsonl", "below one of the service's volumes", "/var/log: {}"),
    workload(f"{_API}.config", {"path": "/etc/api", "files": {}}, "at least 1", "write", at=f"{_API}.config.files"),
    # waiting, placement, ports
    workload(f"{_API}.placement.near", "databse", "a service: ", "name a service"),
    workload(f"{_API}.placement.priority", "high", "platform | product | background", "write"),
    workload(f"{_API}.ports.metrics.service_port", 3000, "each port of the Kubernetes Service once", "remove it"),
    workload(f"{_API}.drain_seconds", 601, "from 0 to 600", "lower it to 600"),
    # the pooler
    workload(
        f"{_API}.uses",
        ["database", "cache", "pooler"],
        "a component that the file has",
        "pooler: {}",
        at=f"{_API}.uses[2]",
    ),
    workload(
        "secrets.DATABASE_URL",
        _POOLED,
        "the pooler's address only in services that use the pooler",
        "add pooler",
        also={"database.pooler": {}, "database.owner": "shop"},  # whose migration may go through the pooler
        at=f"{_API}.secrets[0]",
    ),
    workload("database.pooler", {"clients": 5}, "from 10 to 10,000", "raise it to 10", at="database.pooler.clients"),
    # Jobs
    workload(
        "jobs.report", {**_JOB, "service": "apii"}, "a service: ", "did you mean 'api'?", at="jobs.report.service"
    ),
    workload("jobs.report", {**_JOB, "schedule": "0 25 * * *"}, "hour", "", at="jobs.report.schedule"),
    workload(
        "jobs.report", {**_JOB, "secrets": ["NOBODY"]}, "a declared secret", "declare it", at="jobs.report.secrets[0]"
    ),
    workload("jobs.api", _JOB, "a name that no service has", "rename"),
    workload("jobs.migration", _JOB, "a name that the platform does not use itself", "choose another"),
    workload(
        "jobs.report",
        {**_JOB, "calls": [{"service": "api", "port": "grpc"}]},
        "a TCP port of api",
        "add the port",
        at="jobs.report.calls[0].port",
    ),
    workload(
        "jobs.report",
        {**_JOB, "resources": {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}},
        "at most the limit, 1",
        "lower it to 1",
        at="jobs.report.resources.requests.cpu",
    ),
)
