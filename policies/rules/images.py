"""Rules over image repositories."""

from collections.abc import Iterator

from policies.about import low, medium
from policies.rule import resource_rule
from policies.view import Resource

_REPOSITORY = "aws:ecr/repository:Repository"


@resource_rule(
    "image-tags-immutable",
    "A tag names one image for ever, so that a rollback finds it",
    _REPOSITORY,
    about=medium(
        "What was tested and what runs under one tag are not the same.",
        "Set imageTagMutability to IMMUTABLE.",
        "CKV_AWS_51",
    ),
)
def image_tags_immutable(repository: Resource) -> Iterator[str]:
    if not repository.is_set("imageTagMutability", "IMMUTABLE"):
        yield "imageTagMutability is not IMMUTABLE; a pushed tag could be pushed again over what runs"


@resource_rule(
    "image-scanned",
    "Every image is scanned when it is pushed",
    _REPOSITORY,
    about=medium(
        "A known flaw reaches production unseen.",
        "Switch imageScanningConfiguration.scanOnPush on.",
        "CKV_AWS_163",
        "CIS EKS 5.1.1",
        "PCI DSS 11.3.1",
    ),
)
def image_scanned(repository: Resource) -> Iterator[str]:
    if not repository.is_set("imageScanningConfiguration.scanOnPush"):
        yield "imageScanningConfiguration.scanOnPush is off; switch it on"


@resource_rule(
    "image-encrypted",
    "Images are encrypted with a customer key",
    _REPOSITORY,
    about=low(
        "Nobody decided which key images are written with.",
        "Name the platform's data key in encryptionConfigurations.",
        "CKV_AWS_136",
    ),
)
def image_encrypted(repository: Resource) -> Iterator[str]:
    if not repository.has("encryptionConfigurations.0.kmsKey"):
        yield "encryptionConfigurations names no kmsKey; name the platform's data key"


RULES = (image_tags_immutable, image_scanned, image_encrypted)
