"""The edge as a whole: what OpeniBank's routes become, and how the parts are wired."""

from dataclasses import replace

import pytest

from components.ingress.ingress import Ingress, IngressArgs
from settings.existing import ExistingZone
from settings.stack import IngressSettings
from settings.workload import Workload
from tests.components.ingress.samples import WORKLOAD, ingress_args
from tests.components.recording import Recorder, build

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
RULE = "aws:lb/listenerRule:ListenerRule"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
RECORD = "aws:route53/record:Record"
WEB_ACL = "aws:wafv2/webAcl:WebAcl"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"


def edge(args: IngressArgs | None = None) -> Recorder[Ingress]:
    return build(lambda: Ingress("ingress", args or ingress_args()))


def with_settings(**changes: object) -> IngressArgs:
    args = ingress_args()
    return replace(args, settings=IngressSettings.model_validate({**args.settings.model_dump(), **changes}))


def with_ingress(**changes: object) -> IngressArgs:
    raw = WORKLOAD.model_dump(by_alias=True)
    raw["ingress"] = {**raw["ingress"], **changes}
    return replace(ingress_args(), workload=Workload.model_validate(raw))


@pytest.mark.requirement("OB-01")
def test_one_load_balancer_stands_in_front_of_every_replica() -> None:
    recorder = edge()
    balancer = recorder.one(BALANCER)
    assert balancer.inputs["name"] == "openibank-prod"
    assert balancer.inputs["loadBalancerType"] == "application"
    assert balancer.inputs["internal"] is False
    assert balancer.inputs["subnets"] == ["subnet-a", "subnet-b", "subnet-c"]
    group = recorder.one(TARGET_GROUP)
    assert group.inputs["port"] == 3000
    assert group.inputs["targetType"] == "ip"
    assert group.inputs["stickiness"] == {"type": "lb_cookie", "enabled": False}
    assert list(recorder.result.target_groups) == [("api-server", "http")]


@pytest.mark.requirement("OB-15")
@pytest.mark.requirement("OB-17")
def test_connections_outlive_web_socket_pings_and_the_longest_answer() -> None:
    recorder = edge()
    assert recorder.one(BALANCER).inputs["idleTimeout"] == 120
    assert recorder.one(TARGET_GROUP).inputs["deregistrationDelay"] >= 30


@pytest.mark.requirement("OB-13")
def test_pods_are_checked_on_the_path_of_their_route() -> None:
    check = edge().one(TARGET_GROUP).inputs["healthCheck"]
    assert check["path"] == "/api/v1/ping"
    assert check["port"] == "traffic-port"
    assert check["timeout"] < check["interval"]


@pytest.mark.requirement("OB-18")
@pytest.mark.requirement("OB-82")
def test_a_route_becomes_a_rule_for_its_host_and_path() -> None:
    recorder = edge()
    rule = recorder.one(RULE)
    assert rule.inputs["conditions"] == [
        {"hostHeader": {"values": ["api.openibank.com"]}},
        {"pathPattern": {"values": ["/*"]}},
    ]
    group = recorder.one(TARGET_GROUP)
    assert rule.inputs["actions"][0]["type"] == "forward"
    assert rule.inputs["actions"][0]["targetGroupArn"] == recorder.value(
        recorder.result.target_groups[("api-server", "http")]
    )
    assert rule.depends_on(group)
    assert recorder.comes_after(rule, recorder.named("ingress-listeners-https"))


@pytest.mark.requirement("OB-85")
def test_plain_http_is_sent_to_https() -> None:
    listener = edge().named("ingress-listeners-http")
    assert (listener.inputs["port"], listener.inputs["protocol"]) == (80, "HTTP")
    action = listener.inputs["defaultActions"][0]
    assert action["type"] == "redirect"
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


