"""The images of a product, and what they are called in a registry of its own."""

from settings.raw import Path
from settings.workload import Workload
from settings.workload.service import Image


def own_images(workload: Workload) -> dict[Path, Image]:
    """Return every image that the product runs, by the place in the workload file that states it."""
    images: dict[Path, Image] = {
        ("services", name, "image", "repository"): service.image for name, service in workload.services.items()
    }
    migration = workload.migration
    if migration is not None and migration.image_repository is not None and migration.service in workload.services:
        tag = workload.services[migration.service].image.tag
        images["migration", "image_repository"] = Image(repository=migration.image_repository, tag=tag)
    for name, job in workload.jobs.items():
        if job.image is not None:
            images["jobs", name, "image", "repository"] = job.image
    return images


def short_name(repository: str) -> str:
    """Return the last part of an image's name: `api` of ghcr.io/shop/api, called <product>/api in the own registry."""
    return repository.rsplit("/", maxsplit=1)[-1]


def canonical_name(repository: str) -> str:
    """Return an image's name as registries' clients spell it out: Docker Hub's is index.docker.io, and has library/.

    https://github.com/google/go-containerregistry/blob/main/pkg/name/registry.go
    """
    first, slash, rest = repository.partition("/")
    registered = bool(slash) and ("." in first or ":" in first)
    registry, name = (first, rest) if registered else ("docker.io", repository)
    if registry not in ("docker.io", "index.docker.io"):
        return repository
    return f"index.docker.io/{name}" if "/" in name else f"index.docker.io/library/{name}"


def short_names(workload: Workload) -> tuple[str, ...]:
    """Return the short names of the product's images, each once, in order."""
    return tuple(sorted({short_name(image.repository) for image in own_images(workload).values()}))
