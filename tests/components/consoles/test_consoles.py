"""The operators' consoles by internal host names: AT-51 as AT-N09 reads it."""

from functools import cache
from typing import Any

import pytest
from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings, SettingsError
from tests.components.recording import Recorder, Registration, build
from tests.components.runtimes.ecs.test_platform import settings

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
RULE = "aws:lb/listenerRule:ListenerRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
ZONE = "consoles.trading-system.com"
SIGN_ON = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "consoles",
    "client_secret": "CONSOLES_CLIENT_SECRET",
}
STATED: dict[str, Any] = {
    "workload": "ai-trading",
    "domain": "trading-system.com",
    "consoles": {"sign_on": SIGN_ON, "allowed_cidrs": ["10.200.0.0/16"]},
    "provided_secrets": ["CONSOLES_CLIENT_SECRET"],
}


def trading(**changes: object) -> PlatformSettings:
    return settings("prod", **{**STATED, **changes})


@cache
def platform() -> Recorder[Platform]:
    given = trading()
    return build(lambda: Platform("platform", given, Output.secret(dict.fromkeys(given.stack.provided_secrets, "v"))))


def rules() -> dict[str, Registration]:
    listener = platform().value(platform().named("consoles-listeners-https").urn)
    found = [each for each in platform().of_type(RULE) if listener in each.dependencies]
    return {each.inputs["conditions"][0]["hostHeader"]["values"][0]: each for each in found}


@pytest.mark.requirement("AT-51")
def test_every_console_has_an_internal_name_over_https() -> None:
    recorder = platform()
    names = ("grafana", "prometheus", "alertmanager", "jaeger", "kibana")
    assert set(rules()) == {f"{name}.{ZONE}" for name in names}
    zone = recorder.named("consoles-zone").inputs
    assert zone["name"] == ZONE
    # A zone with a VPC is private: nobody outside resolves it.
    assert zone["vpcs"] == [{"vpcId": recorder.value(recorder.result.foundation.network.vpc_id)}]
    records = [each for each in recorder.of_type("aws:route53/record:Record") if each.name.startswith("consoles-dns-")]
    assert {each.inputs["name"] for each in records} == set(rules())
    assert recorder.value(recorder.result.exports["consoles"]) == [f"https://{name}.{ZONE}" for name in names]


@pytest.mark.requirement("AT-51")
def test_the_load_balancer_is_inside_and_lets_operators_in_alone() -> None:
    recorder = platform()
    balancer = recorder.named("consoles-alb").inputs
    assert balancer["internal"] is True
    private = [recorder.value(each) for each in recorder.result.foundation.network.private_subnet_ids]
    assert balancer["subnets"] == private
    group = recorder.named("consoles-security-group")
    allowed = {
        (each.inputs.get("cidrIpv4"), each.inputs["toPort"])
        for each in recorder.of_type(INGRESS)
        if group.urn in each.property_dependencies.get("securityGroupId", frozenset())
    }
    assert {cidr for cidr, _ in allowed} == {trading().stack.network.cidr, "10.200.0.0/16"}
    assert {port for _, port in allowed} == {80, 443}
    (plain,) = [recorder.named("consoles-listeners-http").inputs["defaultActions"][0]]
    assert plain["redirect"]["protocol"] == "HTTPS"


@pytest.mark.requirement("AT-51")
@pytest.mark.parametrize("console", ["grafana", "prometheus", "alertmanager"])
def test_people_sign_on_before_a_console_answers(console: str) -> None:
    first, then = rules()[f"{console}.{ZONE}"].inputs["actions"]
    assert first["type"] == "authenticate-oidc"
    assert first["authenticateOidc"]["issuer"] == "https://id.example.com"
    assert first["authenticateOidc"]["onUnauthenticatedRequest"] == "authenticate"
    assert then["type"] == "forward"
    assert "actions" in rules()[f"{console}.{ZONE}"].secret_inputs


@pytest.mark.requirement("AT-51")
def test_the_pods_of_each_console_join_at_its_own_port() -> None:
    recorder = platform()
    release = recorder.named("consoles-bindings").inputs
    assert release["namespace"] == "monitoring"
    ports = {each["service"]: each["port"] for each in release["values"]["bindings"]}
    assert ports == {"grafana": 3000, "prometheus": 9090, "alertmanager": 9093}
    assert recorder.comes_after(recorder.named("consoles-bindings"), recorder.named("monitoring-metrics-prometheus"))


@pytest.mark.requirement("AT-51")
@pytest.mark.parametrize("console", ["jaeger", "kibana"])
def test_names_of_what_does_not_run_lead_to_what_stands_in_for_it(console: str) -> None:
    (action,) = rules()[f"{console}.{ZONE}"].inputs["actions"]
    assert action["redirect"]["host"] == "us-east-1.console.aws.amazon.com"
    assert action["redirect"]["path"] == "/cloudwatch/home"


def test_without_the_setting_there_is_none() -> None:
    recorder = build(lambda: Platform("platform", settings("prod", workload="ai-trading", domain="trading-system.com")))
    assert [each.inputs["internal"] for each in recorder.of_type(BALANCER)] == [False]
    assert "consoles" not in recorder.result.exports


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"provided_secrets": []}, "consoles.sign_on names"),
        ({"network": {"nat": "none"}}, "asks the identity provider"),
        ({"workload": "gridtokenx", "runtime": "ecs"}, "run in a cluster"),
    ],
)
def test_a_stack_that_cannot_have_them_is_refused(changes: dict[str, Any], said: str) -> None:
    with pytest.raises(SettingsError) as refused:
        trading(**changes)
    assert any(said in diagnostic.allowed for diagnostic in refused.value.diagnostics), refused.value
