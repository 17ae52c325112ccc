"""A static site: a private bucket that CloudFront alone reads."""

from dataclasses import replace

import pytest

from components.ingress.static_site import StaticSite, StaticSiteArgs
from settings.workload.delivery import StaticSite as StaticSiteNeeds
from tests.components.recording import ACCOUNT, Recorder, build

DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
ARGS = StaticSiteArgs(
    prefix="shop-prod-web",
    account_id=ACCOUNT,
    region="eu-west-1",
    host="app.example.org",
    needs=StaticSiteNeeds(host="app", content_security_policy="default-src 'self'"),
    zone_id="Z0123456789ABC",
    main_region_provider=None,
    protect=True,
)


def site(args: StaticSiteArgs = ARGS) -> Recorder[StaticSite]:
    return build(lambda: StaticSite("site-web", args))


def test_the_bucket_is_closed_to_everybody_but_cloudfront() -> None:
    recorder = site()
    closed = recorder.one("aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock").inputs
    assert closed["restrictPublicBuckets"] is True
    statements = recorder.one("aws:s3/bucketPolicy:BucketPolicy").document("policy")["Statement"]
    reads = next(each for each in statements if each["Sid"] == "DistributionReads")
    assert reads["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert reads["Action"] == "s3:GetObject"
    assert reads["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}}
    allowed = [each for each in statements if each["Effect"] == "Allow"]
    assert allowed == [reads]


def test_cloudfront_signs_what_it_reads() -> None:
    recorder = site()
    access = recorder.one("aws:cloudfront/originAccessControl:OriginAccessControl")
    assert (access.inputs["signingBehavior"], access.inputs["signingProtocol"]) == ("always", "sigv4")
    origin = recorder.one(DISTRIBUTION).inputs["origins"][0]
    assert origin["originAccessControlId"] == f"{access.name}-id"
    assert origin["domainName"] == f"shop-prod-web-{ACCOUNT}.s3.eu-west-1.amazonaws.com"


def test_the_site_is_served_under_its_host() -> None:
    recorder = site()
    distribution = recorder.one(DISTRIBUTION).inputs
    assert distribution["aliases"] == ["app.example.org"]
    assert distribution["defaultRootObject"] == "index.html"
    assert distribution["viewerCertificate"]["minimumProtocolVersion"] == "TLSv1.2_2021"
    alias = recorder.named("site-web-dns-app.example.org").inputs["aliases"][0]
    assert alias["name"] == "site-web-distribution-domainName"
    assert recorder.one("aws:acm/certificate:Certificate").inputs["domainName"] == "app.example.org"


def test_every_answer_carries_the_sites_policy() -> None:
    policy = site().one("aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy").inputs
    security = policy["securityHeadersConfig"]
    assert security["contentSecurityPolicy"]["contentSecurityPolicy"] == "default-src 'self'"
    assert security["frameOptions"]["frameOption"] == "DENY"


@pytest.mark.parametrize(("single_page", "codes"), [(True, [403, 404]), (False, [])])
def test_a_page_that_reads_the_path_itself_gets_every_path(single_page: bool, codes: list[int]) -> None:
    needs = StaticSiteNeeds(host="app", index="start.html", single_page=single_page)
    errors = site(replace(ARGS, needs=needs)).one(DISTRIBUTION).inputs.get("customErrorResponses", [])
    assert [each["errorCode"] for each in errors] == codes
    assert all((each["responseCode"], each["responsePagePath"]) == (200, "/start.html") for each in errors)
