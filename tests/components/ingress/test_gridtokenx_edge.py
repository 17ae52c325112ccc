"""GridTokenX's edge in production: CDN, firewall and load balancer, with the figures of its guide."""

from dataclasses import replace
from typing import Any

import pytest

from components.ingress.ingress import Ingress, IngressArgs
from components.ingress.main_region import MainRegion, MainRegionArgs
from settings import PlatformSettings
from tests.charts.gridtokenx import gridtokenx
from tests.components.recording import ACCOUNT, REGION, Recorder, build

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
HEADERS = "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
RULE = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"


def edge_args(settings: PlatformSettings) -> IngressArgs:
    return IngressArgs(
        prefix=settings.prefix,
        account_id=ACCOUNT,
        region=REGION,
        domain=settings.stack.domain,
        settings=settings.stack.ingress,
        workload=settings.workload,
        hostnames={route.host: settings.hostname(route.host) for route in settings.workload.ingress.routes},
        vpc_id="vpc-1",
        public_subnet_ids=["subnet-a", "subnet-b", "subnet-c"],
        cluster_security_group_id="sg-cluster",
        logs_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs",
        log_retention_days=365,
        zonal_shift=True,
        protect=True,
        origins=settings.origins,
    )


@pytest.fixture(scope="module")
def edge() -> Recorder[Ingress]:
    return build(lambda: Ingress("ingress", edge_args(gridtokenx("prod"))))


def rules(recorder: Recorder[Ingress], acl: str) -> dict[str, dict[str, Any]]:
    return {rule["name"]: rule for rule in recorder.named(acl).inputs["rules"]}


