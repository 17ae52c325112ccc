"""Rules over S3 buckets. Most settings of a bucket are resources of their own, so these look at the stack."""

from collections.abc import Iterator, Sequence

from policies.about import critical, low, medium
from policies.rule import resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_BUCKET = "aws:s3/bucket:Bucket"
_SWITCHES = ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets")


def _without(resources: Sequence[Resource], companion: str, message: str) -> Iterator[tuple[Resource, str]]:
    """Buckets whose component holds no resource of the type `companion`."""
    accompanied = {resource.parent for resource in resources if resource.type == companion}
    for resource in resources:
        if resource.type == _BUCKET and resource.parent not in accompanied:
            yield resource, message


@stack_rule(
    "bucket-public-access-blocked",
    "No bucket can be opened to the public",
    about=critical(
        "A slip in a policy or an ACL publishes the bucket.",
        "Add a BucketPublicAccessBlock beside the bucket, with all four switches on.",
        "CKV2_AWS_6",
        "CIS AWS 2.1.4",
    ),
)
def bucket_public_access_blocked(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    yield from _without(
        resources, "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock", "add a BucketPublicAccessBlock with all on"
    )


@resource_rule(
    "bucket-public-access-switches",
    "A public access block blocks all four ways",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
    repair=lambda _: dict.fromkeys(_SWITCHES, True),
    about=critical(
        "A slip in a policy or an ACL publishes the bucket.",
        "Switch all four of the block on.",
        "CKV_AWS_53",
        "CKV_AWS_54",
        "CKV_AWS_55",
        "CKV_AWS_56",
        "CIS AWS 2.1.4",
    ),
)
def bucket_public_access_switches(block: Resource) -> Iterator[str]:
    for switch in _SWITCHES:
        if not block.is_set(switch):
            yield f"{switch} is off; switch it on"


@stack_rule(
    "bucket-encrypted",
    "Every bucket states its encryption",
    about=medium(
        "Nobody decided which key the bucket's objects are written with.",
        "Add a BucketServerSideEncryptionConfiguration beside the bucket.",
        "CKV_AWS_19",
        "PCI DSS 3.5.1",
        "SOC 2 PI1.4",
    ),
)
def bucket_encrypted(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    yield from _without(
        resources,
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "add a BucketServerSideEncryptionConfiguration",
    )


@stack_rule(
    "bucket-has-lifecycle",
    "Nothing is kept in a bucket for ever without being meant to",
    about=low(
        "Data stays longer than anybody decided, and is paid for.",
        "Add a BucketLifecycleConfiguration beside the bucket.",
        "CKV2_AWS_61",
        "PCI DSS 3.2.1",
    ),
)
def bucket_has_lifecycle(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    yield from _without(
        resources,
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "add a BucketLifecycleConfiguration",
    )


@resource_rule(
    "bucket-tls-only",
    "Buckets refuse requests without TLS",
    "aws:s3/bucketPolicy:BucketPolicy",
    about=medium(
        "Objects cross the network in clear.",
        "Deny requests with aws:SecureTransport false in the bucket's policy.",
        "CKV_AWS_379",
        "CIS AWS 2.1.1",
        "PCI DSS 4.2.1.1",
    ),
)
def bucket_tls_only(policy: Resource) -> Iterator[str]:
    if not refuses_plain_requests(policy):
        yield "no statement denies requests with aws:SecureTransport false; add one"


def refuses_plain_requests(policy: Resource) -> bool:
    """Whether a resource's policy denies requests without TLS, or is not known yet."""
    if policy.value("policy") is UNKNOWN:
        return True
    for statement in policy.statements("policy"):
        condition = statement.get("Condition", {}).get("Bool", {})
        if statement.get("Effect") == "Deny" and str(condition.get("aws:SecureTransport")).lower() == "false":
            return True
    return False


RULES = (
    bucket_public_access_blocked,
    bucket_public_access_switches,
    bucket_encrypted,
    bucket_has_lifecycle,
    bucket_tls_only,
)
