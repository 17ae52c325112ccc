"""What a product's images must carry to be let in."""

from typing import Annotated, Literal

from pydantic import Field

from settings.base import Settings
from settings.types import ImageRepository
from settings.vocabulary import Means


class KeylessIdentity(Settings):
    """Who signed, as the certificate of a keyless signature says."""

    issuer: Annotated[
        str, Field(pattern=r"^https://[^\s]+$"), Means("an issuer's https address", "https://issuer.example.com")
    ]
    """The identity provider."""
    subject: str = Field(min_length=1)
    """The signer: an e-mail address, or a workflow's address."""


class CosignPolicy(Settings):
    """Exactly one of `public_key`, `kms_key` and `keyless`."""

    public_key: Annotated[
        str | None,
        Field(pattern=r"^-----BEGIN PUBLIC KEY-----\n[A-Za-z0-9+/=\n]+-----END PUBLIC KEY-----\n?$"),
        Means("a public key in PEM", "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"),
    ] = None
    """Public key in PEM that the signature must fit."""
    kms_key: Annotated[
        str | None,
        Field(pattern=r"^arn:aws[a-z-]*:kms:[a-z0-9-]+:[0-9]{12}:(key|alias)/.+$"),
        Means("the ARN of an asymmetric KMS key", "arn:aws:kms:us-east-1:000000000000:key/00000000"),
    ] = None
    """Asymmetric KMS key that the signature must fit."""
    keyless: KeylessIdentity | None = None
    """Identity that the signature's certificate must name."""
    signature_format: Literal["bundle", "legacy"] | None = None
    """How cosign attached the signature: `bundle` is cosign 3's own way, `legacy` is cosign 2's, or 3's with
    `--new-bundle-format=false`. Without it, `bundle` for a keyless signature and `legacy` for a key's."""

    @property
    def bundled(self) -> bool:
        """Whether signatures are looked for as Sigstore bundles."""
        return self.signature_format == "bundle" or (self.signature_format is None and self.keyless is not None)


class ImagePolicy(Settings):
    """Images are let into the product's namespace only with a signature; all others are refused at admission."""

    cosign: CosignPolicy
    """Whose Cosign signature every image of the product must carry."""
    unsigned: tuple[ImageRepository, ...] = ()
    """Repositories let in without a signature, besides the clients that the platform's own Jobs run."""
