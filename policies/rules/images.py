"""Rules over image repositories."""

from collections.abc import Iterator

from policies.rule import resource_rule
from policies.view import Resource

_REPOSITORY = "aws:ecr/repository:Repository"


@resource_rule("image-tags-immutable", "A tag names one image for ever, so that a rollback finds it", _REPOSITORY)
def image_tags_immutable(repository: Resource) -> Iterator[str]:
    if not repository.is_set("imageTagMutability", "IMMUTABLE"):
        yield "imageTagMutability is not IMMUTABLE; a pushed tag could be pushed again over what runs"


@resource_rule("image-scanned", "Every image is scanned when it is pushed", _REPOSITORY)
def image_scanned(repository: Resource) -> Iterator[str]:
    if not repository.is_set("imageScanningConfiguration.scanOnPush"):
        yield "imageScanningConfiguration.scanOnPush is off; switch it on"


@resource_rule("image-encrypted", "Images are encrypted with a customer key", _REPOSITORY)
def image_encrypted(repository: Resource) -> Iterator[str]:
    if not repository.has("encryptionConfigurations.0.kmsKey"):
        yield "encryptionConfigurations names no kmsKey; name the platform's data key"


RULES = (image_tags_immutable, image_scanned, image_encrypted)
