"""Mistakes in what Jobs and the migration say of buckets, queues and topics."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_STATED: dict[str, Raw] = {
    "buckets": {"uploads": {}},
    "queues": {"orders": {}},
    "topics": {"events": {"queues": {"orders": {}}}},
    "tables": {"sessions": {"partition_key": {"name": "id"}}},
    "jobs": {"report": {"service": "worker", "command": ["report"]}},
}
_JOB = "jobs.report"
_RESTORED: dict[str, Raw] = {**_STATED, "backups.restore_test": {"schedule": "0 4 * * 0"}}

CASES = (
    workload(
        f"{_JOB}.buckets",
        {"upload": "read"},
        "a bucket: uploads",
        "'uploads'?",
        at=f"{_JOB}.buckets.upload",
        also=_STATED,
    ),
    workload(
        f"{_JOB}.queues", {"order": "send"}, "a queue: orders", "'orders'?", at=f"{_JOB}.queues.order", also=_STATED
    ),
    workload(
        f"{_JOB}.tables",
        {"session": "read"},
        "a table: sessions",
        "'sessions'?",
        at=f"{_JOB}.tables.session",
        also=_STATED,
    ),
    workload(f"{_JOB}.topics", ["event"], "a topic: events", "'events'?", at=f"{_JOB}.topics[0]", also=_STATED),
    workload(
        "migration.buckets",
        {"upload": "read"},
        "a bucket: uploads",
        "'uploads'?",
        at="migration.buckets.upload",
        also=_STATED,
    ),
    workload(
        "migration.environment.QUEUE",
        {"output": "queues.order.url"},
        "queues.orders.url",
        "did you mean 'queues.orders.url'?",
        at="migration.environment.QUEUE.output",
        also=_STATED,
    ),
    workload(
        "migration.environment.ADDRESS",
        {"output": "pod.ip"},
        "not supported: an output of one pod in the migration",
        "leave it out",
        at="migration.environment.ADDRESS",
    ),
    workload(
        "migration.queues",
        {"orders": "send"},
        "none with `backups.restore_test:`",
        "move this work to a job with `queues:`",
        at="migration.queues",
        also=_RESTORED,
    ),
)