@pytest.mark.requirement("GX-93")
def test_a_cdn_stands_in_front_of_the_load_balancer(edge: Recorder[Ingress]) -> None:
    distribution = edge.one(DISTRIBUTION).inputs
    assert distribution["aliases"] == ["api.gridtokenx.com"]
    origin = distribution["origins"][0]
    assert origin["domainName"] == edge.value(edge.result.load_balancer_dns_name)
    assert origin["customOriginConfig"]["originProtocolPolicy"] == "https-only"
    # CachingDisabled: nothing under /api or /ws is kept.
    assert distribution["defaultCacheBehavior"]["cachePolicyId"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    assert "orderedCacheBehaviors" not in distribution


@pytest.mark.requirement("GX-93")
def test_the_origin_answers_only_what_came_through_the_cdn(edge: Recorder[Ingress]) -> None:
    sent = edge.one(DISTRIBUTION).inputs["origins"][0]["customHeaders"][0]
    for rule in edge.of_type(RULE):
        asked = [each["httpHeader"] for each in rule.inputs["conditions"] if "httpHeader" in each]
        assert asked == [{"httpHeaderName": sent["name"], "values": [sent["value"]]}]
        assert "conditions" in rule.secret_inputs
    assert "origins" in edge.one(DISTRIBUTION).secret_inputs
    secret = edge.one("random:index/randomPassword:RandomPassword").inputs
    assert (secret["length"], secret["special"], secret["upper"]) == (40, False, False)
    assert edge.named("ingress-listeners-https").inputs["defaultActions"][0]["fixedResponse"]["statusCode"] == "404"


@pytest.mark.requirement("GX-94")
def test_the_cdn_has_a_firewall_of_its_own(edge: Recorder[Ingress]) -> None:
    acl = edge.named("ingress-cdn-firewall-acl")
    assert acl.inputs["scope"] == "CLOUDFRONT"
    assert edge.one(DISTRIBUTION).inputs["webAclId"].endswith("ingress-cdn-firewall-acl-arn")
    assert {"ip-reputation", "common", "known-bad-inputs", "sql-injection"} <= set(rules(edge, acl.name))
    logs = edge.named("ingress-cdn-firewall-logs").inputs["name"]
    assert logs == "aws-waf-logs-gridtokenx-prod-cdn"


@pytest.mark.requirement("GX-73")
@pytest.mark.requirement("GX-74")
@pytest.mark.requirement("GX-104")
@pytest.mark.requirement("GX-175")
def test_an_address_has_100_requests_a_minute_and_a_burst_of_20(edge: Recorder[Ingress]) -> None:
    statement = rules(edge, "ingress-cdn-firewall-acl")["rate-limit"]["statement"]["rateBasedStatement"]
    assert statement == {
        "aggregateKeyType": "IP",
        "limit": 120,
        "evaluationWindowSec": 60,
        "scopeDownStatement": {
            "notStatement": {"statement": {"labelMatchStatement": {"scope": "LABEL", "key": "limit:path"}}}
        },
    }


@pytest.mark.requirement("GX-75")
def test_administrators_have_200_requests_a_minute(edge: Recorder[Ingress]) -> None:
    found = rules(edge, "ingress-cdn-firewall-acl")
    statement = found["rate-limit-administrators"]["statement"]["rateBasedStatement"]
    assert (statement["limit"], statement["evaluationWindowSec"]) == (200, 60)
    assert statement["scopeDownStatement"] == {"labelMatchStatement": {"scope": "LABEL", "key": "limit:administrators"}}
    marked = found["requests-administrators"]
    assert marked["statement"]["regexMatchStatement"]["regexString"] == "^(/api/admin)(/|$)"
    assert {label["name"] for label in marked["ruleLabels"]} == {"limit:path", "limit:administrators"}
    assert marked["priority"] < found["rate-limit-administrators"]["priority"] < found["rate-limit"]["priority"]


def test_administration_is_closed_until_addresses_are_listed(edge: Recorder[Ingress]) -> None:
    addresses = edge.one("aws:wafv2/ipSet:IpSet").inputs
    assert (addresses["scope"], addresses["addresses"]) == ("CLOUDFRONT", [])
    rule = rules(edge, "ingress-cdn-firewall-acl")["operator-paths"]
    path, strangers = rule["statement"]["andStatement"]["statements"]
    assert path["regexMatchStatement"]["regexString"] == "^(/api/admin)(/|$)"
    assert [each["type"] for each in path["regexMatchStatement"]["textTransformations"]] == [
        "URL_DECODE",
        "NORMALIZE_PATH",
        "LOWERCASE",
    ]
    known = strangers["notStatement"]["statement"]["ipSetReferenceStatement"]["arn"]
    assert known.endswith("ingress-cdn-firewall-operators-arn")
    assert rule["action"]["block"]["customResponse"]["responseCode"] == 403


def test_the_load_balancers_firewall_counts_no_address_of_the_cdn(edge: Recorder[Ingress]) -> None:
    assert set(rules(edge, "ingress-firewall-acl")) == {"ip-reputation", "common", "known-bad-inputs", "sql-injection"}


@pytest.mark.requirement("GX-100")
def test_browsers_insist_on_https_for_a_year(edge: Recorder[Ingress]) -> None:
    security = edge.one(HEADERS).inputs["securityHeadersConfig"]
    assert security["strictTransportSecurity"] == {
        "accessControlMaxAgeSec": 31536000,
        "includeSubdomains": True,
        "override": True,
    }
    listener = edge.named("ingress-listeners-https").inputs
    assert listener["routingHttpResponseStrictTransportSecurityHeaderValue"] == "max-age=31536000; includeSubDomains"


@pytest.mark.requirement("GX-101")
@pytest.mark.requirement("GX-102")
@pytest.mark.requirement("GX-103")
def test_every_answer_carries_the_careful_headers(edge: Recorder[Ingress]) -> None:
    distribution, policy = edge.one(DISTRIBUTION), edge.one(HEADERS)
    assert distribution.inputs["defaultCacheBehavior"]["responseHeadersPolicyId"] == f"{policy.name}-id"
    security = policy.inputs["securityHeadersConfig"]
    assert security["frameOptions"] == {"frameOption": "DENY", "override": True}
    assert security["contentTypeOptions"] == {"override": True}
    assert security["xssProtection"] == {"protection": True, "modeBlock": True, "override": True}


@pytest.mark.requirement("GX-71")
def test_the_two_browser_applications_may_call(edge: Recorder[Ingress]) -> None:
    cors = edge.one(HEADERS).inputs["corsConfig"]
    assert cors["accessControlAllowOrigins"] == {
        "items": ["https://app.gridtokenx.com", "https://admin.gridtokenx.com"]
    }
    assert cors["originOverride"] is False
    listener = edge.named("ingress-listeners-https").inputs
    assert "routingHttpResponseAccessControlAllowOriginHeaderValue" not in listener


@pytest.mark.requirement("GX-72")
@pytest.mark.requirement("GX-105")
@pytest.mark.requirement("GX-107")
@pytest.mark.requirement("GX-108")
def test_two_paths_of_one_host_are_published_and_nothing_else(edge: Recorder[Ingress]) -> None:
    published = {
        (
            rule.inputs["conditions"][0]["hostHeader"]["values"][0],
            *rule.inputs["conditions"][1]["pathPattern"]["values"],
        )
        for rule in edge.of_type(RULE)
    }
    assert published == {("api.gridtokenx.com", "/api", "/api/*"), ("api.gridtokenx.com", "/ws", "/ws/*")}
    group = edge.one(TARGET_GROUP).inputs
    assert group["port"] == 8080


@pytest.mark.requirement("GX-105")
def test_the_viewers_own_headers_reach_the_product(edge: Recorder[Ingress]) -> None:
    # AllViewer hands on Host and Upgrade; both the CDN and the load balancer append to X-Forwarded-For.
    policy = edge.one(DISTRIBUTION).inputs["defaultCacheBehavior"]["originRequestPolicyId"]
    assert policy == "216adef6-5c7f-47e4-b989-5492eafa07d3"
    balancer = edge.one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert (balancer["xffHeaderProcessingMode"], balancer["preserveHostHeader"]) == ("append", True)


@pytest.mark.requirement("GX-21")
@pytest.mark.requirement("GX-106")
@pytest.mark.requirement("GX-107")
def test_silent_connections_live_as_long_as_aws_lets_them(edge: Recorder[Ingress]) -> None:
    assert edge.one("aws:lb/loadBalancer:LoadBalancer").inputs["idleTimeout"] == 4000
    origin = edge.one(DISTRIBUTION).inputs["origins"][0]["customOriginConfig"]
    assert origin["originReadTimeout"] == 60
    assert edge.one(TARGET_GROUP).inputs["deregistrationDelay"] == 60


@pytest.mark.requirement("GX-05")
@pytest.mark.requirement("GX-109")
def test_health_is_asked_for_every_ten_seconds_and_the_idlest_pod_is_next(edge: Recorder[Ingress]) -> None:
    group = edge.one(TARGET_GROUP).inputs
    assert group["healthCheck"]["interval"] == 10
    assert group["healthCheck"]["path"] == "/api/health"
    assert group["loadBalancingAlgorithmType"] == "least_outstanding_requests"
    assert group["loadBalancingCrossZoneEnabled"] == "use_load_balancer_configuration"


@pytest.mark.requirement("GX-95")
def test_the_host_leads_to_the_cdn(edge: Recorder[Ingress]) -> None:
    record = edge.named("ingress-dns-api.gridtokenx.com").inputs
    assert record["aliases"] == [
        {
            "name": "ingress-cdn-distribution-domainName",
            "zoneId": "ingress-cdn-distribution-hostedZoneId",
            "evaluateTargetHealth": False,
        }
    ]


@pytest.mark.requirement("GX-96")
@pytest.mark.requirement("GX-111")
def test_plain_http_is_redirected_for_good(edge: Recorder[Ingress]) -> None:
    assert edge.one(DISTRIBUTION).inputs["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    action = edge.named("ingress-listeners-http").inputs["defaultActions"][0]
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


@pytest.mark.requirement("GX-97")
@pytest.mark.requirement("GX-99")
def test_tls_is_1_2_or_1_3_and_http_2_is_spoken(edge: Recorder[Ingress]) -> None:
    distribution = edge.one(DISTRIBUTION).inputs
    assert distribution["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    assert distribution["httpVersion"] == "http2and3"
    assert edge.one("aws:lb/loadBalancer:LoadBalancer").inputs["enableHttp2"] is True
    assert edge.named("ingress-listeners-https").inputs["sslPolicy"].startswith("ELBSecurityPolicy-TLS13-1-2")


@pytest.mark.requirement("GX-98")
def test_one_certificate_serves_both_where_the_stack_is_in_the_main_region(edge: Recorder[Ingress]) -> None:
    certificate = edge.one("aws:acm/certificate:Certificate").inputs
    assert certificate["domainName"] == "api.gridtokenx.com"
    given = edge.one(DISTRIBUTION).inputs["viewerCertificate"]
    assert given["acmCertificateArn"] == edge.value(edge.result.certificate_arn)
    assert given["sslSupportMethod"] == "sni-only"


@pytest.mark.requirement("GX-110")
def test_https_is_open_to_the_world(edge: Recorder[Ingress]) -> None:
    rule = edge.named("ingress-security-from-0.0.0.0/0-443").inputs
    assert (rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) == ("0.0.0.0/0", 443, 443)


@pytest.mark.requirement("GX-112")
def test_there_is_no_door_for_ssh(edge: Recorder[Ingress]) -> None:
    rules = edge.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert rules
    assert not any(rule.inputs["fromPort"] <= 22 <= rule.inputs["toPort"] for rule in rules)


@pytest.mark.requirement("GX-43")
@pytest.mark.requirement("GX-113")
def test_the_application_port_is_open_to_the_load_balancer_alone(edge: Recorder[Ingress]) -> None:
    group = edge.value(edge.result.security_group_id)
    inward = [
        rule.inputs
        for rule in edge.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
        if rule.inputs["fromPort"] <= 8080 <= rule.inputs["toPort"]
    ]
    assert [rule["referencedSecurityGroupId"] for rule in inward] == [group]
    assert inward[0]["securityGroupId"] == "sg-cluster"


@pytest.mark.requirement("GX-98")
def test_elsewhere_the_cdn_has_a_certificate_and_a_firewall_in_the_main_region() -> None:
    def there() -> Ingress:
        main = MainRegion("main-region", MainRegionArgs(prefix="gridtokenx-prod", tags={}, protect=True))
        given = replace(
            edge_args(gridtokenx("prod")),
            region="eu-west-1",
            main_region_provider=main.provider,
            main_region_logs_key_arn=main.logs_key_arn,
        )
        return Ingress("ingress", given)

    recorder = build(there)
    own, far = recorder.named("ingress-certificate"), recorder.named("ingress-cdn-certificate-certificate")
    assert "main-region-aws" in far.provider
    assert "main-region-aws" not in own.provider
    assert far.inputs["domainName"] == own.inputs["domainName"]
    given = recorder.one(DISTRIBUTION).inputs["viewerCertificate"]["acmCertificateArn"]
    assert given.endswith("ingress-cdn-certificate-certificate-arn")
    assert recorder.one(DISTRIBUTION).depends_on(recorder.named("ingress-cdn-certificate-validation"))
    validating = [item for item in recorder.of_type("aws:route53/record:Record") if "-validation-" in item.name]
    assert len(validating) == 1
    assert "main-region-aws" in recorder.named("ingress-cdn-firewall-acl").provider
    assert recorder.named("ingress-cdn-firewall-logs").inputs["kmsKeyId"].endswith("main-region-logs-key-arn")


def test_a_stack_can_do_without_the_cdn() -> None:
    settings = gridtokenx("prod")
    ingress = settings.stack.ingress.model_copy(update={"cdn": False})
    recorder = build(lambda: Ingress("ingress", replace(edge_args(settings), settings=ingress)))
    assert recorder.of_type(DISTRIBUTION) == []
    assert "rate-limit" in rules(recorder, "ingress-firewall-acl")
    assert "operator-paths" in rules(recorder, "ingress-firewall-acl")
    assert all("httpHeader" not in str(rule.inputs["conditions"]) for rule in recorder.of_type(RULE))
