"""The figures of waiver.exchange's plan, in the tasks of its budget form and in the objects of its standard form."""

from typing import Any, cast

import pytest

from components.platform import Platform
from settings.arithmetic.exporters import CACHE_METRICS, DATABASE_METRICS, PUBLIC_PROBE
from tests.charts.rendering import at
from tests.charts.waiver_exchange_forms import CONSOLIDATED_BINARY, FORMS, consolidated, form, rendered
from tests.components.recording import Recorder

TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
RULE = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
HOST = "waiver.exchange"
_IMAGE = "waiver-exchange/waiver-exchange:v1.0.0"
_CONTAINER = "spec.template.spec.containers[0]"

# binary, port, pods at the least and at the most on the standard platform
_SERVICES = {
    "rest": ("rest_server", 8081, 2, 4),
    "oauth": ("oauth-server", 8082, 2, 2),
    "ws": ("waiver-exchange-service", 8081, 2, 4),
}
_BOTH = pytest.mark.parametrize("name", FORMS)


def containers(recorder: Recorder[Platform], service: str) -> dict[str, dict[str, Any]]:
    task = recorder.one(TASK, f"application-{service}-task")
    return {each["name"]: each for each in task.document("containerDefinitions")}


@pytest.mark.requirement("WX-01", "WX-02", "WX-03", "WX-07", "WX-08")
@pytest.mark.parametrize("service", _SERVICES)
def test_a_task_runs_the_plans_binary_on_the_plans_port(service: str) -> None:
    binary, port, *_ = _SERVICES[service]
    main = containers(form("budget"), service)[service]
    assert main["image"].endswith(_IMAGE)
    assert main["entryPoint"] == [binary]
    assert [each["containerPort"] for each in main["portMappings"]] == [port]


@pytest.mark.requirement("WX-01", "WX-02", "WX-03", "WX-07", "WX-08")
@pytest.mark.parametrize("service", _SERVICES)
def test_a_pod_runs_the_plans_binary_on_the_plans_port(service: str) -> None:
    binary, port, *_ = _SERVICES[service]
    deployment = rendered().one("Deployment", service)
    assert at(deployment, f"{_CONTAINER}.image").endswith(_IMAGE)
    assert at(deployment, f"{_CONTAINER}.command") == [binary]
    assert at(deployment, f"{_CONTAINER}.ports[0].containerPort") == port
    assert at(rendered().one("Service", service), "spec.ports[0].port") == port


@pytest.mark.requirement("WX-14")
@pytest.mark.parametrize("service", _SERVICES)
def test_both_forms_have_the_small_footprint(service: str) -> None:
    """WX-G02: 0.25-0.5 vCPU and 256-512 MiB each; one in the budget form, two in the standard one.

    The collector of metrics shares the service's task, which is the next larger one.
    """
    task = form("budget").one(TASK, f"application-{service}-task")
    assert (task.inputs["cpu"], task.inputs["memory"]) == ("512", "1024")
    (own,) = [each for each in task.document("containerDefinitions") if each["name"] == service]
    assert (own["cpu"], own["memoryReservation"]) == (256, 512)
    desired = {each.inputs["name"]: each.inputs["desiredCount"] for each in form("budget").of_type(SERVICE)}
    assert desired[service] == 1
    deployment = rendered().one("Deployment", service)
    for part in ("requests", "limits"):
        assert at(deployment, f"{_CONTAINER}.resources.{part}") == {"cpu": "250m", "memory": "512Mi"}


def test_the_standard_form_scales_between_the_plans_bounds() -> None:
    for service, (_, _, least, most) in _SERVICES.items():
        if least == most:
            assert f"{service}-hpa" not in rendered().names("HorizontalPodAutoscaler")
            assert rendered().one("Deployment", service)["spec"]["replicas"] == least
        else:
            scaler = rendered().one("HorizontalPodAutoscaler", f"{service}-hpa")["spec"]
            assert (scaler["minReplicas"], scaler["maxReplicas"]) == (least, most)


