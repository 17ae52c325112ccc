"""What every CloudFront distribution of the platform has in common."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Resource, ResourceOptions
from pulumi_aws import cloudfront

from settings.workload.delivery import SecurityHeaders

MAIN_REGION = "us-east-1"
"""Where CloudFront looks for certificates and web ACLs, whatever region the origin is in."""

# Managed policies have the same ids in every account:
# https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html
CACHING_DISABLED = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
CACHING_OPTIMIZED = "658327ea-f89d-4fab-a63d-7e88639e58f6"
ALL_VIEWER = "216adef6-5c7f-47e4-b989-5492eafa07d3"
CORS_OF_S3 = "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"
"""Hands S3 what a browser asks before it reads from another origin."""


@dataclass(frozen=True, kw_only=True)
class CrossOriginAnswers:
    """What CloudFront answers pages of other origins; `override` in place of what the origin says of it."""

    origins: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str]
    exposed_headers: Sequence[str] = ()
    credentials: bool = False
    max_age_seconds: int
    override: bool = False


def viewer_certificate(arn: Input[str]) -> cloudfront.DistributionViewerCertificateArgs:
    """TLS 1.2 and 1.3 with names in the handshake: an address of its own costs 600 dollars a month."""
    return cloudfront.DistributionViewerCertificateArgs(
        acm_certificate_arn=arn, ssl_support_method="sni-only", minimum_protocol_version="TLSv1.2_2021"
    )


def everywhere() -> cloudfront.DistributionRestrictionsArgs:
    return cloudfront.DistributionRestrictionsArgs(
        geo_restriction=cloudfront.DistributionRestrictionsGeoRestrictionArgs(restriction_type="none", locations=[])
    )


def response_headers(
    name: str,
    policy_name: str,
    headers: SecurityHeaders,
    parent: Resource,
    cors: CrossOriginAnswers | None = None,
) -> cloudfront.ResponseHeadersPolicy:
    """Make the headers of every answer; the careful ones always stand."""
    return cloudfront.ResponseHeadersPolicy(
        name,
        name=policy_name,
        comment="Headers that make browsers careful",
        cors_config=_cors(cors) if cors else None,
        security_headers_config=_security(headers),
        opts=ResourceOptions(parent=parent),
    )


def _security(headers: SecurityHeaders) -> cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs:
    policy = headers.content_security_policy
    return cloudfront.ResponseHeadersPolicySecurityHeadersConfigArgs(
        strict_transport_security=cloudfront.ResponseHeadersPolicySecurityHeadersConfigStrictTransportSecurityArgs(
            access_control_max_age_sec=headers.transport_security_seconds, include_subdomains=True, override=True
        ),
        frame_options=cloudfront.ResponseHeadersPolicySecurityHeadersConfigFrameOptionsArgs(
            frame_option=headers.frame_options, override=True
        ),
        content_type_options=cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentTypeOptionsArgs(override=True),
        xss_protection=cloudfront.ResponseHeadersPolicySecurityHeadersConfigXssProtectionArgs(
            protection=True, mode_block=True, override=True
        )
        if headers.xss_protection
        else None,
        content_security_policy=cloudfront.ResponseHeadersPolicySecurityHeadersConfigContentSecurityPolicyArgs(
            content_security_policy=policy, override=True
        )
        if policy
        else None,
    )


def _cors(cors: CrossOriginAnswers) -> cloudfront.ResponseHeadersPolicyCorsConfigArgs:
    exposed = cloudfront.ResponseHeadersPolicyCorsConfigAccessControlExposeHeadersArgs(items=list(cors.exposed_headers))
    return cloudfront.ResponseHeadersPolicyCorsConfigArgs(
        access_control_allow_origins=cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowOriginsArgs(
            items=list(cors.origins)
        ),
        access_control_allow_methods=cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowMethodsArgs(
            items=list(cors.methods)
        ),
        access_control_allow_headers=cloudfront.ResponseHeadersPolicyCorsConfigAccessControlAllowHeadersArgs(
            items=list(cors.headers)
        ),
        access_control_expose_headers=exposed if cors.exposed_headers else None,
        access_control_allow_credentials=cors.credentials,
        access_control_max_age_sec=cors.max_age_seconds,
        origin_override=cors.override,
    )
