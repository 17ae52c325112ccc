"""Service Layer's whole platform on stack prod: what it is made of, in which order, and what its edge answers."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from components.ingress.listeners import TLS_POLICY
from settings.diagnostics import SettingsError
from settings.load import load
from tests.charts.rendering import ROOT, at, render
from tests.charts.service_layer import release as rendered
from tests.charts.service_layer import settings
from tests.components.recording import Registration
from tests.components.service_layer import platform, release

LISTENER = "aws:lb/listener:Listener"
DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
_API = "service-layer"


def _host(label: str) -> str:
    return settings("prod").hostname(label)


def _listener(protocol: str) -> Registration:
    (found,) = [each for each in platform().of_type(LISTENER) if each.inputs["protocol"] == protocol]
    return found


def _target_group() -> Registration:
    return platform().one("aws:lb/targetGroup:TargetGroup")


@pytest.mark.requirement("SL-01")
def test_the_load_balancer_leads_to_the_api() -> None:
    rules = platform().of_type("aws:lb/listenerRule:ListenerRule")
    (route,) = [each for each in rules if each.inputs["actions"][0]["type"] == "forward"]
    hosts = [each["hostHeader"]["values"] for each in route.inputs["conditions"] if "hostHeader" in each]
    assert hosts == [[_host("api")]]
    assert _target_group().urn in route.dependencies
    (bound,) = release(_API).inputs["values"]["targetGroups"]
    assert (bound["service"], bound["port"]) == (_API, 80)
    ingress = platform().result.edge.ingress
    assert ingress is not None
    assert bound["arn"] == platform().value(ingress.target_groups[_API, "http"])


@pytest.mark.requirement("SL-01")
def test_the_api_has_a_postgresql_primary_and_a_replica() -> None:
    instances = platform().of_type("aws:rds/instance:Instance")
    assert {each.inputs.get("engine", "postgres") for each in instances} == {"postgres"}
    assert ["replicateSourceDb" in each.inputs for each in instances].count(True) == 1
    assert len(instances) == 2


@pytest.mark.requirement("SL-01")
def test_the_api_has_an_event_bus_and_no_cache() -> None:
    environment = release(_API).inputs["values"]["services"][_API]["environment"]
    assert environment["ROCKETMQ_NAMESERVER"] == f"{platform().result.exports['event_bus_host']}:9876"
    assert platform().comes_after(release(_API), release("event-bus"))
    assert platform().of_type("aws:elasticache/replicationGroup:ReplicationGroup") == []


def _rpc(**changes: Any) -> tuple[str, list[int]]:
    config = yaml.safe_load(Path(ROOT / "Pulumi.dev.yaml").read_text())["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    loaded = load("dev", {**stated, "workload": _API, **changes}, ROOT / "workloads")
    service = loaded.workload.services[_API]
    return str(service.environment["NEO_RPC_URL"]), [each.port for each in service.egress]


@pytest.mark.requirement("SL-01")
def test_the_main_and_the_test_network_are_reached_each_from_its_environment() -> None:
    """One endpoint for each environment (SL-N08): a stack states the test network's."""
    main = settings("prod").workload.services[_API]
    assert main.environment["NEO_RPC_URL"] == "https://neo.example.com:10332"
    assert 10332 in [each.port for each in main.egress]
    test_network = {
        "environment": {"NEO_RPC_URL": "https://neo-test.example.com:20332"},
        "egress": [{"name": "neo-rpc-test", "port": 20332}],
    }
    url, ports = _rpc(application={"services": {_API: test_network}})
    assert url == "https://neo-test.example.com:20332"
    assert 20332 in ports


