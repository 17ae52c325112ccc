"""What CloudFront refuses."""

import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record, Value
from tests.offline_cloud.cloud.memory import Memory, codes, create, diagnostics

BEHAVIOR: dict[str, Value] = {
    "targetOriginId": "origin",
    "viewerProtocolPolicy": "redirect-to-https",
    "allowedMethods": ["GET", "HEAD"],
    "cachedMethods": ["GET", "HEAD"],
}
DISTRIBUTION: dict[str, Value] = {
    "enabled": True,
    "origins": [{"originId": "origin", "domainName": "origin.example.org"}],
    "defaultCacheBehavior": BEHAVIOR,
    "restrictions": {"geoRestriction": {"restrictionType": "none"}},
}


@pytest.fixture
def world() -> Memory:
    return Memory()


def certificate(world: Memory, region: str = "us-east-1") -> Record:
    return world.add(facts.CERTIFICATE, f"in-{region}", region, domainName="api.example.org", validationMethod="DNS")


def with_certificate(arn: Value, *aliases: Value) -> dict[str, Value]:
    return {**DISTRIBUTION, "aliases": list(aliases), "viewerCertificate": {"acmCertificateArn": arn}}


def test_a_distribution_has_a_name_and_the_zone_of_all_distributions(world: Memory) -> None:
    made = create(world, facts.DISTRIBUTION, "cdn", **DISTRIBUTION)
    assert str(made.outputs["domainName"]).endswith(".cloudfront.net")
    assert made.outputs["hostedZoneId"] == "Z2FDTNDATAQYW2"
    assert made.outputs["arn"] == f"arn:aws:cloudfront::000000000000:distribution/{made.id}"


def test_a_certificate_is_in_the_main_region(world: Memory) -> None:
    far = certificate(world, "eu-west-1").outputs["arn"]
    found = diagnostics(world, facts.DISTRIBUTION, "cdn", **with_certificate(far, "api.example.org"))
    assert codes(found) == {"InvalidViewerCertificate"}
    create(world, facts.DISTRIBUTION, "cdn", **with_certificate(certificate(world).outputs["arn"], "api.example.org"))


def test_a_certificate_covers_every_alias(world: Memory) -> None:
    arn = certificate(world).outputs["arn"]
    found = diagnostics(world, facts.DISTRIBUTION, "cdn", **with_certificate(arn, "api.example.org", "www.example.org"))
    assert [each.path for each in found] == ["aliases[1]"]


def test_a_host_belongs_to_one_distribution(world: Memory) -> None:
    given = with_certificate(certificate(world).outputs["arn"], "api.example.org")
    create(world, facts.DISTRIBUTION, "first", **given)
    assert codes(diagnostics(world, facts.DISTRIBUTION, "second", **given)) == {"CNAMEAlreadyExists"}


@pytest.mark.parametrize(("scope", "refused"), [("REGIONAL", {"InvalidWebACLId"}), ("CLOUDFRONT", set[str]())])
def test_a_web_acl_is_of_the_global_scope(world: Memory, scope: str, refused: set[str]) -> None:
    acl = world.add(facts.WEB_ACL, "acl", name="acl", scope=scope)
    assert codes(diagnostics(world, facts.DISTRIBUTION, "cdn", **DISTRIBUTION, webAclId=acl.outputs["arn"])) == refused


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"defaultCacheBehavior": {**BEHAVIOR, "targetOriginId": "other"}}, "NoSuchOrigin"),
        ({"defaultCacheBehavior": {**BEHAVIOR, "allowedMethods": ["GET", "POST"]}}, "InvalidArgument"),
        (
            {"origins": [{"originId": "origin", "customOriginConfig": {"originReadTimeout": 120}}]},
            "InvalidParameterValue",
        ),
        (
            {"aliases": ["a.example.org"], "viewerCertificate": {"cloudfrontDefaultCertificate": True}},
            "InvalidParameterCombination",
        ),
    ],
)
def test_what_cannot_be_served_is_refused(change: dict[str, Value], code: str) -> None:
    assert codes(rules.check(facts.DISTRIBUTION, {**DISTRIBUTION, **change}, "us-east-1")) == {code}


def test_credentials_are_for_origins_that_are_named() -> None:
    cors: Value = {"accessControlAllowCredentials": True, "accessControlAllowOrigins": {"items": ["*"]}}
    found = rules.check(facts.RESPONSE_HEADERS, {"name": "headers", "corsConfig": cors}, "us-east-1")
    assert codes(found) == {"InvalidParameterCombination"}


def test_what_a_distribution_uses_exists_and_stays(world: Memory) -> None:
    missing = {**DISTRIBUTION, "defaultCacheBehavior": {**BEHAVIOR, "responseHeadersPolicyId": "none"}}
    assert codes(diagnostics(world, facts.DISTRIBUTION, "cdn", **missing)) == {"NoSuchResponseHeadersPolicy"}
    policy = create(world, facts.RESPONSE_HEADERS, "headers", name="headers")
    access = create(world, facts.ORIGIN_ACCESS, "access", name="access")
    origin: Value = {"originId": "origin", "domainName": "shop.s3.amazonaws.com", "originAccessControlId": access.id}
    behavior: Value = {**BEHAVIOR, "responseHeadersPolicyId": policy.id}
    given: dict[str, Value] = {**DISTRIBUTION, "origins": [origin], "defaultCacheBehavior": behavior}
    create(world, facts.DISTRIBUTION, "cdn", **given)
    assert codes(rules.before_delete(policy, world)) == {"ResponseHeadersPolicyInUse"}
    assert codes(rules.before_delete(access, world)) == {"OriginAccessControlInUse"}