@pytest.mark.requirement("WX-82")
def test_the_dump_runs_at_two_in_both_forms() -> None:
    schedule = form("budget").named("application-database-dump-schedule").inputs
    assert schedule["scheduleExpression"] == "cron(0 2 * * ? *)"
    assert rendered().one("CronJob", "database-dump")["spec"]["schedule"] == "0 2 * * *"


@pytest.mark.requirement("WX-11")
def test_the_consolidated_form_is_one_service_and_nothing_else_changes() -> None:
    one = consolidated("budget")
    assert [each.inputs["name"] for each in one.of_type(SERVICE)] == ["rest"]
    assert containers(one, "rest")["rest"]["entryPoint"] == [CONSOLIDATED_BINARY]
    assert rendered(one=True).names("Deployment") - {PUBLIC_PROBE, DATABASE_METRICS, CACHE_METRICS} == {"rest"}
    assert at(rendered(one=True).one("Deployment", "rest"), f"{_CONTAINER}.command") == [CONSOLIDATED_BINARY]
    for name in FORMS:
        three, left = ({item.urn: item for item in each.registrations} for each in (form(name), consolidated(name)))
        gone = {"-oauth", "-ws"}
        assert set(left) <= set(three)
        assert all(any(part in urn for part in gone) or "8082" in urn for urn in set(three) - set(left))
        for token in ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup"):
            assert [each.inputs for each in form(name).of_type(token)] == [
                each.inputs for each in consolidated(name).of_type(token)
            ]


@pytest.mark.requirement("WX-12")
@_BOTH
def test_one_port_serves_every_path_of_the_consolidated_form(name: str) -> None:
    recorder = consolidated(name)
    group = recorder.one(TARGET_GROUP)
    assert group.inputs["port"] == 8081
    patterns: set[str] = set()
    for rule in recorder.of_type(RULE):
        if rule.inputs["actions"][0]["type"] == "fixed-response":
            continue
        assert rule.inputs["actions"][0]["targetGroupArn"].endswith(f":{group.name}-arn")
        patterns |= {
            value
            for each in cast("list[dict[str, Any]]", rule.inputs["conditions"])
            if "pathPattern" in each
            for value in each["pathPattern"]["values"]
        }
    assert patterns == {"/*", "/oauth", "/oauth/*", "/ws", "/ws/*"}
    opened = [each for each in recorder.of_type(INGRESS_RULE) if "pods-from-load-balancer" in each.name]
    assert [each.inputs["fromPort"] for each in opened] == [8081]


@pytest.mark.requirement("WX-31")
@_BOTH
def test_the_domain_has_a_zone_and_leads_to_the_load_balancer(name: str) -> None:
    recorder = form(name)
    zone = recorder.one("aws:route53/zone:Zone", "ingress-zone")
    assert zone.inputs["name"] == HOST
    address = recorder.one("aws:route53/record:Record", f"ingress-dns-{HOST}").inputs
    assert (address["name"], address["type"], address["zoneId"]) == (HOST, "A", "ingress-zone-zoneId")
    assert address["aliases"] == [
        {"name": "ingress-alb-dnsName", "zoneId": "ingress-alb-zoneId", "evaluateTargetHealth": True}
    ]


@pytest.mark.requirement("WX-36")
@_BOTH
def test_the_certificate_is_acms_and_renews_itself(name: str) -> None:
    """ACM charges nothing for it, and renews it for as long as the record that proved the domain is there."""
    recorder = form(name)
    certificate = recorder.one("aws:acm/certificate:Certificate").inputs
    assert (certificate["domainName"], certificate["validationMethod"]) == (HOST, "DNS")
    assert "certificateAuthorityArn" not in certificate
    proof = recorder.one("aws:route53/record:Record", f"ingress-validation-{HOST}").inputs
    assert (proof["name"], proof["zoneId"]) == (f"_check.{HOST}.", "ingress-zone-zoneId")
    permitted = recorder.one("aws:route53/record:Record", "ingress-caa").inputs["records"]
    assert '0 issue "amazon.com"' in permitted
    https = recorder.one("aws:lb/listener:Listener", "ingress-listeners-https")
    assert recorder.comes_after(https, recorder.one("aws:acm/certificateValidation:CertificateValidation"))


