"""A TCP port's pods: who may reach them, and the target group that they join."""

from dataclasses import replace

import pytest

from components.runtimes.kubernetes.values import workload_values
from settings.workload.delivery import Route
from settings.workload.tcp import TcpPort
from tests.charts.product import with_services
from tests.charts.rendering import TARGET_GROUP, Rendered, at, render, wiring

ARN = TARGET_GROUP.replace("openibank-prod-api", "openibank-prod-ssh")


@pytest.fixture(scope="module")
def rendered() -> Rendered:
    settings = with_services({"forge": {"ports": {"ssh": {"number": 2222, "service_port": 22}, "web": {"number": 80}}}})
    port = TcpPort(host="ssh", listen=22, service="forge", port="ssh", allowed_cidrs=("203.0.113.0/24",))
    ingress = settings.workload.ingress.model_copy(update={"tcp_ports": (port,)})
    settings = settings.model_copy(update={"workload": settings.workload.model_copy(update={"ingress": ingress})})
    given = wiring(settings)
    given = replace(given, target_groups={**given.target_groups, ("forge", "ssh"): ARN})
    return render("workload", workload_values(settings, given).to_helm())


def test_the_pods_join_the_target_group_of_the_port(rendered: Rendered) -> None:
    binding = rendered.one("TargetGroupBinding", "forge-ssh")
    assert binding["spec"] == {
        "serviceRef": {"name": "forge", "port": 22},
        "targetGroupARN": ARN,
        "targetType": "ip",
    }


def test_the_load_balancer_alone_reaches_them_on_that_port(rendered: Rendered) -> None:
    (rule,) = at(rendered.one("NetworkPolicy", "forge-policy"), "spec.ingress")
    assert [each["ipBlock"]["cidr"] for each in rule["from"]] == ["10.0.0.0/24", "10.0.1.0/24", "10.0.2.0/24"]
    assert rule["ports"] == [{"port": 2222, "protocol": "TCP"}]


def test_a_port_that_is_only_asked_for_health_is_open_to_the_load_balancer_and_bound_nowhere() -> None:
    settings = with_services({"forge": {"ports": {"http": {"number": 3000}, "admin": {"number": 3001}}}})
    route = Route(host="forge", service="forge", port="http", health_port="admin")
    ingress = settings.workload.ingress.model_copy(update={"routes": (*settings.workload.ingress.routes, route)})
    settings = settings.model_copy(update={"workload": settings.workload.model_copy(update={"ingress": ingress})})
    given = wiring(settings)
    given = replace(given, target_groups={**given.target_groups, ("forge", "http"): ARN})
    objects = render("workload", workload_values(settings, given).to_helm())
    rules = at(objects.one("NetworkPolicy", "forge-policy"), "spec.ingress")
    assert sorted(port["port"] for rule in rules for port in rule["ports"]) == [3000, 3001]
    assert "forge-admin" not in objects.names("TargetGroupBinding")


def test_they_answer_on_while_the_load_balancer_takes_them_out(rendered: Rendered) -> None:
    container = at(rendered.one("Deployment", "forge"), "spec.template.spec.containers[name=forge]")
    assert container["lifecycle"]["preStop"]["sleep"]["seconds"] == 15
