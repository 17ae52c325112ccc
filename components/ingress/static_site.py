"""A static site: files in a private bucket that CloudFront alone may read."""

from __future__ import annotations

from dataclasses import dataclass

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.ingress.file_server import FileServerArgs, serve_files
from components.naming import bounded
from components.storage.bucket import SecureBucket, SecureBucketArgs
from components.storage.served_files import distribution_reads
from settings.facts import name_lengths
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.workload.delivery import SecurityHeaders
from settings.workload.delivery import StaticSite as StaticSiteNeeds


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
    retention: RetentionSettings = EVERYTHING_KEPT


class StaticSite(ComponentResource):
    """A bucket, a distribution that signs its reads of it, and the host's certificate and record."""

    bucket_name: Output[str]
    distribution_id: Output[str]

    def __init__(self, name: str, args: StaticSiteArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:StaticSite", name, None, opts)
        account, needs = Output.from_input(args.account_id), args.needs
        bucket = SecureBucket(
            name,
            SecureBucketArgs(
                bucket_name=account.apply(lambda known: bounded(f"{args.prefix}-{known}", name_lengths.BUCKET)),
                # S3's own key: the files are public by purpose, and CloudFront needs no grant on it.
                key_arn=None,
                statements=lambda arn: [distribution_reads(arn, account, ("",))],
                protect=args.protect,
                retention=args.retention,
            ),
            opts=ResourceOptions(parent=self),
        )
        distribution = serve_files(
            name,
            FileServerArgs(
                prefix=args.prefix,
                region=args.region,
                host=args.host,
                bucket_name=bucket.name,
                zone_id=args.zone_id,
                main_region_provider=args.main_region_provider,
                headers=SecurityHeaders(content_security_policy=needs.content_security_policy),
                index=needs.index,
                single_page=needs.single_page,
            ),
            self,
        )
        self.bucket_name = bucket.name
        self.distribution_id = distribution.id
        self.register_outputs({"bucketName": self.bucket_name, "distributionId": self.distribution_id})
