"""Where the load balancer writes what it saw."""

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions

from components.naming import bounded
from components.storage.bucket import SecureBucket, SecureBucketArgs, Statement
from settings.facts import name_lengths
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class TrafficLogsArgs:
    """`account_id` completes the bucket's name, which is unique over all accounts."""

    prefix: str
    region: str
    account_id: Input[str]
    retention_days: int
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT


class TrafficLogs(ComponentResource):
    """A bucket for access, connection and health check logs, which only this account's load balancers may fill."""

    bucket_name: Output[str]
    ready: Sequence[Resource]
    """What a load balancer must wait for: it tries the bucket when logging is switched on."""

    def __init__(self, name: str, args: TrafficLogsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TrafficLogs", name, None, opts)
        account_id = Output.from_input(args.account_id)
        bucket = SecureBucket(
            name,
            SecureBucketArgs(
                bucket_name=account_id.apply(
                    lambda account: bounded(f"{args.prefix}-alb-logs-{account}", name_lengths.BUCKET)
                ),
                # Load balancers write to buckets with S3's own key and to no other:
                # https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
                key_arn=None,
                # Each file is written once; a version that somebody overwrote or deleted stays for a week.
                noncurrent_days=7,
                expire_days={"": args.retention_days},
                statements=lambda arn: [_log_delivery(arn, args.region, account_id)],
                protect=args.protect,
                retention=args.retention,
            ),
            opts=ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.ready = bucket.ready
        self.register_outputs({"bucketName": self.bucket_name})


def _log_delivery(bucket_arn: Output[str], region: str, account_id: Output[str]) -> Statement:
    """Let Elastic Load Balancing add log files under <prefix>/AWSLogs/<account>/, for this account and region alone."""
    return {
        "Sid": "LoadBalancerLogDelivery",
        "Effect": "Allow",
        "Principal": {"Service": "logdelivery.elasticloadbalancing.amazonaws.com"},
        "Action": "s3:PutObject",
        "Resource": Output.concat(bucket_arn, "/*/AWSLogs/", account_id, "/*"),
        "Condition": {
            "StringEquals": {"aws:SourceAccount": account_id},
            "ArnLike": {
                "aws:SourceArn": Output.concat(f"arn:aws:elasticloadbalancing:{region}:", account_id, ":loadbalancer/*")
            },
        },
    }
