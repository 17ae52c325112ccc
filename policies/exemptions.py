"""Exceptions to the rules: which resource, why, and until when."""

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatch


@dataclass(frozen=True, kw_only=True)
class Exemption:
    """`resource` is a logical name, with `*` for any part; after `until` the rule holds again."""

    rule: str
    resource: str
    reason: str
    until: date


EXEMPTIONS: tuple[Exemption, ...] = ()


def exempt(rule: str, resource: str, today: date, exemptions: tuple[Exemption, ...] = EXEMPTIONS) -> bool:
    """Whether a resource may break a rule today."""
    return any(
        exemption.rule == rule and fnmatch(resource, exemption.resource) and today <= exemption.until
        for exemption in exemptions
    )


def expired(today: date, exemptions: tuple[Exemption, ...] = EXEMPTIONS) -> list[Exemption]:
    """Exemptions whose time is over and which should be deleted."""
    return [exemption for exemption in exemptions if exemption.until < today]