@pytest.mark.requirement("SL-01")
@pytest.mark.requirement("SL-23")
def test_the_dashboard_is_files_in_a_private_bucket_behind_a_host_of_its_own() -> None:
    distribution = platform().one(DISTRIBUTION).inputs
    assert distribution["aliases"] == [_host("dashboard")]
    (origin,) = distribution["origins"]
    assert origin["originAccessControlId"]
    assert origin["domainName"].endswith(".s3.us-east-1.amazonaws.com")
    assert distribution["defaultRootObject"] == "index.html"
    assert distribution["defaultCacheBehavior"]["viewerProtocolPolicy"] == "redirect-to-https"
    assert {each["responsePagePath"] for each in distribution["customErrorResponses"]} == {"/index.html"}
    names = {each.inputs["name"] for each in platform().of_type("aws:route53/record:Record")}
    assert {_host("dashboard"), _host("api")} <= names


@pytest.mark.requirement("SL-23")
def test_whoever_publishes_the_dashboard_is_told_where_to() -> None:
    sites: Any = platform().result.exports["static_sites"]
    assert set(sites) == {"dashboard"}
    bucket = platform().value(sites["dashboard"]["bucket"])
    (origin,) = platform().one(DISTRIBUTION).inputs["origins"]
    assert origin["domainName"] == f"{bucket}.s3.us-east-1.amazonaws.com"


@pytest.mark.requirement("SL-02")
def test_kubernetes_is_1_28_at_least() -> None:
    version = platform().one("aws:eks/cluster:Cluster").inputs["version"]
    assert tuple(map(int, version.split("."))) >= (1, 28)