@pytest.mark.requirement("OB-85")
def test_https_speaks_modern_tls_alone_and_tells_browsers_so() -> None:
    listener = edge().named("ingress-listeners-https").inputs
    assert (listener["port"], listener["protocol"]) == (443, "HTTPS")
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert listener["routingHttpResponseStrictTransportSecurityHeaderValue"].startswith("max-age=63072000")
    assert listener["routingHttpResponseXContentTypeOptionsHeaderValue"] == "nosniff"
    assert listener["routingHttpResponseXFrameOptionsHeaderValue"] == "DENY"
    assert listener["routingHttpResponseServerEnabled"] is False


def test_unknown_hosts_and_paths_get_404() -> None:
    action = edge().named("ingress-listeners-https").inputs["defaultActions"][0]
    assert action["type"] == "fixed-response"
    assert action["fixedResponse"]["statusCode"] == "404"


@pytest.mark.requirement("OB-83")
@pytest.mark.requirement("OB-N10")
def test_the_listener_waits_for_a_validated_certificate() -> None:
    recorder = edge()
    certificate = recorder.one("aws:acm/certificate:Certificate")
    assert certificate.inputs["domainName"] == "api.openibank.com"
    assert certificate.inputs["validationMethod"] == "DNS"
    validation = recorder.one("aws:acm/certificateValidation:CertificateValidation")
    assert recorder.named("ingress-listeners-https").depends_on(validation)
    assert validation.create_timeout == "45m"


@pytest.mark.requirement("OB-83")
def test_each_host_is_validated_by_its_own_record() -> None:
    routes = [
        {"host": "api", "service": "api-server", "port": "http"},
        {"host": "@", "service": "api-server", "port": "http"},
        {"host": "api", "path": "/v2", "service": "api-server", "port": "http"},
    ]
    recorder = edge(with_ingress(routes=tuple(routes)))
    certificate = recorder.one("aws:acm/certificate:Certificate").inputs
    assert certificate["subjectAlternativeNames"] == ["openibank.com"]
    records = {item.name: item.inputs for item in recorder.of_type(RECORD) if "validation" in item.name}
    assert {name: inputs["name"] for name, inputs in records.items()} == {
        "ingress-validation-api.openibank.com": "_check.api.openibank.com.",
        "ingress-validation-openibank.com": "_check.openibank.com.",
    }
    assert recorder.result.hosts == ("api.openibank.com", "openibank.com")


@pytest.mark.requirement("OB-84")
def test_a_zone_is_made_and_its_name_servers_are_given_out() -> None:
    recorder = edge()
    zone = recorder.one("aws:route53/zone:Zone")
    assert zone.inputs["name"] == "openibank.com"
    assert zone.protect
    assert recorder.result.name_servers is not None
    authorities = recorder.named("ingress-caa").inputs["records"]
    assert '0 issue "amazon.com"' in authorities


@pytest.mark.requirement("OB-84")
def test_a_zone_that_exists_is_used_and_not_made() -> None:
    recorder = edge(replace(ingress_args(), zone=ExistingZone(id="Z0123456789ABC")))
    assert recorder.of_type("aws:route53/zone:Zone") == []
    assert {record.inputs["zoneId"] for record in recorder.of_type(RECORD)} == {"Z0123456789ABC"}
    assert recorder.result.name_servers is None


def test_a_zone_that_is_taken_over_keeps_its_own_records() -> None:
    recorder = edge(replace(ingress_args(), zone=ExistingZone(id="Z0123456789ABC", take_over=True)))
    zone = recorder.one("aws:route53/zone:Zone")
    assert (zone.name, zone.inputs["name"]) == ("ingress-zone", "openibank.com")
    assert "ingress-caa" not in {record.name for record in recorder.of_type(RECORD)}


@pytest.mark.requirement("OB-82")
def test_the_host_is_an_alias_of_the_load_balancer() -> None:
    recorder = edge()
    record = recorder.named("ingress-dns-api.openibank.com")
    assert record.inputs["type"] == "A"
    alias = record.inputs["aliases"][0]
    assert alias["name"] == recorder.value(recorder.result.load_balancer_dns_name)
    assert alias["evaluateTargetHealth"] is True
    assert "setIdentifier" not in record.inputs


