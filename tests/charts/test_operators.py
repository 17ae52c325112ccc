"""What an operator may see and do in the cluster, held against the commands that the guides give."""

from functools import cache
from typing import Any

import pytest

from components.cluster.charts import CHARTS
from settings import PlatformSettings
from settings.stack import AccessEntry
from tests.charts import ai_trading, service_layer
from tests.charts.rendering import Rendered, foundation, render, stack, wiring

OPERATOR = AccessEntry(name="on-call", principal="arn:aws:iam::111122223333:role/on-call", policy="operator")


def with_operator(settings: PlatformSettings) -> PlatformSettings:
    access = {"access": (OPERATOR,)}
    return settings.model_copy(update={"stack": settings.stack.model_copy(update=access)})


@cache
def openibank() -> Rendered:
    settings = with_operator(stack("prod"))
    return render("foundation", foundation(settings, wiring(settings)))


@cache
def service_layer_release() -> Rendered:
    return render("foundation", foundation(with_operator(service_layer.settings("prod")), service_layer.wiring()))


@cache
def trading() -> Rendered:
    settings = with_operator(ai_trading.ai_trading("prod"))
    return render("foundation", foundation(settings, ai_trading.wiring(settings)))


def may(release: Rendered, namespace: str, verb: str, resource: str, group: str = "") -> bool:
    """Decide as Kubernetes' authorizer does: some rule of a role that binds the operators' group grants it."""
    bound = {
        binding["roleRef"]["name"]
        for binding in release.of_kind("RoleBinding")
        if binding["metadata"]["namespace"] == namespace
        and any(subject["name"] == "groundwork:operators" for subject in binding["subjects"])
    }
    rules: list[dict[str, Any]] = [
        rule
        for role in release.of_kind("Role")
        if role["metadata"]["namespace"] == namespace and role["metadata"]["name"] in bound
        for rule in role["rules"]
    ]
    return any(group in rule["apiGroups"] and resource in rule["resources"] and verb in rule["verbs"] for rule in rules)


@pytest.mark.requirement("OB-123")
def test_the_logs_of_a_deployment_can_be_followed() -> None:
    # kubectl logs -f deployment/… reads the Deployment, lists its pods and opens the log of one.
    assert may(openibank(), "openibank", "get", "deployments", "apps")
    assert may(openibank(), "openibank", "list", "pods")
    assert may(openibank(), "openibank", "get", "pods/log")


@pytest.mark.requirement("AT-126")
def test_pods_can_be_described_read_and_measured() -> None:
    namespace = ai_trading.ai_trading("prod").namespace
    for verb, resource, group in (
        ("get", "pods", ""),
        ("list", "events", ""),
        ("get", "pods/log", ""),
        ("list", "pods", "metrics.k8s.io"),
    ):
        assert may(trading(), namespace, verb, resource, group), (verb, resource)
    # What serves metrics.k8s.io to `kubectl top`.
    assert CHARTS["metrics-server"].chart == "metrics-server"


@pytest.mark.requirement("SL-130")
def test_pod_state_events_and_logs_are_at_hand_when_requests_get_503() -> None:
    namespace = service_layer.settings("prod").namespace
    for verb, resource, group in (
        ("list", "pods", ""),
        ("get", "pods", ""),
        ("list", "events", ""),
        ("get", "pods/log", ""),
        ("get", "endpoints", ""),
        ("get", "horizontalpodautoscalers", "autoscaling"),
    ):
        assert may(service_layer_release(), namespace, verb, resource, group), (verb, resource)


@pytest.mark.requirement("AT-52")
def test_the_consoles_ports_can_be_forwarded() -> None:
    for verb, resource in (("get", "services"), ("list", "pods"), ("get", "pods"), ("create", "pods/portforward")):
        assert may(trading(), "monitoring", verb, resource), (verb, resource)


def test_an_operator_changes_nothing() -> None:
    for verb in ("create", "update", "patch", "delete"):
        for resource, group in (("pods", ""), ("secrets", ""), ("deployments", "apps")):
            assert not may(trading(), ai_trading.ai_trading("prod").namespace, verb, resource, group)
    assert not may(trading(), ai_trading.ai_trading("prod").namespace, "get", "secrets")
    assert not may(trading(), "monitoring", "create", "pods/exec")


def test_without_operators_nobody_is_let_in() -> None:
    release = render("foundation", foundation(stack("prod")))
    assert release.of_kind("Role") == []
    assert release.of_kind("RoleBinding") == []
