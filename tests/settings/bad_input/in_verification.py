"""Mistakes in what is to be proven in production."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload
from tests.settings.product import DELETE

_HTTP: dict[str, Raw] = {"kind": "http", "host": "api", "path": "/health"}
_TARGETS: dict[str, Raw] = {**_HTTP, "kind": "targets", "service": "api", "counter": "http_requests_total"}
_CHECK = "verification.smoke.checks[0]"
_TEST = "backups.restore_test"
_WEEKLY: dict[str, Raw] = {"schedule": "0 4 * * 0"}


def _checks(check: dict[str, Raw]) -> dict[str, Raw]:
    return {"smoke": {"checks": [check]}}


CASES = (
    workload("verification", {"smoke": {"checks": []}}, "at least 1 of them", "write it like",
             at="verification.smoke.checks"),
    workload("verification", _checks({**_HTTP, "kind": "https"}), "certificate | http | targets | websocket",
             "did you mean 'http'?", at=f"{_CHECK}.kind"),
    workload("verification", _checks({**_HTTP, "host": "www"}), "the host of a route: api", "name the host",
             at=f"{_CHECK}.host"),
    workload("verification", _checks({"kind": "certificate", "host": "api", "days": 400}), "from 1 to 397",
             "lower it to 397", at=f"{_CHECK}.days"),
    workload("verification", _checks({**_TARGETS, "service": "apo"}), "a service: api", "did you mean 'api'?",
             at=f"{_CHECK}.service"),
    workload("verification", _checks(_TARGETS), "a service whose metrics are scraped", "add services.api.metrics",
             at=f"{_CHECK}.service", also={"services.api.metrics": DELETE, "objectives": []}),
    workload("verification", _checks({**_TARGETS, "requests": 5000}), "at most the rate limit of one address",
             "lower it to", at=f"{_CHECK}.requests"),
    workload("verification", {"load": {"service": "api", "port": "https"}}, "a TCP port of api", "did you mean 'http'?",
             at="verification.load.port"),
    workload("verification", {"load": {"service": "api", "port": "http", "percentile": 97}}, "50 | 90 | 95 | 99",
             "the nearest is 95", at="verification.load.percentile"),
    workload(_TEST, {"schedule": "weekly"}, "five fields", "write five fields", at=f"{_TEST}.schedule"),
    workload(_TEST, {**_WEEKLY, "service": "shop"}, "a service: api", "name a service", at=f"{_TEST}.service"),
    workload(_TEST, {**_WEEKLY, "service": "worker"}, "a readiness probe over HTTP",
             "add services.worker.probes.readiness.http", at=f"{_TEST}.service"),
    workload(_TEST, {**_WEEKLY, "checks": {"rows": "DELETE FROM orders"}}, "one SELECT", "write it like",
             at=f"{_TEST}.checks.rows"),
    workload(_TEST, {**_WEEKLY, "checks": {"rows": "SELECT true; DROP TABLE orders"}}, "one SELECT", "write it like",
             at=f"{_TEST}.checks.rows"),
    workload("backups.dump.format", "plain", "directory | custom", ""),
    workload("backups.dump.archive_days", 30, "from 90 to 3,650", "raise it to 90"),
    workload("backups", {"restore_test": _WEEKLY}, "a test of dumps that are made", "add `backups.dump:`", at=_TEST),
)  # fmt: skip
