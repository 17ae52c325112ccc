"""Rules over how a bucket is opened, locked and kept; that it has what it needs beside it is in storage.py."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import critical, low, medium
from policies.graph import of_type
from policies.parameters import Parameter
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_BUCKET, _POLICY = "aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy"
_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_PUBLIC_LISTS: Final = ("public-read", "public-read-write", "authenticated-read", "website")
_SWITCHES: Final = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")
_HOLDS_COPIES: Final = ("backup", "dump")
LEAST_LOCKED = Parameter("bucket-locked-long", "days", 7, "days for which a locked bucket keeps what is written")


@resource_rule(
    "bucket-list-private",
    "A bucket's access list opens it to nobody",
    "aws:s3/bucketAcl:BucketAcl",
    _BUCKET,
    about=critical(
        "Anybody reads, or writes, what is in the bucket.",
        "Leave acl out, and let the bucket's owner own its objects.",
        "CKV_AWS_20",
        "CKV_AWS_57",
        "CKV_AWS_375",
        "PCI DSS 1.3.1",
    ),
)
def bucket_list_private(bucket: Resource) -> Iterator[str]:
    if bucket.value("acl") in _PUBLIC_LISTS:
        yield f"acl is {bucket.value('acl')}; leave it out"


@resource_rule(
    "bucket-owner-owns",
    "Who owns a bucket owns its objects, and there are no access lists",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
    about=medium(
        "Another account keeps the objects that it wrote, and access lists open single ones.",
        "Set rule.objectOwnership to BucketOwnerEnforced.",
        "CKV2_AWS_65",
        "PCI DSS 7.2.1",
    ),
)
def bucket_owner_owns(controls: Resource) -> Iterator[str]:
    if not controls.is_set("rule.objectOwnership", "BucketOwnerEnforced"):
        yield "rule.objectOwnership is not BucketOwnerEnforced; set it"


@resource_rule(
    "bucket-locked-long",
    "In production a bucket's lock holds for a week at least",
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
    environments=PRODUCTION,
    level=Level.ADVISORY,
    about=medium(
        "What was written yesterday may be deleted today.",
        "State rule.defaultRetention of 7 days or more.",
        "PCI DSS 10.3.4",
    ),
)
def bucket_locked_long(lock: Resource) -> Iterator[str]:
    years, days = lock.value("rule.defaultRetention.years"), lock.value("rule.defaultRetention.days")
    if UNKNOWN not in (years, days, lock.value("rule"), lock.value("rule.defaultRetention")):
        kept = days if isinstance(days, int | float) else 0
        if not isinstance(years, int | float) and kept < LEAST_LOCKED.value:
            yield f"rule.defaultRetention is {kept:g} days; state {LEAST_LOCKED.value} or more"


@resource_rule(
    "backup-bucket-customer-key",
    "A production's bucket for backups is encrypted with a customer key",
    _ENCRYPTION,
    environments=PRODUCTION,
    about=medium(
        "Nothing but IAM stands between an identity of the account and the backups.",
        "Set sseAlgorithm to aws:kms and kmsMasterKeyId to the platform's data key.",
        "CKV_AWS_145",
        "PCI DSS 3.5.1",
        "SOC 2 PI1.4",
    ),
)
def backup_bucket_customer_key(encryption: Resource) -> Iterator[str]:
    if not any(word in encryption.name.lower() for word in _HOLDS_COPIES):
        return
    for rule in encryption.places("rules"):
        stated = f"{rule}.applyServerSideEncryptionByDefault"
        if encryption.value(f"{stated}.sseAlgorithm") == "AES256" or not encryption.has(f"{stated}.kmsMasterKeyId"):
            yield f"{stated} names no customer key; set aws:kms and kmsMasterKeyId"


@resource_rule(
    "bucket-key-saves-requests",
    "A bucket asks KMS once for many objects",
    _ENCRYPTION,
    about=low(
        "Each object that is read or written is a request to KMS, which is paid for and limited.",
        "Switch bucketKeyEnabled on.",
    ),
)
def bucket_key_saves_requests(encryption: Resource) -> Iterator[str]:
    for rule in encryption.places("rules"):
        by_kms = encryption.value(f"{rule}.applyServerSideEncryptionByDefault.sseAlgorithm") == "aws:kms"
        if by_kms and not encryption.is_set(f"{rule}.bucketKeyEnabled"):
            yield f"{rule}.bucketKeyEnabled is off; switch it on"


@resource_rule(
    "bucket-uploads-ended",
    "Parts of uploads that were never finished are deleted",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
    about=low(
        "Parts that no list of objects shows are paid for without end.",
        "State abortIncompleteMultipartUpload in a rule that is enabled.",
        "CKV_AWS_300",
    ),
)
def bucket_uploads_ended(lifecycle: Resource) -> Iterator[str]:
    rules = lifecycle.places("rules")
    ended = [
        rule
        for rule in rules
        if lifecycle.has(f"{rule}.abortIncompleteMultipartUpload") and lifecycle.is_set(f"{rule}.status", "Enabled")
    ]
    unknown = lifecycle.value("rules") is UNKNOWN or any(lifecycle.value(rule) is UNKNOWN for rule in rules)
    if not ended and not unknown:
        yield "no rule states abortIncompleteMultipartUpload; add it"


@resource_rule(
    "bucket-no-website",
    "No bucket answers as a website by itself",
    "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration",
    about=medium(
        "Pages are served without TLS, and the bucket has to be public.",
        "Put a CloudFront distribution in front, with an origin access control.",
    ),
)
def bucket_no_website(site: Resource) -> Iterator[str]:
    yield f"the website of {site.name} speaks no TLS; serve the bucket through CloudFront"


@resource_rule(
    "access-point-closed",
    "An access point of a bucket blocks the public",
    "aws:s3/accessPoint:AccessPoint",
    about=critical(
        "The bucket's own block is gone around.",
        "Leave the four switches of publicAccessBlockConfiguration on.",
        "CKV_AWS_392",
        "PCI DSS 1.3.1",
    ),
)
def access_point_closed(point: Resource) -> Iterator[str]:
    off = [each for each in _SWITCHES if point.value(f"publicAccessBlockConfiguration.{each}") is False]
    if off:
        yield f"publicAccessBlockConfiguration: {', '.join(off)} is off; switch it on"


@stack_rule(
    "bucket-has-policy",
    "Every bucket has a policy, which refuses requests without TLS",
    about=medium(
        "Objects cross the network in clear.",
        "Add a BucketPolicy that denies requests with aws:SecureTransport false.",
        "CKV_AWS_379",
        "CIS AWS 2.1.1",
        "PCI DSS 4.2.1",
    ),
)
def bucket_has_policy(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """What a policy says is judged by bucket-tls-only."""
    policies = list(of_type(resources, _POLICY))
    held = frozenset[str]().union(*(policy.refers("bucket") for policy in policies))
    names = [policy.value("bucket") for policy in policies]
    parents = {policy.parent for policy in policies if policy.parent}
    for bucket in of_type(resources, _BUCKET):
        if bucket.urn not in held and bucket.parent not in parents and bucket.value("bucket") not in names:
            yield bucket, "no BucketPolicy is beside it; add one that refuses requests without TLS"


RULES = (
    bucket_list_private,
    bucket_owner_owns,
    bucket_locked_long,
    backup_bucket_customer_key,
    bucket_key_saves_requests,
    bucket_uploads_ended,
    bucket_no_website,
    access_point_closed,
    bucket_has_policy,
)
