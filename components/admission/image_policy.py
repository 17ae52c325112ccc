"""Signed images alone: the policy that the admission controller holds a product's pods against."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.chart_values.folder import chart_path
from components.chart_values.image_policy import ImagePolicyValues, Key, Keyless
from components.invariants import certain
from components.product.images import (
    BLACKBOX_EXPORTER,
    OPENSSL,
    PGBOUNCER,
    PGBOUNCER_EXPORTER,
    PLATFORM_CLIENTS,
    POSTGRES_EXPORTER,
    REDIS_EXPORTER,
    postgres_client,
    repository,
)
from components.product.wiring import joined
from settings import PlatformSettings
from settings.workload.images import canonical_name, own_images, short_name
from settings.workload.service import Image

CONTROLLER = "policy-controller"
_TIMEOUT_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class ImagePolicyArgs:
    """`registry` holds the product's own images by their short names; None: they come from where they are named.

    `release_namespace` keeps the release. `after` is the admission controller.
    """

    settings: PlatformSettings
    registry: Input[str] | None
    release_namespace: str
    provider: kubernetes.Provider
    after: Sequence[Resource]


class ImagePolicy(ComponentResource):
    """The local chart ./charts/image-policy; the product's namespace opts in by a label that the foundation sets."""

    release: Release

    def __init__(self, name: str, args: ImagePolicyArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:ImagePolicy", name, None, opts)
        product = args.settings.workload.name
        self.release = Release(
            f"{name}-release",
            name=f"{product}-images",
            chart=chart_path("image-policy"),
            namespace=args.release_namespace,
            create_namespace=True,
            values=policy_values(args.settings, args.registry).to_helm(),
            atomic=True,
            cleanup_on_fail=True,
            timeout=_TIMEOUT_SECONDS,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=list(args.after)),
        )
        self.register_outputs({"release": self.release.name})


def policy_values(settings: PlatformSettings, registry: Input[str] | None) -> ImagePolicyValues:
    """Values of the local chart. Raises InvariantError for a product that asks for no signatures."""
    policy = certain(settings.workload.image_policy, "only a product that asks for signatures has a policy")
    cosign = policy.cosign
    keyless = Keyless(issuer=cosign.keyless.issuer, subject=cosign.keyless.subject) if cosign.keyless else None
    return ImagePolicyValues(
        product=settings.workload.name,
        signed=_signed(settings, registry),
        unsigned=tuple(sorted({canonical_name(name) for name in (*_clients(settings), *policy.unsigned)})),
        format="bundle" if cosign.bundled else "legacy",
        key=None if keyless else Key(kms=cosign.kms_key, data=cosign.public_key),
        keyless=keyless,
    )


def _signed(settings: PlatformSettings, registry: Input[str] | None) -> tuple[Input[str], ...]:
    images = own_images(settings.workload).values()
    if registry is not None:
        names = sorted({short_name(image.repository) for image in images})
        return tuple(joined(registry, f"/{name}") for name in names)
    return tuple(sorted({canonical_name(repository(settings, image)) for image in images}))


def _clients(settings: PlatformSettings) -> list[str]:
    """What the platform itself runs in the product's namespace; its publishers do not sign for the product."""
    clients: list[Image] = [*PLATFORM_CLIENTS, BLACKBOX_EXPORTER, POSTGRES_EXPORTER, REDIS_EXPORTER]
    if settings.workload.database is not None:
        clients.append(postgres_client(settings.workload.database.version))
        clients += [PGBOUNCER, PGBOUNCER_EXPORTER, OPENSSL] if settings.workload.database.pooler is not None else []
    return [repository(settings, image) for image in clients]
