"""An S3 bucket that is private, encrypted, versioned and reachable over TLS alone."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi_random as random
from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import s3

from components.naming import bounded
from components.options import stateful
from settings.facts import name_lengths
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.workload.buckets import NONCURRENT_DAYS

Statement = Mapping[str, Input[Any]]
"""One bucket policy statement; values may be outputs."""


def _no_statements(_arn: Output[str]) -> Sequence[Statement]:
    return ()


@dataclass(frozen=True, kw_only=True)
class CrossOrigin:
    """Pages of which origins may ask for objects from a browser, and how; `exposed_headers` are those they see."""

    origins: Sequence[str]
    methods: Sequence[str]
    headers: Sequence[str]
    exposed_headers: Sequence[str]
    max_age_seconds: int


@dataclass(frozen=True, kw_only=True)
class SecureBucketArgs:
    """What a bucket is for decides its key, its life cycle and who else may write.

    `key_arn` None encrypts with S3's own key (SSE-S3), which is all that load balancer access logs can be written with.
    `expire_days` maps a key prefix ("" is every object) to days; `archive_days` does, and what is under its prefixes is
    archived until then, and read at once all the same. `object_lock_days` None makes a bucket without object lock,
    which cannot be added later without a replacement; 0 makes one that has it without a default retention.
    `statements` receives the bucket's ARN and gives further policy statements, such as a log service's. Without `cors`,
    no browser shows a page of another origin what is in it.
    """

    bucket_name: Input[str]
    key_arn: Input[str] | None
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    versioned: bool = True
    object_lock_days: int | None = None
    expire_days: Mapping[str, int] = field(default_factory=dict[str, int])
    archive_days: Mapping[str, int] = field(default_factory=dict[str, int])
    noncurrent_days: int = NONCURRENT_DAYS
    statements: Callable[[Output[str]], Sequence[Statement]] = _no_statements
    cors: CrossOrigin | None = None
    region: str | None = None
    """Where the bucket is; None: in the stack's own region."""

    @property
    def keeps_versions(self) -> bool:
        """Whether overwritten objects are kept; object lock locks versions, so it takes them."""
        return self.versioned or self.object_lock_days is not None


_SUFFIX_BYTES = 4


def unique_name(name: str, stem: str, opts: ResourceOptions) -> Output[str]:
    """Name a bucket after a stem and some random digits: everybody on AWS shares the names of buckets.

    `name` is the logical name of what the bucket belongs to.
    """
    suffix = random.RandomId(f"{name}-suffix", byte_length=_SUFFIX_BYTES, opts=opts)
    return Output.concat(bounded(stem, name_lengths.BUCKET - 2 * _SUFFIX_BYTES - 1), "-", suffix.hex)


