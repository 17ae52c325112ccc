"""What a product keeps in object storage: buckets of its own, and what a service may do with each."""

from typing import Annotated, ClassVar, Final, Literal, TypeVar

from pydantic import Field, ValidationInfo, field_validator

from settings.base import Settings
from settings.types import DNS_NAME, Days, HeaderText, HostLabel
from settings.vocabulary import Means, refusal
from settings.workload.delivery import PriceClass
from settings.workload.outputs import Offered

BucketAccess = Literal["read", "write", "read-write"]
"""Read and list objects, put and delete them, or both. A pre-signed request may do what its signer may."""

Origin = Annotated[
    str,
    Field(pattern=rf"^(@|{DNS_NAME}|https://{DNS_NAME}(:[0-9]{{1,5}})?)$", max_length=253),
    Means(
        "an https:// origin without a path, a name below the stack's domain, or '@' for the domain itself",
        "https://app.example.com",
    ),
]

KeyPrefix = Annotated[
    str,
    Field(pattern=r"^([A-Za-z0-9][A-Za-z0-9._/-]*)?$", max_length=200),
    Means("the start of objects' keys, of letters, digits and . _ / -, or nothing for every object", "tmp/"),
]

T = TypeVar("T")


NONCURRENT_DAYS: Final = 30
"""How long a version that is not the newest is kept where nobody says otherwise."""


class BucketCors(Settings):
    """Which pages may put objects into a bucket and read them from a browser, by pre-signed requests."""

    origins: tuple[Origin, ...] = Field(min_length=1, max_length=100)
    """Origins whose pages may ask: https:// and a host, or a host below the stack's domain."""
    methods: tuple[Literal["GET", "HEAD", "PUT", "POST", "DELETE"], ...] = Field(
        default=("GET", "HEAD", "PUT"), min_length=1
    )
    """Methods that they may use."""
    headers: tuple[HeaderText, ...] = ("*",)
    """Request headers that they may send."""
    exposed_headers: tuple[HeaderText, ...] = ("ETag",)
    """Headers of the answer that they see; an upload in parts needs each part's ETag."""
    max_age_seconds: int = Field(default=3600, ge=0, le=86_400)
    """How long a browser remembers this."""


class BucketCdn(Settings):
    """CloudFront in front of a bucket, which stays private: anybody may read there what is stated here, and no more."""

    host: HostLabel
    """Host below the stack's domain that serves the objects, and nothing else."""
    prefixes: tuple[KeyPrefix, ...] = Field(default=("",), min_length=1, max_length=20)
    """Starts of the keys that are served, such as public/; "" is every object."""
    content_security_policy: HeaderText | None = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    """Content-Security-Policy of every answer; this one runs no script of a page that somebody uploaded."""
    price_class: PriceClass = "PriceClass_100"
    """How many of CloudFront's places serve it: North America and Europe, most, or all."""


class Bucket(Offered, Settings):
    """A private bucket, encrypted with the stack's data key and reached over TLS alone."""

    OUTPUTS: ClassVar[tuple[str, ...]] = ("name", "url")

    versions: bool = True
    """What is overwritten or deleted can be had back for `noncurrent_days`."""
    noncurrent_days: Days | None = None
    """How long such a version is kept; without it 30 days."""
    expire_days: dict[KeyPrefix, Days] = Field(default={})
    """Days after which objects are deleted, by the start of their keys; "" is every object."""
    cors: BucketCors | None = None
    """Pages of other origins that may ask from a browser; without it none."""
    backup: bool = False
    """AWS Backup keeps a recovery point of every day in the stack's vault, beside the versions."""
    cdn: BucketCdn | None = None
    """Serve objects to anybody by CloudFront, under a host of their own; without it nobody but services reads them."""

    @property
    def offered(self) -> tuple[str, ...]:
        """Name the outputs; the host is there where one serves."""
        return (*self.OUTPUTS, "cdn_host") if self.cdn else self.OUTPUTS

    @field_validator("noncurrent_days", "backup")
    @classmethod
    def _takes_versions(cls, value: T, info: ValidationInfo) -> T:
        if value and not info.data.get("versions", True):
            fix = f"remove `{info.field_name}:`, or write `versions: true`"
            raise refusal("none for a bucket without versions (S3)", fix)
        return value

    @field_validator("expire_days")
    @classmethod
    def _makes_distinct_rules(cls, value: dict[str, int]) -> dict[str, int]:
        """A rule is called after its prefix, with - for what its name cannot hold."""
        if len({prefix.strip("/").replace("/", "-") or "all" for prefix in value}) < len(value):
            raise refusal("prefixes that differ in more than / and -", "remove one of those that look alike")
        return value
