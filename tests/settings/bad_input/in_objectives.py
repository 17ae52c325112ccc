"""Mistakes in service level objectives: what cannot be measured, and budgets that no alert can guard."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload

_REQUESTS = "http_requests_total"
_FAILED = 'http_requests_total{status=~"5.."}'
_KEPT: dict[str, Raw] = {
    "kind": "availability",
    "name": "available",
    "service": "api",
    "percent": 99.9,
    "total": _REQUESTS,
    "bad": _FAILED,
}
_ERRORS: dict[str, Raw] = {**_KEPT, "kind": "error_ratio", "percent": 1}
_ALSO = {"objectives[1]": _KEPT}
_RATIO = {"objectives[1]": _ERRORS}

CASES = (
    workload(
        "objectives[1].kind", "uptime", "kind: availability | error_ratio | latency", "add `kind: latency`", also=_ALSO
    ),
    workload("objectives[1].percent", 100, "below 100, which leaves nothing", "write it like 99.9", also=_ALSO),
    workload("objectives[1].percent", 0, "a percentage above 0", "write it like 99.9", also=_ALSO),
    workload("objectives[1].percent", 100, "below 100", "write it like 1", also=_RATIO),
    workload("objectives[1].percent", 0, "above 0, which leaves nothing", "write it like 1", also=_RATIO),
    workload("objectives[1].percent", 90.0, "above 93.06: a person is called at 14.4 times", "tighten it", also=_ALSO),
    workload("objectives[1].percent", 7.5, "below 6.94: a person is called at 14.4 times", "tighten it", also=_RATIO),
    workload(
        "objectives[1].window_days",
        45,
        "at most 30, the days that the stack keeps metrics",
        "shorten it, or set monitoring.metrics_retention_days: 45",
        also=_ALSO,
    ),
    workload("objectives[1].window_days", 365, "from 3 to 90", "lower it to 90", also=_ALSO),
    workload("objectives[1].service", "apii", "a service: api | worker", "did you mean 'api'?", also=_ALSO),
    workload("objectives[1].service", "worker", "a service with metrics: api", "services.worker.metrics", also=_ALSO),
    workload("objectives[1].team", "trading", "a team of contacts.teams", "give its address", also=_ALSO),
    workload("objectives[1].total", "rate(x[5m])", "a counter's name", "write it like", also=_ALSO),
    workload("objectives[1].bad", "failed_total{status=5}", "PromQL", "write it as", also=_ALSO),
    workload(
        "objectives[1]",
        {key: value for key, value in _KEPT.items() if key != "bad"},
        "two of total, good and bad",
        "add one, such as `bad` beside `total`",
        given="total",
    ),
    workload(
        "objectives[1]",
        {**_KEPT, "good": _REQUESTS},
        "two of total, good and bad",
        "remove one of them",
        given="bad | good | total",
    ),
    workload(
        "dashboards[0].title",
        "shop objectives",
        "each dashboard title once",
        "remove it, or change one of the two",
    ),
)
