"""Every Prometheus rule of a product's production on EKS, as the program makes them."""

from functools import cache
from typing import Any, cast

from components.capabilities.event_bus import rules as event_bus
from components.capabilities.timeseries import rules as timeseries
from components.chart_values.rules import AlertRule, RuleGroup
from components.monitoring.prometheus_values import PrometheusRequest, prometheus_values
from components.product.rules import rule_groups
from settings import PlatformSettings
from settings.arithmetic.recovery import archive_stuck_seconds
from tests.charts.whole_platform import WORKLOADS, settings

Group = dict[str, Any]
__all__ = ["WORKLOADS", "Group", "alerts", "groups", "needed", "production"]

_REQUEST = PrometheusRequest(
    cluster_name="shop-prod",
    region="us-east-1",
    topic_arn="arn:aws:sns:us-east-1:111122223333:shop-prod-notifications",
    chat_topic_arn=None,
    replicas=2,
    retention_days=30,
    storage_gib=100,
    storage_class="gp3",
    secret_store="aws-secrets-manager",
    admin_secret="shop/prod/grafana-admin",
)


@cache
def production(workload: str) -> PlatformSettings:
    """A product on Pulumi.prod.yaml."""
    return settings(workload, "prod")


@cache
def groups(workload: str) -> tuple[Group, ...]:
    """The rule groups of the product, of the stores that it runs on the cluster, and of the cluster itself."""
    given = production(workload)
    stores = {"timeseries": _timeseries(given), "event-bus": _event_bus(given)}
    made = [*rule_groups(given), *(RuleGroup(name=name, rules=rules) for name, rules in stores.items() if rules)]
    cluster: Any = prometheus_values(_REQUEST)["additionalPrometheusRulesMap"]
    return (*(group.to_helm() for group in made), *cast("list[Group]", cluster["platform"]["groups"]))


def needed(workload: str, alert: str) -> tuple[Group, ...]:
    """The groups that an alert is in, with their recordings and without other alerts."""
    found = [group for group in groups(workload) if any(rule.get("alert") == alert for rule in group["rules"])]
    return tuple(
        {**group, "rules": [rule for rule in group["rules"] if rule.get("alert", alert) == alert]} for group in found
    )


def alerts(workload: str) -> list[dict[str, Any]]:
    """The product's alerts, without its recordings."""
    return [rule for group in groups(workload) for rule in group["rules"] if "alert" in rule]


def _timeseries(given: PlatformSettings) -> tuple[AlertRule, ...]:
    needs, size = given.workload.timeseries, given.stack.timeseries
    if needs is None or size is None:
        return ()
    return timeseries.rules(
        "timeseries",
        "timeseries",
        instances=size.instances,
        connections=needs.connections,
        stuck_seconds=archive_stuck_seconds(given.workload),
    )


def _event_bus(given: PlatformSettings) -> tuple[AlertRule, ...]:
    needs, size = given.workload.event_bus, given.stack.event_bus
    if needs is None or size is None:
        return ()
    return event_bus.rules(
        "event-bus", brokers=size.brokers, name_servers=size.name_servers, lag_messages=needs.lag_messages
    )
