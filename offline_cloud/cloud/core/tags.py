"""What tags may hold. Services refuse one at the create, and none of it is seen in a preview of the real provider."""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, items

# "Tag naming limits and requirements", https://docs.aws.amazon.com/tag-editor/latest/userguide/tagging.html: what every
# service takes. Some take more; a tag that is laid on all of a stack's resources has to be good for all.
_TAG: Final = re.compile(r"[\w\s.:/=+\-@]*")
_TAG_KEY: Final = 128
_TAG_VALUE: Final = 256
_MOST_TAGS: Final = 50


def check(inputs: Properties) -> Iterator[Diagnostic]:
    """Refuse tags that no service takes."""
    yield from _tags(inputs, "tags")
    for index in range(len(items(inputs, "tagSpecifications"))):
        yield from _tags(_object(items(inputs, "tagSpecifications")[index]), "tags", f"tagSpecifications[{index}].")


def _tags(inputs: Properties, key: str, before: str = "") -> Iterator[Diagnostic]:
    tags = _object(inputs.get(key))
    if len(tags) > _MOST_TAGS:
        yield reject(f"{before}{key}", "TooManyTags", f"{len(tags)} tags are given", f"use {_MOST_TAGS} at most")
    for name, value in tags.items():
        wrong = not _TAG.fullmatch(name) or not 1 <= len(name) <= _TAG_KEY or name.lower().startswith("aws:")
        if isinstance(value, str):
            wrong = wrong or not _TAG.fullmatch(value) or len(value) > _TAG_VALUE
        if wrong:
            yield reject(
                f"{before}{key}.{name}", "InvalidTag", f"The tag {name}={value} is not valid",
                f"use letters, digits, spaces and _.:/=+-@, up to {_TAG_KEY} in the key (not aws: in front) "
                f"and {_TAG_VALUE} in the value",
            )  # fmt: skip


def _object(value: object) -> Properties:
    return value if isinstance(value, dict) else {}  # pyright: ignore[reportUnknownVariableType] - JSON is untyped
