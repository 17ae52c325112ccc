"""People sign on at the load balancer before they reach the named paths; programs keep the product's own tokens."""

from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from pulumi import Output

from components.invariants import InvariantError
from components.platform import Platform
from settings.sign_on import SignOn
from tests.charts.ai_trading import ai_trading, rendered
from tests.components.ingress.test_ingress import EGRESS_RULE, RULE, edge, with_settings
from tests.components.recording import Recorder, build
from tests.settings.arithmetic.test_sign_on import sign_on

_SECRET = "provider-gave-this"


@cache
def platform() -> Recorder[Platform]:
    """The AI trading system, with people signing on for its documentation."""
    given = ai_trading("prod")
    ingress = given.stack.ingress.model_copy(update={"sign_on": sign_on("/docs")})
    stack = given.stack.model_copy(update={"ingress": ingress, "provided_secrets": ("CLIENT_SECRET",)})
    settings = given.model_copy(update={"stack": stack})
    return build(lambda: Platform("platform", settings, Output.secret({"CLIENT_SECRET": _SECRET})))


def _rules() -> list[Any]:
    return sorted(platform().of_type(RULE), key=lambda rule: rule.inputs["priority"])


@pytest.mark.requirement("AT-49")
def test_people_sign_on_before_a_request_is_forwarded() -> None:
    asked, open_ = _rules()
    assert asked.inputs["conditions"][1] == {"pathPattern": {"values": ["/docs", "/docs/*", "/oauth2/idpresponse"]}}
    first, second = asked.inputs["actions"]
    assert (first["type"], first["order"]) == ("authenticate-oidc", 1)
    assert (second["type"], second["order"]) == ("forward", 2)
    assert first["authenticateOidc"]["onUnauthenticatedRequest"] == "authenticate"
    assert first["authenticateOidc"]["sessionTimeout"] == 8 * 3600
    assert first["authenticateOidc"]["issuer"] == "https://id.example.com"
    assert [action["type"] for action in open_.inputs["actions"]] == ["forward"]
    assert second["targetGroupArn"] == open_.inputs["actions"][0]["targetGroupArn"]


@pytest.mark.requirement("AT-49")
def test_programs_are_known_by_tokens_that_every_service_can_check() -> None:
    made = platform().named("secrets-jwt-secret-value")
    assert made.inputs["length"] == 32
    secret = rendered("foundation", "prod").one("ExternalSecret", "ai-trading-secrets")["spec"]
    assert secret["target"]["template"]["data"]["JWT_SECRET"] == "{{ .JWT_SECRET }}"
    for service in ("trading-app", "data-processor", "ml-service"):
        pod = rendered("workload", "prod").one("Deployment", service)["spec"]["template"]["spec"]
        assert {"secretRef": {"name": "ai-trading-secrets"}} in pod["containers"][0]["envFrom"]


@pytest.mark.requirement("AT-49")
def test_the_clients_secret_is_a_secret_to_the_engine_and_in_no_output() -> None:
    recorder = platform()
    asked, _ = _rules()
    assert asked.inputs["actions"][0]["authenticateOidc"]["clientSecret"] == _SECRET
    assert "actions" in asked.secret_inputs
    for other in recorder.registrations:
        if other.urn != asked.urn:
            assert _SECRET not in repr(dict(other.inputs)), other.name
    assert _SECRET not in repr({name: recorder.value(value) for name, value in recorder.result.exports.items()})


@pytest.mark.requirement("AT-49")
def test_the_load_balancer_may_ask_the_provider() -> None:
    way = platform().one(EGRESS_RULE, "ingress-security-to-provider").inputs
    assert (way["cidrIpv4"], way["fromPort"], way["toPort"]) == ("0.0.0.0/0", 443, 443)


def test_without_it_no_rule_asks_and_nothing_leads_outside() -> None:
    recorder = edge()
    assert all(rule.inputs["actions"][0]["type"] == "forward" for rule in recorder.of_type(RULE))
    assert "ingress-security-to-provider" not in {each.name for each in recorder.of_type(EGRESS_RULE)}


def test_a_rule_that_asks_is_not_built_without_a_client_secret() -> None:
    stated: SignOn = sign_on("/")
    args = replace(with_settings(), settings=with_settings().settings.model_copy(update={"sign_on": stated}))
    with pytest.raises(InvariantError, match="no provider is given"):
        edge(args)
