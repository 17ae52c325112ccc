"""Who may talk to whom: the named flows of OpeniBank, exactly and no more."""

from typing import Any

import pytest

from settings.workload.container import Wired
from settings.workload.queues import Queue
from tests.charts.rendering import render, rendered, stack, workload

_PRIVATE = {"10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "169.254.0.0/16"}
_PUBLIC_SUBNETS = ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]
_DATA_SUBNETS = ["10.0.96.0/24", "10.0.97.0/24", "10.0.98.0/24"]


def _policy(name: str) -> Any:
    return rendered("workload", "prod").one("NetworkPolicy", name)["spec"]


def _ports(policy: Any, direction: str) -> list[int]:
    return [flow["ports"][0]["port"] for flow in policy.get(direction, [])]


def _cidrs(flow: Any, direction: str) -> list[str]:
    return [peer["ipBlock"]["cidr"] for peer in flow[direction]]


@pytest.mark.requirement("OB-92")
def test_the_load_balancer_reaches_the_api_on_its_port_alone() -> None:
    policy = _policy("api-server-policy")
    assert policy["podSelector"] == {"matchLabels": {"app": "api-server"}}
    assert _cidrs(policy["ingress"][0], "from") == _PUBLIC_SUBNETS
    assert policy["ingress"][0]["ports"] == [{"port": 3000, "protocol": "TCP"}]


@pytest.mark.requirement("OB-93")
def test_the_api_reaches_the_database() -> None:
    flow = _policy("api-server-policy")["egress"][0]
    assert _cidrs(flow, "to") == _DATA_SUBNETS
    assert flow["ports"] == [{"port": 5432, "protocol": "TCP"}]


@pytest.mark.requirement("OB-94")
def test_the_api_reaches_the_cache() -> None:
    flow = _policy("api-server-policy")["egress"][1]
    assert _cidrs(flow, "to") == _DATA_SUBNETS
    assert flow["ports"] == [{"port": 6379, "protocol": "TCP"}]


@pytest.mark.requirement("OB-95")
@pytest.mark.requirement("OB-96")
def test_every_service_has_a_policy_of_both_directions() -> None:
    release = rendered("workload", "prod")
    for deployment in release.names("Deployment"):
        assert _policy(f"{deployment}-policy")["policyTypes"] == ["Ingress", "Egress"]
        assert _policy(f"{deployment}-policy")["podSelector"] == {"matchLabels": {"app": deployment}}


@pytest.mark.requirement("OB-99")
def test_metrics_are_scraped_from_the_monitoring_namespace_alone() -> None:
    flow = _policy("api-server-policy")["ingress"][1]
    assert flow["from"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert flow["ports"] == [{"port": 9090, "protocol": "TCP"}]


@pytest.mark.requirement("OB-104")
def test_traces_go_to_the_collector() -> None:
    flow = _policy("api-server-policy")["egress"][2]
    assert flow["to"] == [{"namespaceSelector": {"matchLabels": {"kubernetes.io/metadata.name": "monitoring"}}}]
    assert flow["ports"] == [{"port": 4317, "protocol": "TCP"}]


@pytest.mark.requirement("OB-31")
def test_the_hosted_llm_is_reached_over_443_and_no_private_address_is() -> None:
    flow = _policy("api-server-policy")["egress"][3]
    assert flow["to"][0]["ipBlock"]["cidr"] == "0.0.0.0/0"
    assert set(flow["to"][0]["ipBlock"]["except"]) == _PRIVATE
    assert flow["ports"] == [{"port": 443, "protocol": "TCP"}]


def test_the_api_has_no_other_flow() -> None:
    policy = _policy("api-server-policy")
    assert _ports(policy, "ingress") == [3000, 9090, 3000]
    assert _ports(policy, "egress") == [5432, 6379, 4317, 443]


def test_resonancex_is_reached_by_nobody_and_reaches_the_stores() -> None:
    policy = _policy("resonancex-policy")
    assert "ingress" not in policy
    assert _ports(policy, "egress") == [5432, 6379]


def test_a_call_between_services_is_open_at_both_ends() -> None:
    caller = _policy("playground-policy")["egress"]
    callee = _policy("api-server-policy")["ingress"][2]
    port = [{"port": 3000, "protocol": "TCP"}]
    assert caller == [{"to": [{"podSelector": {"matchLabels": {"app": "api-server"}}}], "ports": port}]
    assert callee == {"from": [{"podSelector": {"matchLabels": {"app": "playground"}}}], "ports": port}


@pytest.mark.requirement("OB-109")
def test_the_dump_reaches_the_database_its_credentials_and_the_store() -> None:
    policy = _policy("database-dump-policy")
    assert "ingress" not in policy
    assert _cidrs(policy["egress"][0], "to") == ["169.254.170.23/32"]
    assert _ports(policy, "egress") == [80, 443]
    template = rendered("workload", "prod").one("CronJob", "database-dump")["spec"]["jobTemplate"]["spec"]["template"]
    clients = rendered("foundation", "prod").one("NetworkPolicy", "database-clients")["spec"]
    assert clients["podSelector"]["matchLabels"].items() <= template["metadata"]["labels"].items()


@pytest.mark.requirement("OB-72")
def test_the_migration_reaches_the_database_before_the_release_exists() -> None:
    labels = rendered("workload", "prod").one("Job", "migration")["spec"]["template"]["metadata"]["labels"]
    clients = rendered("foundation", "prod").one("NetworkPolicy", "database-clients")["spec"]
    assert clients["podSelector"]["matchLabels"].items() <= labels.items()
    assert _cidrs(clients["egress"][0], "to") == _DATA_SUBNETS


def test_a_migration_that_calls_aws_reaches_it_before_the_release_exists() -> None:
    settings = stack("prod")
    assert settings.workload.migration is not None
    migration = settings.workload.migration.model_copy(
        update={"queues": {"orders": "send"}, "environment": {"REGION": Wired(output="region"), "NAME": "orders"}}
    )
    queues = {"queues": {"orders": Queue()}, "migration": migration}
    changed = settings.model_copy(update={"workload": settings.workload.model_copy(update=queues)})
    rendered = render("workload", workload(changed))
    policy = rendered.one("NetworkPolicy", "migration-policy")
    assert policy["metadata"]["annotations"]["helm.sh/hook"] == "pre-install,pre-upgrade"
    job = rendered.one("Job", "migration")
    weights = [int(each["metadata"]["annotations"].get("helm.sh/hook-weight", "0")) for each in (policy, job)]
    assert weights[0] < weights[1]
    pod = job["spec"]["template"]
    assert policy["spec"]["podSelector"]["matchLabels"].items() <= pod["metadata"]["labels"].items()
    assert policy["metadata"]["annotations"]["groundwork/egress"] == "pod-identity sqs"
    assert _ports(policy["spec"], "egress") == [80, 443]
    given = {each["name"]: each.get("value") for each in pod["spec"]["containers"][0]["env"]}
    assert given.items() >= {"REGION": settings.stack.region, "NAME": "orders"}.items()
