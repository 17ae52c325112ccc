"""What stands before Service Layer is deployed: the checklist's gates, as the order in which the engine builds."""

from functools import cache

import pytest

from components.platform import Platform
from policies.registry import RULES
from policies.rule import StackRule
from policies.view import Resource
from tests.charts.service_layer import settings
from tests.components.recording import Recorder, Registration, build

_RELEASE = "kubernetes:helm.sh/v3:Release"
_HOST = "api.openibank.com"


@cache
def platform() -> Recorder[Platform]:
    return build(lambda: Platform("platform", settings("prod")))


def _release(name: str) -> Registration:
    (found,) = [each for each in platform().of_type(_RELEASE) if each.inputs["name"] == name]
    return found


@pytest.mark.requirement("SL-134")
def test_the_ingress_waits_until_the_certificate_is_issued() -> None:
    """CertificateValidation is done when ACM calls the certificate ISSUED, and fails the run after 45 minutes."""
    issued = platform().one("aws:acm/certificateValidation:CertificateValidation", "ingress-validation")
    assert issued.create_timeout == "45m"
    (secure,) = [each for each in platform().of_type("aws:lb/listener:Listener") if each.inputs["protocol"] == "HTTPS"]
    # By the ARN that it gives, so no listener can be described without it.
    assert secure.property_dependencies["certificateArn"] == {issued.urn}
    rules = platform().of_type("aws:lb/listenerRule:ListenerRule")
    assert rules
    for rule in rules:
        assert platform().comes_after(rule, issued)


@pytest.mark.requirement("SL-134")
@pytest.mark.requirement("SL-08")
def test_the_certificate_is_validated_by_a_record_that_only_a_delegated_zone_can_show() -> None:
    issued = platform().one("aws:acm/certificateValidation:CertificateValidation", "ingress-validation")
    record = platform().named(f"ingress-validation-{_HOST}")
    assert platform().comes_after(issued, record)


@pytest.mark.requirement("SL-08")
def test_the_names_lead_to_the_load_balancer_before_anything_of_the_product_is_deployed() -> None:
    record = platform().named(f"ingress-dns-{_HOST}")
    assert record.inputs["name"] == _HOST
    for release in ("service-layer", "service-layer-foundation"):
        assert platform().comes_after(_release(release), record), release


@pytest.mark.requirement("SL-134")
def test_a_product_is_not_deployed_before_its_certificate_is_attached() -> None:
    (secure,) = [each for each in platform().of_type("aws:lb/listener:Listener") if each.inputs["protocol"] == "HTTPS"]
    assert platform().comes_after(_release("service-layer"), secure)


@pytest.mark.requirement("SL-140")
def test_the_policy_finds_the_rate_limit_of_the_products_own_firewall() -> None:
    (rule,) = [each for each in RULES if isinstance(each, StackRule) and each.name == "firewall-limits-rate"]
    acls = [
        Resource(type=each.type, name=each.name, urn=each.urn, properties=each.inputs, environment="production")
        for each in platform().of_type("aws:wafv2/webAcl:WebAcl")
    ]
    assert len(acls) == 1
    assert list(rule.check(acls)) == []
    kept = [each for each in acls[0].properties["rules"] if "rateBasedStatement" not in each["statement"]]
    assert len(kept) < len(acls[0].properties["rules"])
    without = Resource(type=acls[0].type, name="acl", urn="urn", properties={"rules": kept}, environment="production")
    assert len(list(rule.check([without]))) == 1


@pytest.mark.requirement("SL-119")
def test_the_restore_test_is_told_the_ranges_of_the_object_store_and_may_read_dumps_alone() -> None:
    gateway = platform().named("network-endpoints-s3")
    assert gateway.inputs["vpcEndpointType"] == "Gateway"
    test = _release("service-layer").inputs["values"]["restoreTest"]
    (ranges,) = [flow for flow in test["policy"]["egress"] if flow["name"] == "object-store"]
    assert "except" not in ranges
    assert "0.0.0.0/0" not in ranges["cidrs"]
    # The gateway tells its own ranges, and no other value comes from it.
    assert gateway.urn in _release("service-layer").property_dependencies["values"]
    association = platform().named("backups-restore-test-association").inputs
    assert association["serviceAccount"] == test["serviceAccount"] == "service-layer-restore-test"
    statements = platform().named("backups-restore-test-permissions").document("policy")["Statement"]
    actions = {action for each in statements for action in _listed(each["Action"])}
    assert actions == {"s3:ListBucket", "s3:GetObject", "kms:Decrypt"}
    (read,) = [_listed(each["Resource"]) for each in statements if each["Action"] == "s3:GetObject"]
    assert {each.partition("/")[2] for each in read} == {"dumps/*", "archives/*"}


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value
