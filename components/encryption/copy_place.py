"""Where a stack's backups are copied to."""

from dataclasses import dataclass

from pulumi import Input


@dataclass(frozen=True, kw_only=True)
class CopyPlace:
    """Another region of the same account, and the key there that copies are encrypted with."""

    region: str
    key_arn: Input[str]
