"""How GridTokenX is watched, backed up and verified: the guide's figures in what its platform creates."""

import json
from typing import Any

import pytest

from tests.charts.gridtokenx import rendered
from tests.charts.rendering import ROOT, at
from tests.products.gridtokenx import RELEASE, SERVICE, in_workload, produced, variable
from tests.products.proof import LIFECYCLE

_HOST = "api.gridtokenx.com"


@pytest.mark.requirement("GX-121")
def test_every_pod_is_scraped_every_fifteen_seconds() -> None:
    assert in_workload("ServiceMonitor", SERVICE, "spec.endpoints[0].interval") == "15s"


@pytest.mark.requirement("GX-121")
def test_its_rules_are_evaluated_every_fifteen_seconds() -> None:
    groups = in_workload("PrometheusRule", "gridtokenx", "spec.groups")
    assert {group["name"]: group["interval"] for group in groups} == {"gridtokenx": "15s", "gridtokenx-platform": "15s"}


@pytest.mark.requirement("GX-122")
def test_every_pods_own_port_and_path_are_scraped() -> None:
    endpoint = in_workload("ServiceMonitor", SERVICE, "spec.endpoints[0]")
    assert endpoint["path"] == "/metrics"
    assert in_workload("Service", SERVICE, f"spec.ports[name={endpoint['port']}].port") == 9090
    assert in_workload("ServiceMonitor", SERVICE, "spec.selector.matchLabels") == {"app": SERVICE}


@pytest.mark.requirement("GX-118")
def test_the_adapter_makes_the_autoscalers_figure_from_the_products_counter() -> None:
    (rule,) = produced().one(RELEASE, "monitoring-adapter-release").inputs["values"]["rules"]["custom"]
    assert rule["name"] == {"matches": "^http_requests_total$", "as": "http_requests_per_second"}
    assert rule["seriesQuery"] == 'http_requests_total{namespace="gridtokenx",pod!=""}'


_ORDERS = "sum(rate(market_orders_total[5m])) * 60"
_TRADES = "sum(rate(market_trades_total[5m])) * 60"
_MATCHING = "sum by (le) (increase(market_matching_duration_seconds_bucket[5m]))"
_BOOK = "max(market_order_book_size)"
_SETTLED = 'sum(rate(market_settlements_total{status="success"}[5m])) / sum(rate(market_settlements_total[5m]))'
_ANSWERS = "sum by (le) (increase(http_request_duration_seconds_bucket[5m]))"

_PANELS = [
    pytest.param(title, chart, expression, id=names[0], marks=[pytest.mark.requirement(name) for name in names])
    for names, title, chart, expression in (
        (("GX-127", "GX-123"), "Orders per minute", "timeseries", _ORDERS),
        (("GX-128", "GX-124"), "Trades per minute", "timeseries", _TRADES),
        (("GX-129", "GX-125"), "Matching latency", "heatmap", _MATCHING),
        (("GX-130",), "Settlement success rate", "gauge", _SETTLED),
        (("GX-131", "GX-126"), "Order book size", "gauge", _BOOK),
        (("GX-132",), "Spread", "timeseries", "max by (pair) (market_spread)"),
        (("GX-133",), "WebSocket connections", "gauge", "sum(websocket_connections_active)"),
        (("GX-134",), "API response time", "heatmap", _ANSWERS),
    )
]


@pytest.mark.parametrize(("title", "chart", "expression"), _PANELS)
def test_panel(title: str, chart: str, expression: str) -> None:
    delivered = json.loads(in_workload("ConfigMap", "gridtokenx-dashboards", "data")["gridtokenx.json"])
    panels = {panel["title"]: panel for panel in delivered["panels"]}
    assert (panels[title]["type"], panels[title]["targets"][0]["expr"]) == (chart, expression)


def _alerts() -> list[Any]:
    groups = rendered("workload", "prod").one("PrometheusRule", "gridtokenx")["spec"]["groups"]
    return at(groups, "[name=gridtokenx].rules")


