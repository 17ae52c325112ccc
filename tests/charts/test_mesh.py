"""TLS between pods: what the charts tell the mesh of a product that asks for it, and nothing of any other."""

from dataclasses import replace
from typing import Any

import pytest

from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional import optional_charts
from components.monitoring.prometheus_values import prometheus_values
from components.monitoring.traces import collector_values
from tests.charts import ai_trading, rendering
from tests.components.monitoring.test_prometheus_values import REQUEST

pytestmark = pytest.mark.requirement("AT-47")

TUNNEL = {"port": 15008, "protocol": "TCP"}


def _one(kind: str, name: str, chart: str = "workload") -> Any:
    return ai_trading.rendered(chart, "prod").one(kind, name)


def _rules(app: str) -> dict[tuple[str, ...], list[str]]:
    """Who may call an app: the peers of each rule, and the ports."""
    rules = _one("AuthorizationPolicy", f"{app}-policy")["spec"].get("rules", [])
    return {
        tuple(peer for peers in rule["from"][0]["source"].values() for peer in peers): rule["to"][0]["operation"][
            "ports"
        ]
        for rule in rules
    }


def test_the_namespace_is_enrolled_and_answers_mutual_tls_alone() -> None:
    namespace = _one("Namespace", "trading-system", "foundation")
    assert namespace["metadata"]["labels"]["istio.io/dataplane-mode"] == "ambient"
    strict = _one("PeerAuthentication", "mutual-tls", "foundation")
    assert strict["spec"] == {"mtls": {"mode": "STRICT"}}
    assert strict["metadata"]["namespace"] == "trading-system"


def test_only_the_load_balancers_port_is_open_to_the_outside() -> None:
    excepted = ai_trading.rendered("workload", "prod").names("PeerAuthentication")
    assert excepted == {"trading-app-policy"}
    spec = _one("PeerAuthentication", "trading-app-policy")["spec"]
    assert spec["mtls"] == {"mode": "STRICT"}
    assert spec["portLevelMtls"] == {"8000": {"mode": "PERMISSIVE"}}
    assert _rules("trading-app")["10.0.0.0/24",] == ["8000"]


def test_a_service_is_called_by_those_that_say_so_and_by_their_own_identity() -> None:
    assert _rules("data-processor") == {
        ("monitoring",): ["8001"],
        ("cluster.local/ns/trading-system/sa/trading-app",): ["8001"],
    }


def test_every_identity_is_a_service_account_of_a_pod() -> None:
    release = ai_trading.rendered("workload", "prod")
    accounts = {
        release.one("Deployment", name)["spec"]["template"]["spec"]["serviceAccountName"]
        for name in release.names("Deployment")
    } | {
        release.one("CronJob", name)["spec"]["jobTemplate"]["spec"]["template"]["spec"]["serviceAccountName"]
        for name in release.names("CronJob")
    }
    apps = [name.removesuffix("-policy") for name in release.names("AuthorizationPolicy")]
    called = {peer for app in apps for peers in _rules(app) for peer in peers if peer.startswith("cluster.local")}
    assert called
    assert {peer.rpartition("/")[2] for peer in called} <= accounts


def test_every_pod_of_the_product_has_its_policy() -> None:
    release = ai_trading.rendered("workload", "prod")
    for kind in ("Deployment", "CronJob"):
        # The restore runs beside the bootstrap, in a namespace that is not of the mesh.
        for name in release.names(kind) - {"ai-trading-database-restore"}:
            assert f"{name}-policy" in release.names("AuthorizationPolicy")


def test_who_calls_nobody_lets_nobody_in() -> None:
    spec = _one("AuthorizationPolicy", "database-dump-policy")["spec"]
    assert spec == {"selector": {"matchLabels": {"app": "database-dump"}}, "action": "ALLOW"}


def test_the_tunnel_is_open_between_pods_and_to_nowhere_else() -> None:
    spec = _one("NetworkPolicy", "trading-app-policy")["spec"]
    for direction, peer in (("ingress", "from"), ("egress", "to")):
        for flow in spec[direction]:
            inside = any("ipBlock" not in each for each in flow[peer])
            assert (TUNNEL in flow["ports"]) == inside


def test_the_kubelet_reaches_enrolled_pods() -> None:
    spec = _one("NetworkPolicy", "allow-probes", "foundation")["spec"]
    assert spec["ingress"] == [{"from": [{"ipBlock": {"cidr": "169.254.7.127/32"}}]}]


def test_the_monitors_are_enrolled_too() -> None:
    enrolled: Any = prometheus_values(replace(REQUEST, meshed=True))
    assert enrolled["prometheus"]["prometheusSpec"]["podMetadata"]["labels"] == {"istio.io/dataplane-mode": "ambient"}
    assert collector_values("us-east-1", 2, "logs", meshed=True)["podLabels"] == {"istio.io/dataplane-mode": "ambient"}
    plain: Any = prometheus_values(REQUEST)
    assert "podMetadata" not in plain["prometheus"]["prometheusSpec"]


def test_the_mesh_is_installed_before_what_runs_in_it() -> None:
    wanted = list(optional_charts(ai_trading.ai_trading("prod")))
    assert wanted[: len(MESH_CHARTS)] == ["istio-base", "istiod", "istio-cni", "ztunnel"]
    assert not set(MESH_CHARTS) & set(optional_charts(rendering.stack("prod")))


def test_a_product_that_does_not_ask_has_none_of_it() -> None:
    for chart in ("foundation", "workload"):
        release = rendering.rendered(chart, "prod")
        assert release.names("PeerAuthentication") == set()
        assert release.names("AuthorizationPolicy") == set()
    assert (
        TUNNEL
        not in rendering.rendered("workload", "prod").one("NetworkPolicy", "api-server-policy")["spec"]["ingress"][1][
            "ports"
        ]
    )