@pytest.mark.parametrize(
    ("routing", "policy"),
    [
        ("latency", {"latencyRoutingPolicies": [{"region": "us-east-1"}]}),
        ("primary", {"failoverRoutingPolicies": [{"type": "PRIMARY"}]}),
        ("secondary", {"failoverRoutingPolicies": [{"type": "SECONDARY"}]}),
    ],
)
def test_regions_can_share_a_host(routing: str, policy: dict[str, object]) -> None:
    record = edge(with_settings(routing=routing)).named("ingress-dns-api.openibank.com")
    assert record.inputs["setIdentifier"] == "us-east-1"
    assert {key: value for key, value in record.inputs.items() if key.endswith("RoutingPolicies")} == policy
    assert record.delete_before_replace


@pytest.mark.requirement("OB-92")
def test_the_load_balancer_reaches_the_pods_on_the_routed_port_alone() -> None:
    recorder = edge()
    group = recorder.value(recorder.result.security_group_id)
    outward = recorder.one(EGRESS_RULE)
    assert outward.inputs["securityGroupId"] == group
    assert outward.inputs["referencedSecurityGroupId"] == "sg-cluster"
    inward = recorder.named("ingress-security-pods-from-load-balancer-3000")
    assert inward.inputs["securityGroupId"] == "sg-cluster"
    assert inward.inputs["referencedSecurityGroupId"] == group
    for rule in (outward, inward):
        assert (rule.inputs["fromPort"], rule.inputs["toPort"], rule.inputs["ipProtocol"]) == (3000, 3000, "tcp")


def test_another_port_may_say_whether_a_pod_is_well() -> None:
    route = {"host": "api", "service": "api-server", "port": "http", "health_port": "metrics", "health_path": "/well"}
    recorder = edge(with_ingress(routes=(route,)))
    group = recorder.one(TARGET_GROUP).inputs
    assert (group["port"], group["healthCheck"]["port"], group["healthCheck"]["path"]) == (3000, "9090", "/well")
    inward = [each.inputs for each in recorder.of_type(INGRESS_RULE) if "pods-from" in each.name]
    assert {(each["securityGroupId"], each["fromPort"], each["toPort"]) for each in inward} == {
        ("sg-cluster", port, port) for port in (3000, 9090)
    }
    assert {each.inputs["fromPort"] for each in recorder.of_type(EGRESS_RULE)} == {3000, 9090}


def test_clients_enter_from_the_allowed_ranges_alone() -> None:
    recorder = edge(with_settings(allowed_cidrs=("198.51.100.0/24", "203.0.113.0/24")))
    group = recorder.value(recorder.result.security_group_id)
    rules = [item.inputs for item in recorder.of_type(INGRESS_RULE) if item.inputs["securityGroupId"] == group]
    assert {(rule["cidrIpv4"], rule["fromPort"], rule["toPort"]) for rule in rules} == {
        (cidr, port, port) for cidr in ("198.51.100.0/24", "203.0.113.0/24") for port in (80, 443)
    }


def _speaking(protocol: str) -> IngressArgs:
    raw = WORKLOAD.model_dump(by_alias=True)
    raw["services"]["api-server"]["ports"]["rpc"] = {"number": 9090, "app_protocol": protocol}
    del raw["services"]["api-server"]["ports"]["metrics"]
    raw["ingress"]["routes"] = (
        {"host": "rpc", "service": "api-server", "port": "rpc"},
        {"host": "api", "service": "api-server", "port": "http", "health_path": "/api/v1/ping"},
    )
    args = replace(ingress_args(), workload=Workload.model_validate(raw))
    return replace(args, hostnames={**args.hostnames, "rpc": "rpc.openibank.com"})


