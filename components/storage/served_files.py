"""Objects of a bucket that CloudFront hands to anybody who asks its host."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output

from components.storage.bucket import CrossOrigin, Statement
from settings.workload.buckets import BucketCdn


@dataclass(frozen=True, kw_only=True)
class ServedFiles:
    """A bucket whose policy lets CloudFront read what is served, and the full name of the host that serves it.

    `cors` are the pages of other origins that may read it from a browser; None: no such page.
    """

    host: str
    bucket_name: Input[str]
    needs: BucketCdn
    cors: CrossOrigin | None


def distribution_reads(bucket_arn: Output[str], account_id: Input[str], prefixes: Sequence[str]) -> Statement:
    """Let CloudFront read objects whose keys start so, for distributions of this account.

    Which distribution it is would have to be known before it is there.
    https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-restricting-access-to-s3.html
    """
    objects = [Output.concat(bucket_arn, "/", prefix, "*") for prefix in prefixes]
    return {
        "Sid": "DistributionReads",
        "Effect": "Allow",
        "Principal": {"Service": "cloudfront.amazonaws.com"},
        "Action": "s3:GetObject",
        "Resource": objects if len(objects) > 1 else objects[0],
        "Condition": {
            "ArnLike": {"aws:SourceArn": Output.concat("arn:aws:cloudfront::", account_id, ":distribution/*")}
        },
    }
