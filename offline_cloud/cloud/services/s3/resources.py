"""What is known of each type of S3, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Document, Missing, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import ever
from offline_cloud.cloud.core.wordings import exactly_one, matches, one_of, unique, when, within
from offline_cloud.cloud.services.s3 import replication, rules

_BUCKET: Final = (
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)(?!.*\.\.)"
    r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
)

RESOURCES: Resources = {
    facts.BUCKET: Resource(
        name="bucket", id="{name}",
        outputs={
            "bucketDomainName": "{id}.s3.amazonaws.com", "bucketRegion": "{region}", "hostedZoneId": "{bucketZone}",
            "bucketRegionalDomainName": "{id}.s3.{region}.amazonaws.com",
        },
        missing=Missing("NoSuchBucket"), unique=ever("bucket", "BucketAlreadyOwnedByYou"),
        checks=(
            matches(
                "bucket", _BUCKET, "3 to 63 lower-case letters, digits, dots and hyphens, of no form that S3 keeps",
            ),
        ),
        deletes=(rules.locked_objects,),
        held_by=Dependents(
            "BucketNotEmpty",
            {
                facts.LOAD_BALANCER: "accessLogs.bucket connectionLogs.bucket", facts.FLOW_LOG: "logDestination",
                "aws:s3/bucketLogging:BucketLogging": "targetBucket", "aws:s3/bucketObjectv2:BucketObjectv2": "bucket",
            },
        ),
        emptied_by="forceDestroy",
    ),
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET},
        checks=(
            unique("corsRules[].id"), one_of("corsRules[].allowedMethods[]", "GET", "PUT", "HEAD", "POST", "DELETE"),
            within("corsRules[].maxAgeSeconds", 0, 2_147_483_647),
        ),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET},
        checks=(unique("rules[].id"), within("rules[].expiration.days", 1, 2_147_483_647, 0), rules.check_lifecycle),
    ),
    "aws:s3/bucketLogging:BucketLogging": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET, "targetBucket": facts.BUCKET},
    ),
    "aws:s3/bucketMetric:BucketMetric": Resource(id="{bucket}:{name}", names={"bucket": facts.BUCKET}),
    "aws:s3/bucketNotification:BucketNotification": Resource(id="{bucket}", names={"bucket": facts.BUCKET}),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET},
        checks=(
            when("rule.defaultRetention").then(
                exactly_one("rule.defaultRetention.days", "rule.defaultRetention.years"),
            ),
        ),
        states=(rules.lock_needs_versions,),
    ),
    "aws:s3/bucketObjectv2:BucketObjectv2": Resource(
        id="{bucket}/{key}", outputs={"arn": "arn:aws:s3:::{id}", "versionId": "{letters32}", "etag": "{hex32_etag}"},
        names={"bucket": facts.BUCKET},
    ),
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": Resource(id="{bucket}", names={"bucket": facts.BUCKET}),
    "aws:s3/bucketPolicy:BucketPolicy": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET},
        unique=ever(
            "bucket", "OperationAborted", "The bucket {bucket} has a policy already; this one would overwrite it",
        ),
        document=Document("policy", "resource", 20_480, "MalformedPolicy", principals_exist=True),
    ),
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": Resource(id="{bucket}", names={"bucket": facts.BUCKET}),
    "aws:s3/bucketReplicationConfig:BucketReplicationConfig": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET},
        unique=ever("bucket", "OperationAborted", "The bucket {bucket} is replicated by another configuration already"),
        role=Role("role", "s3.amazonaws.com", "InvalidRequest"),
        checks=(
            unique("rules[].id"), unique("rules[].priority"), one_of("rules[].status", "Enabled", "Disabled"),
            replication.check_rules,
        ),
        states=(replication.source_is_versioned, replication.destination_takes_it),
    ),
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET},
    ),
    "aws:s3/bucketVersioning:BucketVersioning": Resource(
        id="{bucket}", names={"bucket": facts.BUCKET}, states=(rules.locked_stays_versioned,),
    ),
}  # fmt: skip
