"""Ids and outputs that follow a pattern, filled in from the inputs, the region and stand-ins for randomness.

A placeholder is an input (``{clusterName}``, ``{path:/}`` with what stands there without it) or a word: ``{id}``,
``{name}``, ``{logical}``, ``{account}``, ``{region}``; drawn ``{hex17}``, ``{letters6}``, ``{capitals17}``, ``{uuid}``,
each with a label where one resource has several (``{hex16_interface}``); ``{hash12_rds}``, which all endpoints of an
account share; ``{vpc_subnetIds}``, the network of an input's subnets.
"""

import re
from collections.abc import Mapping
from typing import Final

from offline_cloud.cloud.core import regions
from offline_cloud.cloud.core.subject import Subject, account_hash
from offline_cloud.cloud.model import ACCOUNT_ID, Properties, Value

_DRAWN: Final = re.compile(r"(hex|letters|capitals|digits|uuid|hash|vpc)(\d*)(?:_(\w+))?")
_ZONES: Final = {"bucketZone": regions.bucket_zone, "databaseZone": regions.database_zone}


class _Word(str):
    """A text that has what stands after the colon in its place where it is empty."""

    __slots__ = ()

    def __format__(self, default: str) -> str:
        return str(self) or default


class _Words(dict[str, str]):
    """The words of a template; an input of that name where it is none of ours."""

    def __init__(self, subject: Subject) -> None:
        record = subject.record
        super().__init__(
            id=subject.id, name=subject.name, logical=record.name, account=ACCOUNT_ID, region=record.region
        )
        self._subject = subject

    def __missing__(self, word: str) -> str:
        drawn = _DRAWN.fullmatch(word)
        if word in _ZONES:
            return _ZONES[word](self._subject.region)
        return self._drawn(drawn[1], drawn[2], drawn[3] or "") if drawn else _Word(self._subject.input(word))

    def _drawn(self, kind: str, length: str, label: str) -> str:
        subject, count = self._subject, int(length or 0)
        match kind:
            case "uuid":
                return subject.uuid(label or "uuid")
            case "vpc":
                return subject.network(label)
            case "hash":
                return account_hash(label, subject.region, count)
            case "digits":
                return subject.draw(count, label, "0123456789")
            case "hex":
                return subject.hex(count, label)
            case _:
                return subject.letters(count, label) if kind == "letters" else subject.capitals(count, label)


def fill(template: str, subject: Subject) -> str:
    """Fill a template in; inputs that are absent or unknown give an empty string."""
    return template.format_map(_Words(subject))


def fill_all(templates: Mapping[str, Value], subject: Subject) -> Properties:
    """Fill a table in, at every depth, but for what the inputs state themselves."""
    words = _Words(subject)
    return {name: _filled(value, words) for name, value in templates.items() if name not in subject.inputs}


def _filled(value: Value, words: _Words) -> Value:
    match value:
        case str():
            return value.format_map(words)
        case list():
            return [_filled(item, words) for item in value]
        case dict():
            return {name: _filled(item, words) for name, item in value.items()}
        case _:
            return value