@pytest.mark.requirement("GX-140")
def test_somebody_is_told_when_matching_is_slow_or_stops_and_when_the_book_is_nearly_full() -> None:
    """The guide asks for alerts and names none: these follow from its own figures."""
    assert [
        (each["alert"], each["expr"], each["for"], each["labels"]["severity"], each["annotations"]["summary"])
        for each in _alerts()
    ] == [
        (
            "MatchingSlow",
            "histogram_quantile(0.99, sum by (le) (rate(market_matching_duration_seconds_bucket[5m]))) > 1",
            "5m",
            "warning",
            "A matching cycle takes longer than its interval of one second",
        ),
        (
            "MatchingStopped",
            "sum(rate(market_matching_duration_seconds_count[5m])) == 0",
            "2m",
            "critical",
            "No matching cycle has ended for two minutes",
        ),
        (
            "OrderBookNearlyFull",
            "max(market_order_book_size) > 90000",
            "5m",
            "warning",
            "The order book holds nine tenths of its 100000 orders",
        ),
    ]


@pytest.mark.requirement("GX-64")
@pytest.mark.requirement("GX-126")
def test_the_alert_on_the_book_comes_before_the_books_own_limit() -> None:
    expression = at(_alerts(), "[alert=OrderBookNearlyFull].expr")
    assert float(expression.rpartition(" > ")[2]) == 0.9 * int(variable("MAX_ORDER_BOOK_SIZE"))


@pytest.mark.requirement("GX-125")
def test_the_alert_on_matching_compares_with_the_products_own_interval() -> None:
    expression = at(_alerts(), "[alert=MatchingSlow].expr")
    assert float(expression.rpartition(" > ")[2]) == int(variable("MATCHING_INTERVAL_MS")) / 1000


@pytest.mark.requirement("GX-78")
@pytest.mark.requirement("GX-138")
def test_traces_go_to_the_collector_and_on_to_x_ray() -> None:
    assert variable("TRACING_ENABLED") == "true"
    recorder = produced()
    given = recorder.one(RELEASE, "application-workload").inputs["values"]["services"][SERVICE]["environment"]
    assert given["OTEL_EXPORTER_OTLP_ENDPOINT"] == "http://otel-collector:4317"
    collector = recorder.one(RELEASE, "monitoring-traces-collector").inputs
    alias = rendered("foundation", "prod").one("Service", "otel-collector")["spec"]
    assert alias["externalName"] == f"otel-collector.{collector['namespace']}.svc.cluster.local"
    pipeline = collector["values"]["alternateConfig"]["service"]["pipelines"]["traces"]
    assert (pipeline["receivers"], pipeline["exporters"]) == (["otlp"], ["awsxray"])


@pytest.mark.requirement("GX-141")
def test_the_database_is_dumped_every_six_hours_from_the_products_own_database() -> None:
    dump = produced().one(RELEASE, "application-workload").inputs["values"]["dump"]
    assert (dump["schedule"], dump["database"]) == ("0 */6 * * *", "gridtokenx")


@pytest.mark.requirement("GX-142")
def test_the_dump_is_of_the_custom_format_and_named_by_the_time() -> None:
    """GX-D03: 120 dumps in 30 days, none of which takes another's place."""
    dump = in_workload("CronJob", "database-dump", "spec.jobTemplate.spec.template.spec.initContainers[0]")
    assert {each["name"]: each["value"] for each in dump["env"]}["FORMAT"] == "custom"
    script = in_workload("ConfigMap", "database-dump", "data")["dump.sh"]
    assert script == (ROOT / "charts" / "workload" / "files" / "dump.sh").read_text()
    assert '--format="$FORMAT" --blobs' in script
    assert "$PGDATABASE-$(date -u +%Y%m%d_%H%M%S)-" in script


@pytest.mark.requirement("GX-145")
def test_an_archive_stands_beside_the_dumps() -> None:
    rules = produced().one(LIFECYCLE, "backups-store-lifecycle").inputs["rules"]
    assert at(rules, "[id=archive-archives].filter.prefix") == "archives/"
    assert at(rules, "[id=archive-archives].transitions[0].storageClass") == "GLACIER_IR"
    upload = in_workload("CronJob", "database-dump", "spec.jobTemplate.spec.template.spec.containers[0]")
    assert {each["name"]: each["value"] for each in upload["env"]}["ARCHIVED"] == "yes"