@pytest.mark.requirement("WX-37")
@_BOTH
def test_the_firewalls_admit_the_web_to_the_load_balancer_and_the_load_balancer_to_the_product(name: str) -> None:
    recorder = form(name)
    opened = [each.inputs for each in recorder.of_type(INGRESS_RULE)]
    open_to_all = [each for each in opened if each.get("cidrIpv4") == "0.0.0.0/0" or each.get("cidrIpv6") == "::/0"]
    assert {(each["securityGroupId"], each["fromPort"], each["toPort"]) for each in open_to_all} == {
        ("ingress-security-group-id", 80, 80),
        ("ingress-security-group-id", 443, 443),
    }
    product = {
        (each["fromPort"], each["toPort"])
        for each in opened
        if each.get("referencedSecurityGroupId") == "ingress-security-group-id"
    }
    assert product == {(8081, 8081), (8082, 8082)}
    assert not [
        each
        for group in recorder.of_type("aws:ec2/securityGroup:SecurityGroup")
        for each in group.inputs.get("ingress", [])
    ]


@pytest.mark.requirement("WX-38")
@_BOTH
def test_an_address_gets_a_hundred_requests_a_minute(name: str) -> None:
    """WX-G05; more is answered with 429."""
    (rule,) = [each for each in _firewall_rules(form(name)) if each["name"] == "rate-limit"]
    limit = rule["statement"]["rateBasedStatement"]
    assert (limit["limit"], limit["evaluationWindowSec"], limit["aggregateKeyType"]) == (100, 60, "IP")
    # The sign-on has a lower limit of its own.
    apart = limit["scopeDownStatement"]["notStatement"]["statement"]["labelMatchStatement"]
    assert apart == {"key": "limit:path", "scope": "LABEL"}
    assert rule["action"]["block"]["customResponse"]["responseCode"] == 429


@pytest.mark.requirement("WX-50")
@_BOTH
def test_clients_are_served_by_tls_alone(name: str) -> None:
    recorder = form(name)
    listeners = {each.inputs["port"]: each.inputs for each in recorder.of_type("aws:lb/listener:Listener")}
    assert set(listeners) == {80, 443}
    assert listeners[80]["defaultActions"] == [
        {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
    ]
    assert listeners[443]["protocol"] == "HTTPS"
    assert listeners[443]["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2-")
    assert listeners[443]["routingHttpResponseStrictTransportSecurityHeaderValue"].startswith("max-age=63072000")
    plain = [each.name for each in recorder.of_type(RULE) if each.inputs["listenerArn"].endswith("listeners-http-arn")]
    assert plain == []


@pytest.mark.requirement("WX-53")
@_BOTH
def test_the_firewall_is_the_second_look_at_every_input(name: str) -> None:
    managed = {
        each["statement"]["managedRuleGroupStatement"]["name"]: each["overrideAction"]
        for each in _firewall_rules(form(name))
        if "managedRuleGroupStatement" in each["statement"]
    }
    for group in ("AWSManagedRulesCommonRuleSet", "AWSManagedRulesSQLiRuleSet", "AWSManagedRulesKnownBadInputsRuleSet"):
        assert managed[group] == {"none": {}}
    association = form(name).one("aws:wafv2/webAclAssociation:WebAclAssociation").inputs
    assert association["resourceArn"].endswith("ingress-alb-arn")


def _firewall_rules(recorder: Recorder[Platform]) -> list[dict[str, Any]]:
    return cast("list[dict[str, Any]]", recorder.one("aws:wafv2/webAcl:WebAcl").inputs["rules"])
