"""Rules over CDNs; that they speak HTTPS is in ingress.py."""

from collections.abc import Iterator

from policies.about import high, low, medium
from policies.rule import PRODUCTION, resource_rule
from policies.view import Resource

_DISTRIBUTION = "aws:cloudfront/distribution:Distribution"


@resource_rule(
    "distribution-own-certificate",
    "A CDN answers under a certificate that allows TLS 1.2 to be asked for",
    _DISTRIBUTION,
    about=high(
        "With CloudFront's own certificate TLS 1.0 is taken, whatever else is stated.",
        "Name a certificate, and set minimumProtocolVersion to TLSv1.2_2021.",
        "CKV2_AWS_42",
        "CKV_AWS_174",
        "PCI DSS 1.2.5",
    ),
)
def distribution_own_certificate(distribution: Resource) -> Iterator[str]:
    """https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ViewerCertificate.html."""
    if distribution.value("viewerCertificate.cloudfrontDefaultCertificate") is True:
        yield "CloudFront's own certificate admits TLS 1.0; name a certificate of the product's domain"
    elif not distribution.has("viewerCertificate.minimumProtocolVersion"):
        yield "minimumProtocolVersion is not set; set TLSv1.2_2021"


@resource_rule(
    "distribution-paths-https",
    "A CDN speaks to clients over HTTPS alone under every path",
    _DISTRIBUTION,
    about=high(
        "Under one path clients send cookies in clear.",
        "Set viewerProtocolPolicy to redirect-to-https in each of orderedCacheBehaviors.",
        "CKV_AWS_34",
        "PCI DSS 4.2.1.1",
    ),
)
def distribution_paths_https(distribution: Resource) -> Iterator[str]:
    for path in distribution.places("orderedCacheBehaviors"):
        if distribution.value(f"{path}.viewerProtocolPolicy") == "allow-all":
            yield f"{path} admits plain HTTP; use redirect-to-https"


@resource_rule(
    "distribution-security-headers",
    "A CDN tells browsers what a page may do",
    _DISTRIBUTION,
    about=low(
        "A page is framed or scripted by a stranger's.",
        "Name a responseHeadersPolicyId in defaultCacheBehavior.",
        "CKV2_AWS_32",
    ),
)
def distribution_security_headers(distribution: Resource) -> Iterator[str]:
    if not distribution.has("defaultCacheBehavior.responseHeadersPolicyId"):
        yield "defaultCacheBehavior names no responseHeadersPolicyId; name one"


@resource_rule(
    "distribution-has-firewall",
    "In production a CDN in front of a program stands behind a web ACL",
    _DISTRIBUTION,
    environments=PRODUCTION,
    about=high(
        "Every request of the internet reaches the product unfiltered.",
        "Set webAclId to the platform's web ACL.",
        "CKV_AWS_68",
        "PCI DSS 1.3.1",
    ),
)
def distribution_has_firewall(distribution: Resource) -> Iterator[str]:
    """Files of a bucket run nothing, so there is nothing to protect from a request."""
    programs = [each for each in distribution.places("origins") if distribution.has(f"{each}.customOriginConfig")]
    if programs and not distribution.has("webAclId"):
        yield "webAclId is not set; name the platform's web ACL"


@resource_rule(
    "distribution-origin-closed",
    "A bucket behind a CDN is read through it alone",
    _DISTRIBUTION,
    about=medium(
        "The bucket has to be public, and the CDN's rules can be gone around.",
        "Name an originAccessControlId for each bucket.",
        "PCI DSS 10.3.4",
    ),
)
def distribution_origin_closed(distribution: Resource) -> Iterator[str]:
    for origin in distribution.places("origins"):
        domain = distribution.value(f"{origin}.domainName")
        bucket = isinstance(domain, str) and ".s3." in domain and domain.endswith(".amazonaws.com")
        if bucket and not distribution.has(f"{origin}.originAccessControlId"):
            yield f"{origin} is a bucket without originAccessControlId; name one"


RULES = (
    distribution_own_certificate,
    distribution_paths_https,
    distribution_security_headers,
    distribution_has_firewall,
    distribution_origin_closed,
)
