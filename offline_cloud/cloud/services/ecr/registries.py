"""What keeps an image from being pulled: a registry sends clients in AWS to S3, and the gateway endpoint says no.

The client then gets 403, and the pod waits in ImagePullBackOff (https://github.com/kubernetes/k8s.io/issues/4214).
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from offline_cloud.cloud.core import documents, facts
from offline_cloud.cloud.model import Record, World, text

_DEFAULT_REGISTRY: Final = "docker.io"
_ECR: Final = ".dkr.ecr."
# In which region a registry keeps layers in S3, and in which bucket; `*` is every region. Sources:
# https://github.com/kubernetes/registry.k8s.io/blob/main/cmd/archeio/internal/app/buckets.go
# https://github.com/quay/quay/blob/master/storage/cloud.py, https://github.com/docker/hub-feedback/issues/1318
# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html
BUCKETS: Final[Mapping[str, Mapping[str, str]]] = {
    "registry.k8s.io": {
        "*": "prod-registry-k8s-io-{region}",
        "eu-west-2": "767373bbdcb8270361b96548387bf2a9ad0d48758c35-eu-west-2",
    },
    "quay.io": {"us-east-1": "quayio-production-s3"},
    "docker.io": {"us-east-1": "docker-images-prod"},
}
_ECR_BUCKET: Final = "prod-{region}-starport-layer-bucket"


@dataclass(frozen=True)
class Blocked:
    """An image that cannot be pulled, the bucket of its layers, and the endpoint that refuses to read there."""

    image: str
    bucket: str
    endpoint: str

    @property
    def reason(self) -> str:
        return (
            f"ImagePullBackOff: {self.image} cannot be pulled: its layers lie in the bucket {self.bucket}, and the "
            f"policy of endpoint {self.endpoint} does not allow to read there (403 Forbidden)"
        )

    @property
    def fix(self) -> str:
        return f"allow s3:GetObject on arn:aws:s3:::{self.bucket}/* in the endpoint's policy"


def registry_of(image: str) -> str:
    """Give the host that an image's name stands for; without one it is Docker Hub's."""
    first, slash, _ = image.partition("/")
    is_host = slash and ("." in first or ":" in first or first == "localhost")
    return {"index.docker.io": _DEFAULT_REGISTRY}.get(first, first) if is_host else _DEFAULT_REGISTRY


def bucket_of(registry: str, region: str) -> str | None:
    """Give the bucket of the region that a registry sends clients of the region to."""
    if _ECR in registry:
        return _ECR_BUCKET.format(region=region) if f"{_ECR}{region}." in registry else None
    buckets = BUCKETS.get(registry, {})
    name = buckets.get(region, buckets.get("*"))
    return name.format(region=region) if name else None


def blocked(images: Iterator[str], stack: str, region: str, world: World) -> Iterator[Blocked]:
    """Give the images that a stack's S3 gateway endpoint keeps from being pulled; a policy may be unknown yet."""
    gateways = [
        endpoint
        for endpoint in world.of_type(facts.ENDPOINT)
        if endpoint.stack == stack
        and endpoint.region == region
        and text(endpoint.inputs, "serviceName") == f"com.amazonaws.{region}.s3"
        and text(endpoint.inputs, "vpcEndpointType") in (None, "Gateway")
    ]
    for image in images:
        bucket = bucket_of(registry_of(image), region)
        for gateway in gateways if bucket else ():
            if bucket and not _allows(gateway, f"arn:aws:s3:::{bucket}/layer"):
                yield Blocked(image, bucket, gateway.name)


def _allows(endpoint: Record, resource: str) -> bool:
    stated = documents.read(endpoint.inputs)
    return stated is None or any(
        documents.allows(each, "s3:GetObject")
        and documents.concerns(each, resource)
        # The link is signed by the registry: neither the caller's account nor the bucket's is this one.
        and not each.get("Condition")
        for each in stated
    )
