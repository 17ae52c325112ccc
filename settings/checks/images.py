"""Rules about the product's images in ECR; the diagnostics of `check` are in the workload file."""

import re
from collections.abc import Iterator

from settings.context import StackContext
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.workload.images import own_images, short_name

_ECR_NAME = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Refuse copies of images that are not kept here, and copies from a region to itself."""
    stack = context.stack
    for index, region in enumerate(stack.application.replicate_images_to):
        path: Path = ("application", "replicate_images_to", index)
        if region == stack.region:
            yield Diagnostic(path, region, "another region than the stack's own", "remove it", (("region",),))
        elif not stack.application.repositories:
            allowed = "copies of repositories that this stack makes"
            concerns: tuple[Path, ...] = (("application", "repositories"),)
            yield Diagnostic(path, region, allowed, "add `repositories: true`, or remove it", concerns)


def check(context: StackContext) -> Iterator[Diagnostic]:
    """Refuse names that ECR does not take, and two images that would share one repository there."""
    application = context.stack.application
    if not application.repositories and application.registry != "ecr":
        return
    product = context.workload.name
    seen: dict[str, tuple[Path, str]] = {}
    for path, image in own_images(context.workload).items():
        name = short_name(image.repository)
        if not _ECR_NAME.fullmatch(name):
            allowed = "a registry and a name; its last part becomes the name in ECR"
            yield Diagnostic(path, image.repository, allowed, f"write it like {product}/{path[1]}")
        first, repository = seen.setdefault(name, (path, image.repository))
        if repository != image.repository:
            allowed = f"a last part other than that of {repository}: both would be {product}/{name} in ECR"
            yield Diagnostic(path, image.repository, allowed, f"rename one, such as {image.repository}-2", (first,))