@pytest.mark.requirement("SL-02")
@pytest.mark.parametrize("version", ["1.27", "1.23"])
def test_an_older_kubernetes_is_refused(version: str) -> None:
    config = yaml.safe_load(Path(ROOT / "Pulumi.prod.yaml").read_text())["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    with pytest.raises(SettingsError) as refused:
        load(
            "prod",
            {**stated, "workload": _API, "cluster": {"version": version, "api_access": "tunnel"}},
            ROOT / "workloads",
        )
    (diagnostic,) = refused.value.diagnostics
    assert diagnostic.setting.endswith("cluster.version")
    assert diagnostic.given == version


@pytest.mark.requirement("SL-04")
def test_namespace_and_secrets_come_before_the_configuration_and_what_reads_it() -> None:
    foundation, workload = release(f"{_API}-foundation"), release(_API)
    assert platform().comes_after(workload, foundation)
    first = [item["kind"] for item in rendered("foundation").objects]
    assert first.index("Namespace") < first.index("ExternalSecret")
    kinds = [item["kind"] for item in rendered("workload").objects]
    assert "Namespace" not in kinds
    assert kinds.index("ConfigMap") < kinds.index("Service") < kinds.index("Deployment")
    # What joins the pods to the load balancer, in the place of the guide's Ingress, is the last of them.
    assert kinds.index("Deployment") < kinds.index("TargetGroupBinding")


@pytest.mark.requirement("SL-04")
def test_the_secrets_the_database_and_the_cluster_are_there_before_the_foundation() -> None:
    foundation = release(f"{_API}-foundation")
    before = ("aws:eks/cluster:Cluster", "aws:rds/instance:Instance", "aws:secretsmanager/secretVersion:SecretVersion")
    for token in before:
        for earlier in platform().of_type(token):
            assert platform().comes_after(foundation, earlier), earlier.name


@pytest.mark.requirement("SL-82")
def test_the_certificate_is_made_validated_and_renewed_by_itself() -> None:
    certificates = {each.inputs["domainName"]: each for each in platform().of_type("aws:acm/certificate:Certificate")}
    assert set(certificates) == {_host("api"), _host("dashboard")}
    for host, certificate in certificates.items():
        assert certificate.inputs["validationMethod"] == "DNS"
        records = [each.inputs["name"] for each in platform().of_type("aws:route53/record:Record")]
        assert f"_check.{host}." in records
    validations = platform().of_type("aws:acm/certificateValidation:CertificateValidation")
    assert len(validations) == 2
    https = _listener("HTTPS")
    (own,) = [each for each in validations if https.property_dependencies["certificateArn"] & {each.urn}]
    assert certificates[_host("api")].urn in own.dependencies


@pytest.mark.requirement("SL-83")
def test_plain_http_is_redirected() -> None:
    plain = _listener("HTTP").inputs
    (action,) = plain["defaultActions"]
    assert (plain["port"], action["type"]) == (80, "redirect")
    assert action["redirect"] == {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}


def test_tls_is_1_2_or_1_3_with_forward_secrecy_and_gcm_alone() -> None:
    """SL-84 as SL-N11 reads it: the narrowest of AWS's lists that has both of the guide's suites."""
    https = _listener("HTTPS").inputs
    assert (https["port"], https["sslPolicy"]) == (443, TLS_POLICY)
    assert TLS_POLICY.startswith("ELBSecurityPolicy-TLS13-1-2-Res-")


@pytest.mark.requirement("SL-85")
def test_http_2_is_on() -> None:
    assert platform().one("aws:lb/loadBalancer:LoadBalancer").inputs["enableHttp2"] is True


@pytest.mark.parametrize(
    ("key", "expected"),
    [
        pytest.param("StrictTransportSecurity", "max-age=31536000", marks=pytest.mark.requirement("SL-87")),
        pytest.param("XContentTypeOptions", "nosniff", marks=pytest.mark.requirement("SL-88")),
        pytest.param("XFrameOptions", "DENY", marks=pytest.mark.requirement("SL-89")),
    ],
)
def test_every_answer_carries_the_guides_headers(key: str, expected: str) -> None:
    value = _listener("HTTPS").inputs[f"routingHttpResponse{key}HeaderValue"]
    assert value.split(";")[0] == expected


def test_the_dashboard_carries_them_too() -> None:
    policy = platform().one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy").inputs
    headers = policy["securityHeadersConfig"]
    assert headers["strictTransportSecurity"]["accessControlMaxAgeSec"] >= 31536000
    assert headers["frameOptions"]["frameOption"] == "DENY"
    assert "contentTypeOptions" in headers


def test_host_and_forwarded_headers_reach_the_application() -> None:
    """SL-90 as SL-N13 reads it: the load balancer adds X-Forwarded-For and -Proto, and leaves Host as it came."""
    balancer = platform().one("aws:lb/loadBalancer:LoadBalancer").inputs
    assert balancer["preserveHostHeader"] is True
    assert balancer["xffHeaderProcessingMode"] == "append"
    assert _target_group().inputs["protocol"] == "HTTP"


def _rules() -> Mapping[str, Any]:
    acls = platform().of_type("aws:wafv2/webAcl:WebAcl")
    (regional,) = [each for each in acls if each.inputs["scope"] == "REGIONAL"]
    return {rule["name"]: rule for rule in regional.inputs["rules"]}


@pytest.mark.requirement("SL-91")
def test_an_address_has_a_hundred_requests_a_second_counted_over_a_minute() -> None:
    """6,000 in 60 s (SL-D02), and the burst of 50, which WAF knows no other way (SL-N14)."""
    rule = _rules()["rate-limit-accounts"]
    statement = rule["statement"]["rateBasedStatement"]
    assert statement["aggregateKeyType"] == "IP"
    assert (statement["limit"], statement["evaluationWindowSec"]) == (100 * 60 + 50, 60)
    assert rule["action"]["block"]["customResponse"]["responseCode"] == 429
    association = platform().one("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert platform().one("aws:lb/loadBalancer:LoadBalancer").urn in association.dependencies


def test_the_rendered_objects_are_those_of_the_recorded_platform() -> None:
    """What the chart tests look at is what the platform installs, but for outputs that only AWS knows."""
    installed = render("workload", release(_API).inputs["values"])
    container = at(installed.one("Deployment", _API), "spec.template.spec.containers[0]")
    shown = at(rendered("workload").one("Deployment", _API), "spec.template.spec.containers[0]")
    assert {key: value for key, value in container.items() if key != "volumeMounts"} == {
        key: value for key, value in shown.items() if key != "volumeMounts"
    }
