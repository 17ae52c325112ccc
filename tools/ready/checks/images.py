"""Whether the product's images can be pulled, or where they are built."""

import re
from collections.abc import Iterator
from typing import Any

from components.product.images import reference
from settings.workload.images import own_images, short_name
from settings.workload.service import Image
from tools.ready.account import AbsentError, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do

_GUIDE = "docs/how-to/build-and-roll-out-images.md"
_PRIVATE_ECR = re.compile(r"^(?P<account>[0-9]{12})\.dkr\.ecr\.(?P<region>[a-z0-9-]+)\.amazonaws\.com/(?P<name>.+)$")


def check(case: Case) -> Iterator[Line]:
    application = case.settings.stack.application
    for image in own_images(case.settings.workload).values():
        full = reference(case.settings, image)
        elsewhere = _PRIVATE_ECR.match(full.partition("@")[0].rpartition(":")[0] or full)
        if application.registry == "ecr":
            name = f"{case.settings.workload.name}/{short_name(image.repository)}"
            yield from _in_ecr(case, image, name, makes=application.repositories)
        elif elsewhere is not None:
            yield from _in_ecr(
                case, image, elsewhere["name"], region=elsewhere["region"], registryId=elsewhere["account"]
            )
        else:
            found = "its registry is not asked: nodes pull it without these credentials"
            yield not_asked(f"image {full}", found, f"docker manifest inspect {full}; to build it: {_GUIDE}")


def _in_ecr(
    case: Case, image: Image, name: str, *, makes: bool = False, region: str | None = None, **where: Any
) -> Iterator[Line]:
    version = {"imageDigest": image.digest} if image.digest else {"imageTag": image.tag}
    subject = f"image {name}:{image.tag}"
    build = f"build and push it: {_GUIDE}"
    try:
        case.account.ask("ecr", "describe_images", region, repositoryName=name, imageIds=[version], **where)
    except AbsentError as absent:
        if makes and "Repository" in str(absent):
            yield to_do(
                subject, "its repository comes in the first minutes of `up`; the release waits at its end", build
            )
        else:
            yield missing(subject, "it is not in ECR", build)
    except NotAskedError as why:
        yield not_asked(subject, f"whether it is in ECR: {why}", build)
    else:
        yield ok(subject, "it is in ECR")
