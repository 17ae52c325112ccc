"""A static site: files in a private bucket that CloudFront alone may read."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudfront

from components.ingress.certificate import Certificate, CertificateArgs
from components.ingress.distribution import CACHING_OPTIMIZED, everywhere, response_headers, viewer_certificate
from components.ingress.dns import Dns, DnsArgs
from components.naming import bounded
from components.storage.bucket import SecureBucket, SecureBucketArgs, Statement
from settings.workload.delivery import SecurityHeaders
from settings.workload.delivery import StaticSite as StaticSiteNeeds

_ORIGIN = "files"
_NONCURRENT_DAYS = 30


@dataclass(frozen=True, kw_only=True)
class StaticSiteArgs:
    """`prefix` names this site's resources; `main_region_provider` is of us-east-1, None when the stack is there."""

    prefix: str
    account_id: Input[str]
    region: str
    host: str
    needs: StaticSiteNeeds
    zone_id: Input[str]
    main_region_provider: aws.Provider | None
    protect: bool


class StaticSite(ComponentResource):
    """A bucket, a distribution that signs its reads of it, and the host's certificate and record."""

    bucket_name: Output[str]
    distribution_id: Output[str]

    def __init__(self, name: str, args: StaticSiteArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:StaticSite", name, None, opts)
        child = ResourceOptions(parent=self)
        account = Output.from_input(args.account_id)
        bucket = SecureBucket(
            name,
            SecureBucketArgs(
                bucket_name=account.apply(lambda known: bounded(f"{args.prefix}-{known}", 63)),
                # S3's own key: the files are public by purpose, and CloudFront needs no grant on it.
                key_arn=None,
                noncurrent_days=_NONCURRENT_DAYS,
                statements=lambda arn: [_readable(arn, account)],
                protect=args.protect,
            ),
            opts=child,
        )
        certificate = Certificate(
            name,
            CertificateArgs(hosts=[args.host], zone_id=args.zone_id),
            opts=ResourceOptions(parent=self, provider=args.main_region_provider),
        )
        distribution = self._distribution(name, args, bucket, certificate.arn)
        Dns(
            f"{name}-dns",
            DnsArgs(
                region=args.region,
                zone_id=args.zone_id,
                hosts=[args.host],
                load_balancer_dns_name=distribution.domain_name,
                load_balancer_zone_id=distribution.hosted_zone_id,
                evaluate_target_health=False,
            ),
            opts=child,
        )
        self.bucket_name = bucket.name
        self.distribution_id = distribution.id
        self.register_outputs({"bucketName": self.bucket_name, "distributionId": self.distribution_id})

    def _distribution(
        self, name: str, args: StaticSiteArgs, bucket: SecureBucket, certificate_arn: Output[str]
    ) -> cloudfront.Distribution:
        access = cloudfront.OriginAccessControl(
            f"{name}-access",
            name=bounded(args.prefix, 64),
            description=f"Reads of {args.host}",
            origin_access_control_origin_type="s3",
            signing_behavior="always",
            signing_protocol="sigv4",
            opts=ResourceOptions(parent=self),
        )
        policy = SecurityHeaders(content_security_policy=args.needs.content_security_policy)
        headers = response_headers(f"{name}-headers", f"{args.prefix}-headers", policy, self)
        return cloudfront.Distribution(
            f"{name}-distribution",
            enabled=True,
            comment=args.prefix,
            aliases=[args.host],
            default_root_object=args.needs.index,
            price_class="PriceClass_100",
            http_version="http2and3",
            is_ipv6_enabled=False,
            origins=[
                cloudfront.DistributionOriginArgs(
                    origin_id=_ORIGIN,
                    domain_name=Output.concat(bucket.name, f".s3.{args.region}.amazonaws.com"),
                    origin_access_control_id=access.id,
                )
            ],
            default_cache_behavior=cloudfront.DistributionDefaultCacheBehaviorArgs(
                target_origin_id=_ORIGIN,
                viewer_protocol_policy="redirect-to-https",
                allowed_methods=["GET", "HEAD", "OPTIONS"],
                cached_methods=["GET", "HEAD"],
                cache_policy_id=CACHING_OPTIMIZED,
                response_headers_policy_id=headers.id,
                compress=True,
            ),
            custom_error_responses=_errors(args.needs),
            viewer_certificate=viewer_certificate(certificate_arn),
            restrictions=everywhere(),
            wait_for_deployment=True,
            opts=ResourceOptions(parent=self),
        )


def _errors(needs: StaticSiteNeeds) -> list[cloudfront.DistributionCustomErrorResponseArgs] | None:
    """S3 says 403 of a file that is not there to whoever may not list: the page itself reads the path then."""
    if not needs.single_page:
        return None
    return [
        cloudfront.DistributionCustomErrorResponseArgs(
            error_code=code, response_code=200, response_page_path=f"/{needs.index}", error_caching_min_ttl=0
        )
        for code in (403, 404)
    ]


def _readable(bucket_arn: Output[str], account_id: Output[str]) -> Statement:
    """Let CloudFront read for distributions of this account; which one it is would have to be known before it is."""
    return {
        "Sid": "DistributionReads",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": Output.concat(bucket_arn, "/*"),
        "Condition": {
            "ArnLike": {"aws:SourceArn": Output.concat("arn:aws:cloudfront::", account_id, ":distribution/*")}
        },
    }
