"""A CloudFront distribution that serves the objects of a private bucket under a host of its own."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudfront

from components.ingress.certificate import Certificate, CertificateArgs
from components.ingress.distribution import (
    CACHING_OPTIMIZED,
    CORS_OF_S3,
    CrossOriginAnswers,
    everywhere,
    response_headers,
    viewer_certificate,
)
from components.ingress.dns import Dns, DnsArgs
from components.naming import bounded
from settings.facts import name_lengths
from settings.workload.delivery import PriceClass, SecurityHeaders

_ORIGIN = "files"


@dataclass(frozen=True, kw_only=True)
class FileServerArgs:
    """`prefix` names its resources; `main_region_provider` is of us-east-1, None when the stack is there.

    `index` is what is served for the root, None: nothing; with `single_page` for every path that is no file, too.
    `cors` is answered in place of what S3 says, which would be kept for whoever asks next, from whatever page.
    """

    prefix: str
    region: str
    host: str
    bucket_name: Input[str]
    zone_id: Input[str]
    main_region_provider: aws.Provider | None
    headers: SecurityHeaders
    price_class: PriceClass = "PriceClass_100"
    index: str | None = None
    single_page: bool = False
    cors: CrossOriginAnswers | None = None


class FileServer(ComponentResource):
    """The distribution, which signs its reads of the bucket, and the host's certificate and record."""

    distribution_id: Output[str]

    def __init__(self, name: str, args: FileServerArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:FileServer", name, None, opts)
        self.distribution_id = serve_files(name, args, self).id
        self.register_outputs({"distributionId": self.distribution_id})


def serve_files(name: str, args: FileServerArgs, parent: Resource) -> cloudfront.Distribution:
    """Build certificate, distribution and record below `parent`."""
    certificate = Certificate(
        name,
        CertificateArgs(hosts=[args.host], zone_id=args.zone_id),
        opts=ResourceOptions(parent=parent, provider=args.main_region_provider),
    )
    distribution = _distribution(name, args, certificate.arn, parent)
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
        opts=ResourceOptions(parent=parent),
    )
    return distribution


def _distribution(
    name: str, args: FileServerArgs, certificate_arn: Output[str], parent: Resource
) -> cloudfront.Distribution:
    access = cloudfront.OriginAccessControl(
        f"{name}-access",
        name=bounded(args.prefix, name_lengths.ORIGIN_ACCESS),
        description=f"Reads of {args.host}",
        origin_access_control_origin_type="s3",
        signing_behavior="always",
        signing_protocol="sigv4",
        opts=ResourceOptions(parent=parent),
    )
    headers = response_headers(f"{name}-headers", f"{args.prefix}-headers", args.headers, parent, args.cors)
    return cloudfront.Distribution(
        f"{name}-distribution",
        enabled=True,
        comment=args.prefix,
        aliases=[args.host],
        default_root_object=args.index,
        price_class=args.price_class,
        http_version="http2and3",
        is_ipv6_enabled=False,
        origins=[
            cloudfront.DistributionOriginArgs(
                origin_id=_ORIGIN,
                domain_name=Output.concat(args.bucket_name, f".s3.{args.region}.amazonaws.com"),
                origin_access_control_id=access.id,
            )
        ],
        default_cache_behavior=cloudfront.DistributionDefaultCacheBehaviorArgs(
            target_origin_id=_ORIGIN,
            viewer_protocol_policy="redirect-to-https",
            allowed_methods=["GET", "HEAD", "OPTIONS"],
            cached_methods=["GET", "HEAD"],
            cache_policy_id=CACHING_OPTIMIZED,
            origin_request_policy_id=CORS_OF_S3 if args.cors else None,
            response_headers_policy_id=headers.id,
            compress=True,
        ),
        custom_error_responses=_errors(args.index) if args.index and args.single_page else None,
        viewer_certificate=viewer_certificate(certificate_arn),
        restrictions=everywhere(),
        wait_for_deployment=True,
        opts=ResourceOptions(parent=parent),
    )


def _errors(index: str) -> list[cloudfront.DistributionCustomErrorResponseArgs]:
    """S3 says 403 of a file that is not there to whoever may not list: the page itself reads the path then."""
    return [
        cloudfront.DistributionCustomErrorResponseArgs(
            error_code=code, response_code=200, response_page_path=f"/{index}", error_caching_min_ttl=0
        )
        for code in (403, 404)
    ]
