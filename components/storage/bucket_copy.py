"""A copy of a bucket in another region, which S3 keeps up to date."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import iam, s3

from components.naming import role_name
from components.storage.bucket import SecureBucket, SecureBucketArgs, Statement
from settings.facts.recovery import COPY_MINUTES

_RULE: Final = "all"
_TRUST: Final = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "s3.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)


@dataclass(frozen=True, kw_only=True)
class BucketCopyArgs:
    """What is copied, and where to.

    `source` is in `region` and encrypted with `key_arn`, the copy in `copy_region` with `copy_key_arn`, and `stored`
    is what else holds for it: it locks objects where the source does. With `deletions` what somebody deletes is deleted
    there, too, and its versions stay as long as the copy keeps them; what a life cycle deletes is never passed on.
    """

    role_name: str
    source: SecureBucket
    region: str
    key_arn: Input[str]
    stored: SecureBucketArgs
    copy_region: str
    copy_key_arn: Input[str]
    deletions: bool = False


class BucketCopy(ComponentResource):
    """The bucket in the other region, the role that S3 copies under, and the rule.

    Only what is written from now on is copied. `dimensions` are those of the rule's metrics.
    """

    name: Output[str]
    dimensions: Mapping[str, Input[str]]

    def __init__(self, name: str, args: BucketCopyArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:BucketCopy", name, None, opts)
        stored = replace(args.stored, region=args.copy_region, key_arn=args.copy_key_arn)
        copy = SecureBucket(f"{name}-store", stored, ResourceOptions(parent=self))
        self.name = copy.name
        self.dimensions = {"SourceBucket": args.source.name, "DestinationBucket": copy.name, "RuleId": _RULE}
        role = iam.Role(
            f"{name}-role",
            name=role_name(args.role_name),
            assume_role_policy=_TRUST,
            opts=ResourceOptions(parent=self),
        )
        allowed = iam.RolePolicy(
            f"{name}-permissions",
            role=role.name,
            name="copy",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": _statements(args, copy)}),
            opts=ResourceOptions(parent=self),
        )
        s3.BucketReplicationConfig(
            f"{name}-rule",
            bucket=args.source.name,
            role=role.arn,
            rules=[_rule(args, copy)],
            opts=ResourceOptions(parent=self, depends_on=[allowed, *args.source.versions, *copy.versions, *copy.ready]),
        )
        self.register_outputs({"name": self.name})


def _rule(args: BucketCopyArgs, copy: SecureBucket) -> s3.BucketReplicationConfigRuleArgs:
    """Copy everything, under the copy's own key, within the time that S3 answers for.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-time-control.html
    """
    return s3.BucketReplicationConfigRuleArgs(
        id=_RULE,
        status="Enabled",
        priority=0,
        filter=s3.BucketReplicationConfigRuleFilterArgs(prefix=""),
        delete_marker_replication=s3.BucketReplicationConfigRuleDeleteMarkerReplicationArgs(
            status="Enabled" if args.deletions else "Disabled"
        ),
        source_selection_criteria=s3.BucketReplicationConfigRuleSourceSelectionCriteriaArgs(
            sse_kms_encrypted_objects=s3.BucketReplicationConfigRuleSourceSelectionCriteriaSseKmsEncryptedObjectsArgs(
                status="Enabled"
            )
        ),
        destination=s3.BucketReplicationConfigRuleDestinationArgs(
            bucket=copy.arn,
            encryption_configuration=s3.BucketReplicationConfigRuleDestinationEncryptionConfigurationArgs(
                replica_kms_key_id=args.copy_key_arn
            ),
            replication_time=s3.BucketReplicationConfigRuleDestinationReplicationTimeArgs(
                status="Enabled",
                time=s3.BucketReplicationConfigRuleDestinationReplicationTimeTimeArgs(minutes=COPY_MINUTES),
            ),
            metrics=s3.BucketReplicationConfigRuleDestinationMetricsArgs(
                status="Enabled",
                event_threshold=s3.BucketReplicationConfigRuleDestinationMetricsEventThresholdArgs(
                    minutes=COPY_MINUTES
                ),
            ),
        ),
    )


def _statements(args: BucketCopyArgs, copy: SecureBucket) -> list[Statement]:
    """Let S3 read versions here and add them there.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/setting-repl-config-perm-overview.html, and for the keys
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/replication-config-for-kms-objects.html
    """
    deleting = ["s3:ReplicateDelete"] if args.deletions else []
    return [
        {
            "Sid": "FindVersions",
            "Effect": "Allow",
            "Action": ["s3:GetReplicationConfiguration", "s3:ListBucket"],
            "Resource": args.source.arn,
        },
        {
            "Sid": "ReadVersions",
            "Effect": "Allow",
            "Action": [
                "s3:GetObjectVersionForReplication",
                "s3:GetObjectVersionAcl",
                "s3:GetObjectVersionTagging",
                "s3:GetObjectRetention",
                "s3:GetObjectLegalHold",
            ],
            "Resource": Output.concat(args.source.arn, "/*"),
        },
        {
            "Sid": "AddCopies",
            "Effect": "Allow",
            "Action": ["s3:ReplicateObject", "s3:ReplicateTags", *deleting],
            "Resource": Output.concat(copy.arn, "/*"),
        },
        _using("Decrypt", ["kms:Decrypt"], args.key_arn, args.region, args.source),
        _using("Encrypt", ["kms:Encrypt", "kms:GenerateDataKey"], args.copy_key_arn, args.copy_region, copy),
    ]


def _using(sid: str, actions: list[str], key: Input[str], region: str, bucket: SecureBucket) -> Statement:
    """Let S3 use a key for what is in one bucket alone."""
    return {
        "Sid": sid,
        "Effect": "Allow",
        "Action": actions,
        "Resource": key,
        "Condition": {
            "StringEquals": {"kms:ViaService": f"s3.{region}.amazonaws.com"},
            "StringLike": {
                "kms:EncryptionContext:aws:s3:arn": [bucket.arn, Output.concat(bucket.arn, "/*")],
            },
        },
    }
