"""Container images: a service's own, and the clients that the platform's Jobs run."""

from pulumi import Input

from components.product.wiring import Wiring, joined
from settings import PlatformSettings
from settings.facts.postgres import client_tag
from settings.workload.images import short_name
from settings.workload.service import Image

_POSTGRES_REPOSITORY = "public.ecr.aws/docker/library/postgres"
AWS_CLI = Image(repository="public.ecr.aws/aws-cli/aws-cli", tag="2.31.0")
PGBOUNCER = Image(repository="ghcr.io/cloudnative-pg/pgbouncer", tag="1.25.1")
PGBOUNCER_EXPORTER = Image(repository="quay.io/prometheuscommunity/pgbouncer-exporter", tag="v0.12.1")
POSTGRES_EXPORTER = Image(repository="quay.io/prometheuscommunity/postgres-exporter", tag="v0.18.1")
REDIS_EXPORTER = Image(repository="docker.io/oliver006/redis_exporter", tag="v1.69.0")
BLACKBOX_EXPORTER = Image(repository="quay.io/prometheus/blackbox-exporter", tag="v0.28.0")
# Debian's PostgreSQL image carries the openssl program, which the Alpine one does not.
OPENSSL = Image(repository=_POSTGRES_REPOSITORY, tag="16.10-bookworm")
SHELL = Image(repository="public.ecr.aws/docker/library/busybox", tag="1.37.0")
PYTHON = Image(repository="public.ecr.aws/docker/library/python", tag="3.13.7-alpine")
LOAD_GENERATOR = Image(repository="docker.io/grafana/k6", tag="1.3.0")
REDIS_CLIENT = Image(repository="public.ecr.aws/docker/library/redis", tag="7.4.5-alpine")
PLATFORM_CLIENTS = (AWS_CLI, REDIS_CLIENT, PYTHON, LOAD_GENERATOR, SHELL)
"""What the platform's Jobs, its proofs and its toolbox run beside psql."""


def postgres_client(version: str) -> Image:
    """The image whose psql and pg_dump fit a server `version` such as "16" or "16.9".

    Raises ValueError for a major version without a pinned client.
    """
    return Image(repository=_POSTGRES_REPOSITORY, tag=client_tag(version))


def reference(settings: PlatformSettings, image: Image) -> str:
    """The image's full reference, from the stack's own registry where it names one; a digest wins over the tag."""
    return f"{repository(settings, image)}{_version(image)}"


def repository(settings: PlatformSettings, image: Image) -> str:
    """Where the image is kept, without its version: in the stack's own registry where it names one."""
    registry = settings.stack.application.images_from
    if registry is None:
        return image.repository
    first, _, rest = image.repository.partition("/")
    own_registry = "." in first or ":" in first
    return f"{registry.rstrip('/')}/{rest if own_registry else image.repository}"


def product_reference(settings: PlatformSettings, wiring: Wiring, image: Image) -> Input[str]:
    """The full reference of one of the product's own images, in ECR if that is where the pods pull them from."""
    if wiring.image_registry is None:
        return reference(settings, image)
    return joined(wiring.image_registry, f"/{short_name(image.repository)}{_version(image)}")


def _version(image: Image) -> str:
    return f"@{image.digest}" if image.digest else f":{image.tag}"