class SecureBucket(ComponentResource):
    """The bucket and everything that makes it safe, which stays with it where the bucket itself is retained."""

    name: Output[str]
    arn: Output[str]
    ready: list[s3.BucketPolicy]
    """What a writer must wait for: S3 checks a log service's permission when it is configured to write."""
    versions: list[s3.BucketVersioning]
    """What a replication must wait for, at both of its ends; empty for a bucket without versions."""

    def __init__(self, name: str, args: SecureBucketArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:SecureBucket", name, None, opts)
        self._retained, self._region = args.retention.buckets, args.region
        bucket = s3.Bucket(
            f"{name}-bucket",
            bucket=args.bucket_name,
            region=args.region,
            object_lock_enabled=args.object_lock_days is not None,
            force_destroy=not args.retention.buckets,
            opts=stateful(self, protect=args.protect, retain=args.retention.buckets),
        )
        self.name = bucket.bucket
        self.arn = bucket.arn
        self._close(name)
        self._encrypt(name, args.key_arn)
        self.versions = [self._versioning(name)] if args.keeps_versions else []
        self._retain(name, args, self.versions)
        if args.cors is not None:
            self._answer_browsers(name, args.cors)
        self.ready = [self._police(name, args)]
        self.register_outputs({"name": self.name, "arn": self.arn})

    def _child(self, *depends_on: s3.BucketVersioning | s3.BucketPublicAccessBlock) -> ResourceOptions:
        return ResourceOptions(parent=self, depends_on=list(depends_on), retain_on_delete=self._retained)

    def _close(self, name: str) -> None:
        """No ACLs at all, and no policy or ACL that could ever make an object public."""
        s3.BucketOwnershipControls(
            f"{name}-ownership",
            bucket=self.name,
            region=self._region,
            rule=s3.BucketOwnershipControlsRuleArgs(object_ownership="BucketOwnerEnforced"),
            opts=self._child(),
        )
        self._public_access = s3.BucketPublicAccessBlock(
            f"{name}-public-access",
            bucket=self.name,
            region=self._region,
            block_public_acls=True,
            block_public_policy=True,
            ignore_public_acls=True,
            restrict_public_buckets=True,
            opts=self._child(),
        )

    def _encrypt(self, name: str, key_arn: Input[str] | None) -> None:
        default = s3.BucketServerSideEncryptionConfigurationRuleApplyServerSideEncryptionByDefaultArgs(
            sse_algorithm="AES256" if key_arn is None else "aws:kms", kms_master_key_id=key_arn
        )
        s3.BucketServerSideEncryptionConfiguration(
            f"{name}-encryption",
            bucket=self.name,
            region=self._region,
            rules=[
                s3.BucketServerSideEncryptionConfigurationRuleArgs(
                    apply_server_side_encryption_by_default=default,
                    # One data key for the bucket instead of one for each object: up to 99 % fewer KMS requests
                    # (https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-key.html).
                    bucket_key_enabled=key_arn is not None,
                )
            ],
            opts=self._child(),
        )

    def _versioning(self, name: str) -> s3.BucketVersioning:
        return s3.BucketVersioning(
            f"{name}-versioning",
            bucket=self.name,
            region=self._region,
            versioning_configuration=s3.BucketVersioningVersioningConfigurationArgs(status="Enabled"),
            opts=self._child(),
        )

    def _retain(self, name: str, args: SecureBucketArgs, versioning: Sequence[s3.BucketVersioning]) -> None:
        if args.object_lock_days:
            # Governance and not compliance: a person with s3:BypassGovernanceRetention can still delete what had to go.
            retention = s3.BucketObjectLockConfigurationRuleDefaultRetentionArgs(
                mode="GOVERNANCE", days=args.object_lock_days
            )
            s3.BucketObjectLockConfiguration(
                f"{name}-object-lock",
                bucket=self.name,
                region=self._region,
                rule=s3.BucketObjectLockConfigurationRuleArgs(default_retention=retention),
                opts=self._child(*versioning),
            )
        s3.BucketLifecycleConfiguration(
            f"{name}-lifecycle",
            bucket=self.name,
            region=self._region,
            rules=[
                _housekeeping(args),
                *(_expiry(prefix, days) for prefix, days in sorted(args.expire_days.items())),
                *(_archive(prefix, days) for prefix, days in sorted(args.archive_days.items())),
            ],
            opts=self._child(*versioning),
        )

    def _answer_browsers(self, name: str, cors: CrossOrigin) -> None:
        rule = s3.BucketCorsConfigurationCorsRuleArgs(
            allowed_origins=list(cors.origins),
            allowed_methods=list(cors.methods),
            allowed_headers=list(cors.headers),
            expose_headers=list(cors.exposed_headers),
            max_age_seconds=cors.max_age_seconds,
        )
        s3.BucketCorsConfiguration(
            f"{name}-cors", bucket=self.name, region=self._region, cors_rules=[rule], opts=self._child()
        )

    def _police(self, name: str, args: SecureBucketArgs) -> s3.BucketPolicy:
        tls_only: Statement = {
            "Sid": "TlsOnly",
            "Effect": "Deny",
            "Principal": "*",
            # Every request over plain HTTP is refused, whatever it asks for.
            "Action": "s3:*",
            "Resource": [self.arn, Output.concat(self.arn, "/*")],
            "Condition": {"Bool": {"aws:SecureTransport": "false"}},
        }
        return s3.BucketPolicy(
            f"{name}-policy",
            bucket=self.name,
            region=self._region,
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": [tls_only, *args.statements(self.arn)]}),
            opts=self._child(self._public_access),
        )


def _housekeeping(args: SecureBucketArgs) -> s3.BucketLifecycleConfigurationRuleArgs:
    """Old versions, the parts of broken uploads and markers of what is gone cost money or time, and nobody sees them.

    An expiry of days lays a marker on the newest version; once the versions below it are gone, the marker is all that
    is left, is never removed by days, and slows every listing.
    https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
    """
    noncurrent = s3.BucketLifecycleConfigurationRuleNoncurrentVersionExpirationArgs(
        noncurrent_days=args.noncurrent_days
    )
    return s3.BucketLifecycleConfigurationRuleArgs(
        id="housekeeping",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=""),
        abort_incomplete_multipart_upload=s3.BucketLifecycleConfigurationRuleAbortIncompleteMultipartUploadArgs(
            days_after_initiation=7
        ),
        noncurrent_version_expiration=noncurrent if args.keeps_versions else None,
        expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(expired_object_delete_marker=True)
        if args.keeps_versions
        else None,
    )


def _expiry(prefix: str, days: int) -> s3.BucketLifecycleConfigurationRuleArgs:
    return s3.BucketLifecycleConfigurationRuleArgs(
        id=f"expire-{prefix.strip('/').replace('/', '-') or 'all'}",
        status="Enabled",
        filter=s3.BucketLifecycleConfigurationRuleFilterArgs(prefix=prefix),
        expiration=s3.BucketLifecycleConfigurationRuleExpirationArgs(days=days),
    )


def _archive(prefix: str, days: int) -> s3.BucketLifecycleConfigurationRuleArgs:
    """Move objects to Glacier Instant Retrieval at once; objects below 128 KiB stay where they are.

    https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-transition-general-considerations.html
    """
    rule = _expiry(prefix, days)
    rule.id = f"archive-{prefix.strip('/')}"
    rule.transitions = [s3.BucketLifecycleConfigurationRuleTransitionArgs(days=0, storage_class="GLACIER_IR")]
    return rule
