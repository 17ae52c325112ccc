"""Mistakes in queues and topics, and in what services say of them."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_QUEUES: dict[str, Raw] = {"queues": {"orders": {}, "ledger": {"fifo": True}}}
_TOPIC: dict[str, Raw] = {**_QUEUES, "topics": {"events": {"queues": {"orders": {}}}}}
_AT = "queues.orders"
_FILTER = "topics.events.queues.orders.filter"

CASES = (
    workload(f"{_AT}.retention_seconds", 59, "from 60 to 1,209,600", "60", also=_QUEUES),
    workload(f"{_AT}.retention_seconds", 1_209_601, "from 60 to 1,209,600", "1209600", also=_QUEUES),
    workload(f"{_AT}.visibility_seconds", 43_201, "from 0 to 43,200", "43200", also=_QUEUES),
    workload(f"{_AT}.delay_seconds", 901, "from 0 to 900", "900", also=_QUEUES),
    workload(f"{_AT}.maximum_receives", 0, "from 1 to 1,000", "1", also=_QUEUES),
    workload("queues.Orders", {}, "lower-case letters", "", at="queues.Orders"),
    workload(
        f"{_AT}.visibility_seconds",
        300,
        "below retention_seconds, 300",
        "raise retention_seconds",
        also={**_QUEUES, f"{_AT}.retention_seconds": 300},
    ),
    workload(
        f"{_AT}.alarm_age_seconds",
        345_600,
        "no message grows older",
        "lower it below 345600",
        also=_QUEUES,
    ),
    workload(
        f"{_AT}.content_based_deduplication",
        True,
        "false without `fifo: true`",
        "write `fifo: true`",
        also=_QUEUES,
    ),
    workload(
        "topics.events.queues.ledger",
        {},
        "a standard topic does not deliver to a FIFO queue",
        "write `fifo: true` for topic events",
        given="ledger",
        also=_TOPIC,
    ),
    workload(
        "topics.events.fifo",
        True,
        "a dead-letter queue of that kind",
        "write `fifo: true` for queue orders",
        at="topics.events.queues.orders",
        given="orders",
        also=_TOPIC,
    ),
    workload("topics.events", {"queues": {}}, "at least 1 of them", "", at="topics.events.queues", also=_QUEUES),
    workload(
        "topics.events.queues.order",
        {},
        "a queue: ledger | orders",
        "did you mean 'orders'?",
        given="order",
        also=_TOPIC,
    ),
    workload(f"{_FILTER}.event", {}, "at least one of anything_but", "add `equals: [...]`", given="no", also=_TOPIC),
    workload(
        f"{_FILTER}.total",
        {"at_least": 5, "below": 5},
        "more than at_least, 5",
        "lower `at_least:`",
        at=f"{_FILTER}.total.below",
        also=_TOPIC,
    ),
    workload(
        _FILTER,
        {name: {"equals": [str(number) for number in range(13)]} for name in ("event", "kind")},
        "these attributes make 169",
        "name fewer values",
        given="26 values",
        also=_TOPIC,
    ),
    workload(
        f"{_FILTER}", {".event": {"equals": ["a"]}}, "single dots inside", "", at=f'{_FILTER}[".event"]', also=_TOPIC
    ),
    workload(
        "services.api.queues",
        {"orders": "read"},
        "send | receive | send-receive",
        "",
        at="services.api.queues.orders",
        also=_QUEUES,
    ),
    workload(
        "services.api.queues",
        {"order": "send"},
        "a queue: ledger | orders",
        "did you mean 'orders'?",
        at="services.api.queues.order",
        also=_QUEUES,
    ),
    workload(
        "services.api.queues",
        {"orders": "send"},
        "a queue: none exists",
        "add it: `queues: {orders: {}}`",
        at="services.api.queues.orders",
    ),
    workload(
        "services.api.topics",
        ["event"],
        "a topic: events",
        "did you mean 'events'?",
        at="services.api.topics[0]",
        also=_TOPIC,
    ),
    workload("services.api.topics", ["events", "events"], "once", "remove", at="services.api.topics[1]", also=_TOPIC),
    workload(
        "services.api.environment.QUEUE",
        {"output": "queues.orders.urls"},
        "queues.orders.url",
        "did you mean 'queues.orders.url'?",
        at="services.api.environment.QUEUE.output",
        also=_QUEUES,
    ),
    workload(
        "services.worker.scaling",
        {"queues": {"orders": 10}},
        "a queue that the service receives: none exists",
        "add `orders: receive`",
        at="services.worker.scaling.queues.orders",
        also={**_QUEUES, "services.worker.queues": {"orders": "send"}},
    ),
    workload(
        "services.api.scaling",
        {"queues": {"orders": 0}},
        "1 or more",
        "",
        at="services.api.scaling.queues.orders",
        also={**_QUEUES, "services.api.queues": {"orders": "receive"}},
    ),
)
