"""A private, encrypted, versioned bucket."""

from typing import NotRequired, TypedDict

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.storage.bucket import SecureBucket, SecureBucketArgs
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT


class BucketArgs(TypedDict):
    bucket_name: Input[str]
    """The bucket's name, unique in all of AWS."""
    key_arn: NotRequired[Input[str]]
    """The key that encrypts its objects; without one, S3's own."""
    protect: NotRequired[bool]
    """Whether it can only be deleted once it is unprotected; true by default. Otherwise it is emptied and deleted."""
    expire_days: NotRequired[dict[str, int]]
    """Days after which objects expire, by the start of their keys."""


class Bucket(ComponentResource):
    """A bucket that is reached over TLS alone and can never become public."""

    bucket_name: Output[str]
    arn: Output[str]

    def __init__(self, name: str, args: BucketArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:index:Bucket", name, None, opts)
        bucket = SecureBucket(
            name,
            SecureBucketArgs(
                bucket_name=args["bucket_name"],
                key_arn=args.get("key_arn"),
                protect=args.get("protect", True),
                retention=EVERYTHING_KEPT if args.get("protect", True) else NOTHING_KEPT,
                expire_days={prefix: int(days) for prefix, days in args.get("expire_days", {}).items()},
            ),
            ResourceOptions(parent=self),
        )
        self.bucket_name = bucket.name
        self.arn = bucket.arn
        self.register_outputs({"bucketName": self.bucket_name, "arn": self.arn})
