"""Where public registries keep what they serve, as far as that is S3: docs/adr/0019.

A registry answers a client in AWS with a link to where a layer lies. If that is a bucket of the client's own region,
the request passes the S3 gateway endpoint, whose policy has to allow the bucket. Buckets of other regions, and
registries that serve from a CDN, are reached through NAT.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, kw_only=True)
class Registry:
    """`bucket` is the bucket's name, in which `{region}` stands for the region; None for a registry without one.

    A bucket whose name holds no region lies in `home`. `elsewhere` has the regions whose bucket has another name.
    """

    storage: str
    source: str
    bucket: str | None = None
    home: str | None = None
    elsewhere: Mapping[str, str] = field(default_factory=dict[str, str])

    def bucket_in(self, region: str) -> str | None:
        """Return the bucket that clients in `region` are sent to by way of the region's own endpoint."""
        if self.bucket is None or self.home not in (None, region):
            return None
        return self.elsewhere.get(region, self.bucket.format(region=region))


REGISTRIES: Final[Mapping[str, Registry]] = MappingProxyType(
    {
        "docker.io": Registry(
            storage="S3 in us-east-1 for clients there; otherwise Cloudflare",
            source="https://github.com/docker/hub-feedback/issues/1318",
            bucket="docker-images-prod",
            home="us-east-1",
        ),
        "quay.io": Registry(
            storage="S3 for clients in AWS, CloudFront for others",
            source="https://github.com/quay/quay/blob/master/storage/cloud.py",
            bucket="quayio-production-s3",
            home="us-east-1",
        ),
        "registry.k8s.io": Registry(
            storage="S3 in each region for clients in AWS, Google Artifact Registry for others",
            source="https://github.com/kubernetes/registry.k8s.io/blob/main/cmd/archeio/internal/app/buckets.go",
            bucket="prod-registry-k8s-io-{region}",
            elsewhere={"eu-west-2": "767373bbdcb8270361b96548387bf2a9ad0d48758c35-eu-west-2"},
        ),
        "public.ecr.aws": Registry(
            storage="CloudFront (d5l0dvt14r5h8.cloudfront.net)",
            source="https://docs.aws.amazon.com/AmazonECR/latest/public/public-registries.html",
        ),
        "ghcr.io": Registry(
            storage="pkg-containers.githubusercontent.com",
            source="https://docs.github.com/en/actions/reference/runners/self-hosted-runners",
        ),
        "registry.istio.io": Registry(
            storage="Google Artifact Registry, Docker Hub",
            source="https://github.com/istio/istio/blob/master/manifests/charts/README.md",
        ),
        "cgr.dev": Registry(
            storage="Cloudflare R2",
            source="https://edu.chainguard.dev/chainguard/administration/network-requirements/",
        ),
    }
)
"""Every registry that images of the products, of the platform's Jobs and of its charts come from."""

# https://docs.aws.amazon.com/AmazonECR/latest/userguide/vpc-endpoints.html: layers of private and of add-ons' images
# https://docs.aws.amazon.com/linux/al2023/ug/al2023-repository-private-subnet.html: packages
_NODES: Final = ("prod-{region}-starport-layer-bucket", "al2023-repos-{region}-de612dc2")
# https://docs.aws.amazon.com/systems-manager/latest/userguide/ssm-agent-technical-details.html: the agent's updates and
# packages, the patch baseline and the documents that AWS owns; without them a node is reached but never updated
_SYSTEMS_MANAGER: Final = (
    "amazon-ssm-{region}",
    "amazon-ssm-packages-{region}",
    "aws-ssm-{region}",
    "aws-ssm-distributor-file-{region}",
    "aws-ssm-document-attachments-{region}",
    "patch-baseline-snapshot-{region}",
    "{region}-birdwatcher-prod",
)


def registry_buckets(region: str) -> list[str]:
    """List the buckets of public registries that clients in `region` are sent to."""
    return [bucket for registry in REGISTRIES.values() if (bucket := registry.bucket_in(region))]


def node_buckets(region: str) -> list[str]:
    """List AWS's own buckets that machines and tasks read from."""
    return [name.format(region=region) for name in (*_NODES, *_SYSTEMS_MANAGER)]
