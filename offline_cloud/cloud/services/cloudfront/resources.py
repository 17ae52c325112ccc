"""What is known of each type of CloudFront, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import ever
from offline_cloud.cloud.core.wordings import named, when, within
from offline_cloud.cloud.services.cloudfront import rules

RESOURCES: Resources = {
    facts.DISTRIBUTION: Resource(
        id="E{capitals13}",
        outputs={
            "domainName": "d{hex13_domain}.cloudfront.net", "hostedZoneId": "Z2FDTNDATAQYW2",
            "callerReference": "terraform-{hex20_caller}", "etag": "E{capitals13_etag}", "status": "Deployed",
        },
        ids={
            "origins[].originAccessControlId": facts.ORIGIN_ACCESS,
            "defaultCacheBehavior.responseHeadersPolicyId": facts.RESPONSE_HEADERS,
        },
        checks=(
            within("origins[].customOriginConfig.originReadTimeout", 1, 60),
            when("viewerCertificate.cloudfrontDefaultCertificate", True).excludes("aliases"), rules.check_distribution,
        ),
        states=(rules.certificate_is_there, rules.aliases_are_free, rules.firewall_is_global),
    ),
    facts.ORIGIN_ACCESS: Resource(
        id="E{capitals13}", missing=Missing("NoSuchOriginAccessControl"),
        unique=ever("name", "OriginAccessControlAlreadyExists"),
        held_by=Dependents("OriginAccessControlInUse", {facts.DISTRIBUTION: "origins[].originAccessControlId"}),
    ),
    facts.RESPONSE_HEADERS: Resource(
        id="{uuid}", missing=Missing("NoSuchResponseHeadersPolicy"),
        unique=ever("name", "ResponseHeadersPolicyAlreadyExists"),
        checks=(
            when("corsConfig.accessControlAllowCredentials", True).asks(
                "corsConfig.accessControlAllowOrigins.items[]", r"(?!\*$).+", "the origins, one by one",
            ),
            named(128),
        ),
        held_by=Dependents(
            "ResponseHeadersPolicyInUse", {facts.DISTRIBUTION: "defaultCacheBehavior.responseHeadersPolicyId"},
        ),
    ),
}  # fmt: skip
