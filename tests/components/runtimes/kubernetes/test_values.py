"""Values that do not depend on a chart: images, scale, secrets that are missing."""

from dataclasses import replace
from typing import cast

import pytest

from components.invariants import InvariantError, certain
from components.product.database import bootstrap
from components.product.images import postgres_client, reference
from components.runtimes.kubernetes.application import rollout_seconds
from components.runtimes.kubernetes.secrets import bootstrap_secret, external_secrets
from settings import PlatformSettings
from settings.workload.service import Image, Replicas, Scaling
from tests.charts.rendering import stack, wiring, workload

_DIGEST = f"sha256:{'0' * 64}"


def _with_registry(registry: str | None) -> PlatformSettings:
    settings = stack("prod")
    application = settings.stack.application.model_copy(update={"images_from": registry})
    return settings.model_copy(update={"stack": settings.stack.model_copy(update={"application": application})})


@pytest.mark.requirement("OB-117")
@pytest.mark.parametrize(
    ("repository", "registry", "expected"),
    [
        ("openibank/api-server", None, "openibank/api-server:v1"),
        ("openibank/api-server", "ours.example.com/all", "ours.example.com/all/openibank/api-server:v1"),
        ("public.ecr.aws/docker/library/redis", "ours.example.com", "ours.example.com/docker/library/redis:v1"),
        ("localhost:5000/api", "ours.example.com", "ours.example.com/api:v1"),
    ],
)
def test_image_reference(repository: str, registry: str | None, expected: str) -> None:
    assert reference(_with_registry(registry), Image(repository=repository, tag="v1")) == expected


def test_a_digest_wins_over_the_tag() -> None:
    image = Image(repository="openibank/api-server", tag="v1", digest=_DIGEST)
    assert reference(_with_registry(None), image) == f"openibank/api-server@{_DIGEST}"


@pytest.mark.requirement("OB-66")
def test_the_client_is_of_the_servers_major_version() -> None:
    assert postgres_client("16.9").tag.startswith("16.")
    assert postgres_client("14").tag.startswith("14.")


def test_a_server_without_a_pinned_client_is_refused() -> None:
    with pytest.raises(ValueError, match="no client image is pinned for PostgreSQL 19"):
        postgres_client("19")


@pytest.mark.parametrize("name", ["database", "cache"])
def test_a_wired_secret_needs_its_credential(name: str) -> None:
    settings = stack("prod")
    given = wiring(settings)
    known = {key: credential for key, credential in given.credentials.items() if key != name}
    with pytest.raises(InvariantError, match="this platform has none"):
        external_secrets(settings, replace(given, credentials=known))


def test_the_bootstrap_needs_the_administrators_secret() -> None:
    settings = stack("prod")
    with pytest.raises(InvariantError, match="an administrator"):
        bootstrap_secret(
            replace(wiring(settings), master_secret=None), certain(bootstrap(settings), "it has a database")
        )


def test_a_release_has_time_for_the_migration_and_every_pod() -> None:
    assert rollout_seconds(stack("prod")) == 600 + 300 + 10 * 60
    assert rollout_seconds(stack("dev")) == 600 + 300 + 60


def test_a_product_without_secrets_reads_none() -> None:
    settings = stack("prod")
    bare = {name: each.model_copy(update={"secrets": ()}) for name, each in settings.workload.services.items()}
    product = settings.workload.model_copy(update={"services": bare, "migration": None})
    values = workload(settings.model_copy(update={"workload": product}))
    assert all("secretEnvironment" not in _service(values, name) for name in bare)


def test_no_bucket_no_dump() -> None:
    settings = stack("prod")
    assert "dump" not in workload(settings, replace(wiring(settings), dump_bucket=None))


def test_a_service_that_may_grow_without_saying_how_grows_on_cpu() -> None:
    settings = stack("prod")
    playground = settings.workload.services["playground"].model_copy(update={"scaling": None})
    services = {**settings.workload.services, "playground": playground}
    product = settings.workload.model_copy(update={"services": services})
    values = workload(settings.model_copy(update={"workload": product}))
    assert _service(values, "playground")["scaling"] == {"cpu": 70}


def test_a_service_of_fixed_size_is_not_scaled() -> None:
    settings = stack("prod")
    fixed = {"replicas": Replicas(minimum=2, maximum=2), "scaling": Scaling(cpu=50)}
    services = {"playground": settings.workload.services["playground"].model_copy(update=fixed)}
    product = settings.workload.model_copy(update={"services": {**settings.workload.services, **services}})
    values = workload(settings.model_copy(update={"workload": product}))
    assert "scaling" not in _service(values, "playground")


def _service(values: dict[str, object], name: str) -> dict[str, object]:
    return cast("dict[str, dict[str, object]]", values["services"])[name]
