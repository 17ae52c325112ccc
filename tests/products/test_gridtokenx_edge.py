"""GridTokenX's edge: hosts, paths, limits and checks of the guide in what its platform creates."""

import pytest

from tests.charts.gridtokenx import gridtokenx
from tests.charts.rendering import at
from tests.products.gridtokenx import RECORD, SERVICE, in_workload, produced, variable
from tests.products.proof import HEALTH_CHECK, LISTENER_RULE, LOAD_BALANCER, TARGET_GROUP, WEB_ACL, rows

_CDN = "aws:cloudfront/distribution:Distribution"
_GROUP = "ingress-target-groups-api-gateway-http"
_API, _WS = "ingress-listeners-rule-api_api", "ingress-listeners-rule-api_ws"
_ACL = "ingress-cdn-firewall-acl"
_LIMIT = "rules[name=rate-limit].statement.rateBasedStatement"
_ADMINISTRATORS = "rules[name=rate-limit-administrators].statement.rateBasedStatement"
_HOST = "api.gridtokenx.com"
_ORIGIN = "origins[0].customOriginConfig"

_FIGURES = rows(
    ("GX-05", TARGET_GROUP, _GROUP, "healthCheck.interval", 10),
    ("GX-21", LISTENER_RULE, _WS, "conditions[1].pathPattern.values", ["/ws", "/ws/*"]),
    ("GX-21", LOAD_BALANCER, "ingress-alb", "idleTimeout", 4000),
    ("GX-21", TARGET_GROUP, _GROUP, "deregistrationDelay", 60),
    ("GX-107", LOAD_BALANCER, "ingress-alb", "idleTimeout", 4000),
    ("GX-95", LISTENER_RULE, _API, "conditions[0].hostHeader.values", [_HOST]),
    ("GX-95", LISTENER_RULE, _WS, "conditions[0].hostHeader.values", [_HOST]),
    ("GX-95", _CDN, "ingress-cdn-distribution", "aliases", [_HOST]),
    ("GX-104", WEB_ACL, _ACL, f"{_LIMIT}.limit", 120),
    ("GX-104", WEB_ACL, _ACL, f"{_LIMIT}.evaluationWindowSec", 60),
    ("GX-75", WEB_ACL, _ACL, f"{_ADMINISTRATORS}.limit", 200),
    ("GX-75", WEB_ACL, _ACL, f"{_ADMINISTRATORS}.evaluationWindowSec", 60),
    ("GX-106", _CDN, "ingress-cdn-distribution", f"{_ORIGIN}.originReadTimeout", 60),
    ("GX-165", TARGET_GROUP, _GROUP, "healthCheck.path", "/api/health"),
    ("GX-165", HEALTH_CHECK, "monitoring-uptime-check", "resourcePath", "/api/health"),
    ("GX-165", HEALTH_CHECK, "monitoring-uptime-check", "fqdn", _HOST),
)


@pytest.mark.parametrize(("token", "name", "path", "expected"), _FIGURES)
def test_figure(token: str, name: str, path: str, expected: object) -> None:
    assert at(produced().one(token, name).inputs, path) == expected


@pytest.mark.requirement("GX-95")
def test_one_host_is_in_the_domain_and_it_leads_to_the_cdn() -> None:
    records = [each.inputs for each in produced().of_type(RECORD) if each.inputs["type"] == "A"]
    assert [each["name"] for each in records] == [_HOST]
    assert records[0]["aliases"][0]["name"] == "ingress-cdn-distribution-domainName"


@pytest.mark.requirement("GX-73")
def test_the_edge_lets_through_what_the_application_counts() -> None:
    limits = gridtokenx("prod").workload.ingress.rate_limit
    assert limits is not None
    counted = int(variable("RATE_LIMIT_PER_MINUTE"))
    assert limits.application_requests == counted == 100
    edge = at(produced().one(WEB_ACL, _ACL).inputs, f"{_LIMIT}.limit")
    assert edge >= counted + int(variable("RATE_LIMIT_BURST"))


@pytest.mark.requirement("GX-112")
def test_administration_is_open_to_the_operators_addresses_alone() -> None:
    rule = at(produced().one(WEB_ACL, _ACL).inputs, "rules[name=operator-paths]")
    path, strangers = rule["statement"]["andStatement"]["statements"]
    assert path["regexMatchStatement"]["regexString"] == "^(/api/admin)(/|$)"
    assert strangers["notStatement"]["statement"]["ipSetReferenceStatement"]["arn"].endswith("-operators-arn")
    assert rule["action"]["block"]["customResponse"]["responseCode"] == 403


@pytest.mark.requirement("GX-107")
def test_a_websocket_may_be_silent_for_as_long_as_aws_lets_it() -> None:
    """N29: the guide's 86,400 s are more than the load balancer knows; it waits for its maximum."""
    assert produced().one(LOAD_BALANCER, "ingress-alb").inputs["idleTimeout"] == 4000
    rule = produced().one(LISTENER_RULE, _WS).inputs
    assert (
        rule["actions"][0]["targetGroupArn"]
        == produced().one(LISTENER_RULE, _API).inputs["actions"][0]["targetGroupArn"]
    )


@pytest.mark.requirement("GX-165")
def test_pods_and_targets_are_asked_by_the_same_path() -> None:
    probe = in_workload("Deployment", SERVICE, "spec.template.spec.containers[0].readinessProbe.httpGet")
    check = produced().one(TARGET_GROUP, _GROUP).inputs["healthCheck"]
    assert probe["path"] == check["path"] == "/api/health"
    assert check["matcher"] == "200-299"
