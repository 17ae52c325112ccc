"""Values of the image-policy chart: whose signature a product's images must carry."""

from typing import Annotated, Literal

from pydantic import Field

from components.chart_values.base import ChartValues, ConditionalValues, Out
from components.chart_values.conditions import one_of
from components.chart_values.types import Name, Text


class Key(ConditionalValues):
    """A public key that the signature must fit: one in KMS, or its text."""

    conditions = (one_of("kms", "data"),)

    kms: Annotated[str, Field(pattern="^arn:aws")] | None = None
    data: Annotated[str, Field(pattern="^-----BEGIN PUBLIC KEY-----")] | None = None


class Keyless(ChartValues):
    """Who signed, as the certificate of a keyless signature says."""

    issuer: Annotated[str, Field(pattern="^https://")]
    subject: Text


class ImagePolicyValues(ConditionalValues):
    conditions = (one_of("key", "keyless"),)

    product: Name
    signed: Annotated[tuple[Out[Text], ...], Field(min_length=1)]
    """Repositories whose images must carry the signature."""
    unsigned: tuple[Text, ...]
    """Repositories whose images are let in as they are."""
    format: Literal["bundle", "legacy"]
    """How signatures are attached to images."""
    key: Key | None = None
    keyless: Keyless | None = None
