"""From a request that fails to the message that calls somebody, over the real Prometheus and Alertmanager.

The trading system's ServiceMonitor says how it is scraped, its PrometheusRule what is recorded and told, the release of
kube-prometheus-stack who is called, the adapter's what the autoscaler reads. An hour of good traffic lies before.
"""

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.charts.rendering import Rendered, render
from tests.charts.whole_platform import RELEASE, local_releases, recorded
from tests.observability.servers import alertmanager, backfill, prometheus, query
from tests.observability.shop import Shop, open_shop
from tests.observability.topic import Message, Topic, listening
from tests.tool import tool

_PRODUCT, _SERVICE, _NAMESPACE = "ai-trading", "trading-app", "trading-system"
_A_SECOND = 20
_BEFORE_SECONDS, _STEP_SECONDS = 4200, 15
_GOOD_SECONDS = 35
_TOLD_WITHIN_SECONDS = 120
_QUIET_SECONDS = 20
_POD = {"namespace": _NAMESPACE, "service": _SERVICE, "pod": f"{_SERVICE}-1", "job": _SERVICE}


def _objects() -> Rendered:
    """What the product's release puts into the cluster."""
    (release,) = [each for each in local_releases(_PRODUCT, "production") if each.chart.name == "workload"]
    return render("workload", dict(release.values))


def _values(release: str) -> Mapping[str, Any]:
    """The values that the program hands to a release of monitoring."""
    found = [each for each in recorded(_PRODUCT, "production").of_type(RELEASE) if each.inputs["name"] == release]
    return found[0].inputs["values"]


def _scraping(objects: Rendered, port: int, rules: Path) -> dict[str, Any]:
    """Write what the operator makes of a ServiceMonitor, with this machine in the place of the pod."""
    (endpoint,) = objects.one("ServiceMonitor", _SERVICE)["spec"]["endpoints"]
    labels = {key: value for key, value in _POD.items() if key != "job"}
    job = {
        "job_name": _SERVICE,
        "metrics_path": endpoint["path"],
        "scrape_interval": endpoint["interval"],
        "scrape_timeout": "5s",
        "static_configs": [{"targets": [f"127.0.0.1:{port}"], "labels": {**labels, "instance": "10.0.0.1:8000"}}],
    }
    stated = _values("prometheus")["prometheus"]["prometheusSpec"]
    return {
        "global": {"evaluation_interval": "30s", "external_labels": stated["externalLabels"]},
        "rule_files": [str(rules)],
        "scrape_configs": [job],
    }


def _good_traffic(until: float) -> list[str]:
    """An hour and more of good answers."""
    labels = ",".join(
        f'{key}="{value}"'
        for key, value in {**_POD, "instance": "10.0.0.1:8000", "method": "GET", "status": "200"}.items()
    )
    times = range(0, _BEFORE_SECONDS + 1, _STEP_SECONDS)
    series = f"http_requests_total{{{labels}}}"
    lines = [f"{series} {_A_SECOND * at} {until - _BEFORE_SECONDS + at:.3f}" for at in times]
    return ["# TYPE http_requests counter", *lines]


def _until(true: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while not true() and time.monotonic() < end:
        time.sleep(0.2)
    return true()


def _asked_by_the_autoscaler(address: str) -> float:
    """Ask as the adapter does for a pod: https://github.com/kubernetes-sigs/prometheus-adapter, docs/config.md."""
    (rule,) = _values("prometheus-adapter")["rules"]["custom"]
    assert query(address, rule["seriesQuery"]), "the adapter would find no series"
    filled = (
        rule["metricsQuery"]
        .replace("<<.Series>>", "http_requests_total")
        .replace("<<.LabelMatchers>>", f'namespace="{_NAMESPACE}",pod=~"{_POD["pod"]}"')
        .replace("<<.GroupBy>>", "pod")
    )
    (sample,) = query(address, filled)
    assert sample["metric"] == {"pod": _POD["pod"]}
    return float(sample["value"][1])


def _pages(topic: Topic) -> list[Message]:
    return [each for each in topic.messages if each.attributes["severity"] == "critical"]


def _firing(address: str) -> set[str]:
    return {each["metric"]["alertname"] for each in query(address, 'ALERTS{alertstate="firing"}')}


def _break(shop: Shop, topic: Topic) -> float:
    """Let every request fail, and give the seconds until somebody is called."""
    shop.broken, begun = True, time.monotonic()
    assert _until(lambda: bool(_pages(topic)), _TOLD_WITHIN_SECONDS), "nobody was called"
    return _pages(topic)[0].at - begun


@pytest.mark.requirement("AT-86")
def test_an_outage_calls_somebody_once_within_two_minutes(tmp_path: Path) -> None:
    for each in ("prometheus", "alertmanager", "promtool"):
        tool(each)
    objects, rules = _objects(), tmp_path / "rules.yaml"
    rules.write_text(yaml.safe_dump(objects.one("PrometheusRule", _PRODUCT)["spec"]), encoding="utf-8")
    routes = _values("prometheus")["alertmanager"]["config"]
    with listening() as topic, open_shop({200: _A_SECOND * _BEFORE_SECONDS}, _A_SECOND) as shop:
        begun = time.monotonic()
        backfill(tmp_path, _good_traffic(time.time()))
        with (
            alertmanager(tmp_path, routes, topic.url) as there,
            prometheus(tmp_path, _scraping(objects, shop.port, rules), there) as server,
        ):
            time.sleep(_GOOD_SECONDS)
            assert _firing(server) == set()
            assert topic.messages == []
            asked, meant = _asked_by_the_autoscaler(server), shop.answered[200] / _A_SECOND - _BEFORE_SECONDS
            # A busy machine asks less often than it means to, and the two minutes hold good traffic from before.
            assert 0.9 * _A_SECOND * meant / (time.monotonic() - begun) < asked < 1.1 * _A_SECOND
            seconds = _break(shop, topic)
            time.sleep(_QUIET_SECONDS)
            (page,) = topic.messages
    assert page.topic == routes["receivers"][1]["sns_configs"][0]["topic_arn"]
    assert page.subject == "[critical] firing: Outage"
    assert page.attributes == {"severity": "critical", "team": "devops"}
    assert _SERVICE in page.text
    print(f"{page.subject}: {seconds:.0f} s after the first failed request; the autoscaler read {asked:.1f}/s")  # noqa: T201
