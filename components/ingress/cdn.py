"""CloudFront in front of the load balancer (GX-93)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudfront

from components.ingress.distribution import (
    ALL_VIEWER,
    CACHING_DISABLED,
    CrossOriginAnswers,
    everywhere,
    response_headers,
    viewer_certificate,
)
from components.ingress.listeners import ORIGIN_HEADER
from settings.facts import ports
from settings.workload.delivery import Cdn as CdnNeeds
from settings.workload.delivery import Cors, SecurityHeaders

_ORIGIN = "load-balancer"


@dataclass(frozen=True, kw_only=True)
class CdnArgs:
    """`certificate_arn` and `web_acl_arn` are in us-east-1; `secret` is what the load balancer asks for.

    `origins` are those whose pages may call the product, when `cors` is answered at the edge.
    """

    prefix: str
    hosts: Sequence[str]
    needs: CdnNeeds
    headers: SecurityHeaders
    cors: Cors | None
    origins: Sequence[str]
    load_balancer_dns_name: Input[str]
    certificate_arn: Input[str]
    web_acl_arn: Input[str] | None
    secret: Input[str]
    grpc: bool = False
    """Whether a route leads to a port that speaks gRPC, which CloudFront hands on where it is told to."""


class Cdn(ComponentResource):
    """A distribution that keeps nothing: it ends TLS near the client, checks, and hands on every request as it came.

    It takes WebSockets too, and closes them after ten minutes of silence, whatever the load balancer allows (GX-N29).
    """

    dns_name: Output[str]
    zone_id: Output[str]
    distribution_id: Output[str]

    def __init__(self, name: str, args: CdnArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Cdn", name, None, opts)
        headers = response_headers(f"{name}-headers", f"{args.prefix}-headers", args.headers, self, _answers(args))
        distribution = cloudfront.Distribution(
            f"{name}-distribution",
            enabled=True,
            comment=args.prefix,
            aliases=list(args.hosts),
            price_class=args.needs.price_class,
            http_version="http2and3",
            # The load balancer and the operators' ranges are IPv4 as well.
            is_ipv6_enabled=False,
            web_acl_id=args.web_acl_arn,
            origins=[_origin(args)],
            default_cache_behavior=cloudfront.DistributionDefaultCacheBehaviorArgs(
                target_origin_id=_ORIGIN,
                viewer_protocol_policy="redirect-to-https",
                allowed_methods=["GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"],
                cached_methods=["GET", "HEAD"],
                cache_policy_id=CACHING_DISABLED,
                # The viewer's Host too: the load balancer routes by it and shows the certificate for it.
                origin_request_policy_id=ALL_VIEWER,
                response_headers_policy_id=headers.id,
                compress=True,
                grpc_config=cloudfront.DistributionDefaultCacheBehaviorGrpcConfigArgs(enabled=True)
                if args.grpc
                else None,
            ),
            viewer_certificate=viewer_certificate(args.certificate_arn),
            restrictions=everywhere(),
            wait_for_deployment=True,
            opts=ResourceOptions(parent=self),
        )
        self.dns_name = distribution.domain_name
        self.zone_id = distribution.hosted_zone_id
        self.distribution_id = distribution.id
        self.register_outputs({"dnsName": self.dns_name, "distributionId": self.distribution_id})


def _answers(args: CdnArgs) -> CrossOriginAnswers | None:
    """What the product itself says of CORS wins."""
    if args.cors is None:
        return None
    return CrossOriginAnswers(
        origins=args.origins,
        methods=args.cors.methods,
        headers=args.cors.headers,
        credentials=args.cors.credentials,
        max_age_seconds=args.cors.max_age_seconds,
    )


def _origin(args: CdnArgs) -> cloudfront.DistributionOriginArgs:
    return cloudfront.DistributionOriginArgs(
        origin_id=_ORIGIN,
        domain_name=args.load_balancer_dns_name,
        custom_origin_config=cloudfront.DistributionOriginCustomOriginConfigArgs(
            http_port=ports.HTTP,
            https_port=ports.HTTPS,
            origin_protocol_policy="https-only",
            origin_ssl_protocols=["TLSv1.2"],
            origin_read_timeout=args.needs.read_timeout_seconds,
            origin_keepalive_timeout=60,
        ),
        custom_headers=[cloudfront.DistributionOriginCustomHeaderArgs(name=ORIGIN_HEADER, value=args.secret)],
    )
