"""Private paths, limits of their own, stickiness and headers, for any product that states them."""

import re
from dataclasses import replace
from typing import Any

import pytest

from components.ingress.firewall import Firewall
from components.ingress.firewall_rules import path_pattern
from settings.arithmetic.routes import blocked_rules, listener_rules
from settings.workload.delivery import BlockedPath, PathRateLimit, Route
from tests.components.ingress.test_firewall import ARGS
from tests.components.ingress.test_ingress import LISTENER, RULE, TARGET_GROUP, edge, with_ingress
from tests.components.recording import build

BLOCKED = ({"path": "/internal"}, {"path": "/debug/vars", "status": 403})


def firewall_rules(**changes: Any) -> dict[str, dict[str, Any]]:
    recorder = build(lambda: Firewall("ingress-firewall", replace(ARGS, **changes)))
    return {rule["name"]: rule for rule in recorder.one("aws:wafv2/webAcl:WebAcl").inputs["rules"]}


def test_a_private_path_is_refused_before_any_route() -> None:
    recorder = edge(with_ingress(blocked_paths=BLOCKED))
    rules = sorted(recorder.of_type(RULE), key=lambda rule: rule.inputs["priority"])
    *blocked, route = rules
    assert route.inputs["actions"][0]["type"] == "forward"
    answers = {
        tuple(rule.inputs["conditions"][0]["pathPattern"]["values"]): rule.inputs["actions"][0]["fixedResponse"]
        for rule in blocked
    }
    assert {paths: answer["statusCode"] for paths, answer in answers.items()} == {
        ("/internal", "/internal/*"): "404",
        ("/debug/vars", "/debug/vars/*"): "403",
    }


def test_even_the_deepest_route_comes_after_a_private_path() -> None:
    deepest = Route(host="api", path="/a" * 14, service="api-server", port="http")
    (route,) = listener_rules([deepest], lambda label: label)
    blocked = blocked_rules([BlockedPath(path=f"/private-{number}") for number in range(20)])
    assert len({rule.priority for rule in blocked}) == 20
    assert max(rule.priority for rule in blocked) < route.priority


def test_a_path_is_blocked_once() -> None:
    with pytest.raises(ValueError, match="blocked twice"):
        blocked_rules([BlockedPath(path="/a"), BlockedPath(path="/a", status=403)])


def test_a_private_path_is_found_however_it_is_written() -> None:
    rule = firewall_rules(blocked_paths=("/internal", "/.well-known"))["blocked-paths"]
    match = rule["statement"]["regexMatchStatement"]
    assert match["regexString"] == "^(/internal|/[.]well-known)(/|$)"
    assert [each["type"] for each in match["textTransformations"]] == ["URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"]
    assert rule["action"]["block"]["customResponse"]["responseCode"] == 404


@pytest.mark.parametrize(
    ("path", "closed"),
    [("/internal", True), ("/internal/x", True), ("/internals", False), ("/api/internal", False)],
)
def test_a_pattern_ends_where_a_part_of_the_path_ends(path: str, closed: bool) -> None:
    assert bool(re.search(path_pattern(["/internal", "/debug"]), path)) is closed


def test_a_limit_of_some_methods_counts_those_alone() -> None:
    limit = PathRateLimit(name="log-in", path="/login", methods=("POST", "PUT"), requests=10, burst=5)
    rules = firewall_rules(rate_limits=(limit,))
    path, method = rules["requests-log-in"]["statement"]["andStatement"]["statements"]
    assert path["regexMatchStatement"]["regexString"] == "^(/login)(/|$)"
    assert method["regexMatchStatement"]["regexString"] == "^(POST|PUT)$"
    assert rules["requests-log-in"]["action"] == {"count": {}}
    assert rules["rate-limit-log-in"]["statement"]["rateBasedStatement"]["limit"] == 15


def test_operators_come_from_their_own_addresses() -> None:
    given = {"operator_paths": ("/admin",), "operator_cidrs": ("203.0.113.0/24",)}
    recorder = build(lambda: Firewall("ingress-firewall", replace(ARGS, **given)))
    addresses = recorder.one("aws:wafv2/ipSet:IpSet").inputs
    assert addresses["addresses"] == ["203.0.113.0/24"]
    assert addresses["scope"] == "REGIONAL"
    assert "operator-paths" in firewall_rules(**given)


def test_priorities_stay_unique_with_every_kind_of_rule() -> None:
    limits = tuple(PathRateLimit(name=f"limit-{n}", path=f"/{n}", requests=10) for n in "abc")
    rules = firewall_rules(blocked_paths=("/x",), operator_paths=("/y",), rate_limits=limits)
    assert sorted(rule["priority"] for rule in rules.values()) == list(range(len(rules)))


def test_a_client_can_stay_with_its_pod() -> None:
    route = {"host": "api", "service": "api-server", "port": "http", "sticky_seconds": 3600}
    group = edge(with_ingress(routes=(route,))).one(TARGET_GROUP).inputs
    assert group["stickiness"] == {"type": "lb_cookie", "enabled": True, "cookieDuration": 3600}


def test_pods_can_take_turns() -> None:
    group = edge(with_ingress(balancing="round_robin")).one(TARGET_GROUP).inputs
    assert group["loadBalancingAlgorithmType"] == "round_robin"


def test_a_load_balancer_answers_for_one_origin() -> None:
    cors = {"origins": ("www",), "methods": ("GET", "POST"), "headers": ("Authorization",), "credentials": True}
    args = replace(with_ingress(cors=cors), origins=("https://www.openibank.com",))
    listener = edge(args).named("ingress-listeners-https").inputs
    said = {key.removeprefix("routingHttpResponseAccessControl"): value for key, value in listener.items()}
    assert said["AllowOriginHeaderValue"] == "https://www.openibank.com"
    assert said["AllowMethodsHeaderValue"] == "GET, POST"
    assert said["AllowHeadersHeaderValue"] == "Authorization"
    assert said["AllowCredentialsHeaderValue"] == "true"
    assert said["MaxAgeHeaderValue"] == "600"


def test_headers_are_the_products_own() -> None:
    headers = {"frame_options": "SAMEORIGIN", "content_security_policy": "default-src 'self'"}
    listener = edge(with_ingress(headers=headers)).named("ingress-listeners-https").inputs
    assert listener["routingHttpResponseXFrameOptionsHeaderValue"] == "SAMEORIGIN"
    assert listener["routingHttpResponseContentSecurityPolicyHeaderValue"] == "default-src 'self'"
    assert len(edge().of_type(LISTENER)) == 2