@pytest.mark.requirement("GX-146")
@pytest.mark.requirement("GX-173")
def test_a_dump_is_overdue_after_eight_hours_and_every_week_one_is_restored() -> None:
    job = in_workload("CronJob", "restore-test", "spec")
    assert job["schedule"] == "0 5 * * 0"
    (fetch, *_) = job["jobTemplate"]["spec"]["template"]["spec"]["initContainers"]
    assert {each["name"]: each["value"] for each in fetch["env"]}["OLDEST_HOURS"] == "8"
    groups = produced().one(RELEASE, "application-workload").inputs["values"]["ruleGroups"]
    limits = {rule["alert"]: rule["expr"].rpartition(" ")[2] for group in groups for rule in group["rules"]
              if rule.get("alert", "").endswith("Overdue")}  # fmt: skip
    assert limits == {"DatabaseDumpOverdue": str(8 * 3600), "RestoreTestOverdue": str(8 * 86_400)}


@pytest.mark.requirement("GX-144")
def test_dumps_are_kept_for_thirty_days() -> None:
    rules = produced().one(LIFECYCLE, "backups-store-lifecycle").inputs["rules"]
    assert at(rules, "[id=expire-dumps].expiration.days") == 30
    assert at(rules, "[id=expire-dumps].filter.prefix") == "dumps/"


def _checks(job: str) -> dict[str, dict[str, Any]]:
    stated = json.loads(in_workload("ConfigMap", job, "data")["checks.json"])["checks"]
    return {check["kind"]: check for check in stated}


@pytest.mark.parametrize(
    ("kind", "stated"),
    [
        pytest.param(
            "http",
            {"host": _HOST, "path": "/api/health", "contains": "ok", "status": 200},
            marks=pytest.mark.requirement("GX-165"),
        ),
        pytest.param(
            "websocket",
            {"host": _HOST, "path": "/ws", "open_seconds": 65},
            marks=pytest.mark.requirement("GX-170"),
        ),
        pytest.param("certificate", {"host": _HOST, "days": 30}, marks=pytest.mark.requirement("GX-174")),
        pytest.param(
            "targets",
            {
                "host": _HOST,
                "path": "/api/health",
                "requests": 60,
                "counter": 'sum by (pod) (http_requests_total{namespace="gridtokenx", service="api-gateway"})',
            },
            marks=pytest.mark.requirement("GX-176"),
        ),
    ],
)
def test_a_check_of_the_guides_list(kind: str, stated: dict[str, object]) -> None:
    found = _checks("smoke")[kind]
    assert {key: found[key] for key in stated} == stated
    assert len(_checks("smoke")) == 4


@pytest.mark.requirement("GX-174")
def test_a_certificate_that_ends_within_thirty_days_calls_a_person() -> None:
    alarms = [each.inputs for each in produced().of_type("aws:cloudwatch/metricAlarm:MetricAlarm")]
    watched = [each for each in alarms if each.get("metricName") == "DaysToExpiry"]
    assert [(each["comparisonOperator"], each["threshold"]) for each in watched] == [("LessThanThreshold", 30)]
    assert "ingress-certificate" in watched[0]["dimensions"]["CertificateArn"]
    assert watched[0]["alarmActions"]


@pytest.mark.requirement("GX-165")
def test_health_is_asked_for_after_every_rollout() -> None:
    job = rendered("workload", "prod").one("Job", "smoke")
    assert job["metadata"]["annotations"]["helm.sh/hook"] == "post-install,post-upgrade"


@pytest.mark.requirement("GX-177")
def test_the_load_is_more_than_three_pods_may_carry_before_others_join_them() -> None:
    options = json.loads(in_workload("ConfigMap", "load-test", "data")["options.json"])
    assert options["scenarios"]["load"]["stages"] == [
        {"duration": "60s", "target": 500},
        {"duration": "600s", "target": 500},
    ]
    load = in_workload("CronJob", "load-test", "spec.jobTemplate.spec.template.spec.containers[0].env[name=TARGET]")
    assert load["value"] == "http://api-gateway:8080/api/health"
    assert 'deployment="api-gateway"' in _checks("load-test")["scaling"]["replicas"]