@pytest.mark.parametrize(("protocol", "version", "codes"), [("grpc", "GRPC", "12"), ("http2", "HTTP2", "200-299")])
def test_a_target_group_speaks_what_its_port_states(protocol: str, version: str, codes: str) -> None:
    recorder = edge(_speaking(protocol))
    group = recorder.named("ingress-target-groups-api-server-rpc").inputs
    assert (group["protocol"], group["protocolVersion"], group["healthCheck"]["matcher"]) == ("HTTP", version, codes)
    assert group["name"] != recorder.named("ingress-target-groups-api-server-http").inputs["name"]
    # Both stand behind HTTPS: the other listener only redirects.
    rule = recorder.named("ingress-listeners-rule-rpc")
    assert recorder.comes_after(rule, recorder.named("ingress-listeners-https"))
    assert recorder.named("ingress-listeners-http").inputs["defaultActions"][0]["type"] == "redirect"


def test_route_53_asks_a_region_at_a_port_of_http1() -> None:
    args = _speaking("grpc")
    shared = IngressSettings.model_validate({**args.settings.model_dump(), "routing": "latency"})
    recorder = edge(replace(args, settings=shared))
    assert recorder.one("aws:route53/healthCheck:HealthCheck").inputs["resourcePath"] == "/api/v1/ping"
    action = recorder.named("ingress-region-rule").inputs["actions"][0]
    assert action["targetGroupArn"] == recorder.value(recorder.result.target_groups["api-server", "http"])


@pytest.mark.parametrize(("protocol", "told"), [("grpc", {"enabled": True}), ("http", None)])
def test_a_cdn_hands_grpc_on_where_it_is_told_to(protocol: str, told: dict[str, bool] | None) -> None:
    args = _speaking(protocol)
    raw = args.workload.model_dump(by_alias=True)
    raw["ingress"]["cdn"] = {}
    recorder = edge(replace(args, workload=Workload.model_validate(raw)))
    behaviour = recorder.one("aws:cloudfront/distribution:Distribution").inputs["defaultCacheBehavior"]
    assert behaviour.get("grpcConfig") == told
    assert "POST" in behaviour["allowedMethods"]


def test_the_load_balancer_refuses_what_two_servers_may_read_differently() -> None:
    balancer = edge().one(BALANCER).inputs
    assert balancer["dropInvalidHeaderFields"] is True
    assert balancer["desyncMitigationMode"] == "defensive"
    assert balancer["enableDeletionProtection"] is True
    assert balancer["enableZonalShift"] is True
    assert balancer["enableWafFailOpen"] is False


def test_logs_go_to_a_bucket_that_is_ready_for_them() -> None:
    recorder = edge()
    balancer = recorder.one(BALANCER)
    bucket = recorder.one("aws:s3/bucket:Bucket")
    assert bucket.inputs["bucket"] == "openibank-prod-alb-logs-111122223333"
    for logs, prefix in (
        ("accessLogs", "access"),
        ("connectionLogs", "connections"),
        ("healthCheckLogs", "health-checks"),
    ):
        assert balancer.inputs[logs] == {"bucket": bucket.inputs["bucket"], "prefix": prefix, "enabled": True}
    policy = recorder.one("aws:s3/bucketPolicy:BucketPolicy")
    assert balancer.depends_on(policy)
    delivery = next(each for each in policy.document("policy")["Statement"] if each["Sid"] == "LoadBalancerLogDelivery")
    assert delivery["Principal"] == {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"}
    assert delivery["Action"] == "s3:PutObject"
    assert delivery["Resource"].endswith("/*/AWSLogs/111122223333/*")
    encryption = recorder.one(
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
    ).inputs["rules"][0]
    assert encryption["applyServerSideEncryptionByDefault"]["sseAlgorithm"] == "AES256"


def test_without_a_firewall_the_rest_stands() -> None:
    recorder = edge(with_settings(waf=False))
    assert recorder.of_type(WEB_ACL) == []
    assert recorder.result.firewall is None
    assert recorder.one(BALANCER).inputs["name"] == "openibank-prod"


def test_a_preview_knows_everything_that_depends_on_settings_alone() -> None:
    recorder = build(lambda: Ingress("ingress", ingress_args()), preview=True)
    assert recorder.one(TARGET_GROUP).inputs["name"].startswith("openibank-prod-api-server")
    assert recorder.one(RULE).inputs["priority"] > 0
