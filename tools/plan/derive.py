"""What CloudFormation's reference says of updates, property by property: `python -m tools.plan.derive FOLDER`.

Each property of a resource's page there ends with "Update requires: No interruption", "Some interruptions" or
"Replacement". `FOLDER` holds the pages in Markdown, as https://github.com/awsdocs/aws-cloudformation-user-guide had
them in `doc_source` until September 2023. The names are the SDK's, found by the rules of `tools.aws_model`.
"""

import json
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from offline_cloud.provider.replacements import verdicts
from tools.aws_model import match, sdk

WRITTEN: Final = Path(__file__).with_name("updates.json")
_TITLE: Final = re.compile(r"^# (AWS::\w+::\w+)<", re.MULTILINE)
_PROPERTIES: Final = re.compile(r"\n## Properties<.*?(?=\n## |\Z)", re.DOTALL)
_PROPERTY: Final = re.compile(r"^`(\w+)`\s.*?(?=^`\w+`\s|\Z)", re.MULTILINE | re.DOTALL)
_UPDATE: Final = re.compile(r"^\*Update requires\*: \[(No interruption|Some interruptions|Replacement)\]", re.MULTILINE)


def pages(folder: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Give each resource's type with what an update of each of its properties requires."""
    for file in sorted(folder.glob("aws-*.md")):
        text = file.read_text("utf-8")
        title, properties = _TITLE.search(text), _PROPERTIES.search(text)
        if title and properties:
            yield (
                title[1],
                {
                    found[1]: update[1]
                    for found in _PROPERTY.finditer(properties[0])
                    if (update := _UPDATE.search(found[0])) is not None
                },
            )


def derived(folder: Path) -> dict[str, dict[str, str]]:
    """Give, for each type in use, what an update of each of its inputs requires, as far as the reference says."""
    reference = dict(pages(folder))
    found: dict[str, dict[str, str]] = {}
    for type in (sdk.read(token) for token in sorted(verdicts()) if token.startswith("aws:")):
        for source in match.schema(type)[:1]:
            stated = reference.get(source.name, {})
            named = {each: match.member(each, source.members, source.nouns) for each in type.inputs}
            updates = {each: stated[name] for each, name in named.items() if name is not None and name in stated}
            if updates:
                found[type.token] = {"": source.name, **dict(sorted(updates.items()))}
    return found


def main(arguments: Sequence[str]) -> int:
    """Write the table; returns the exit code."""
    folder = Path(arguments[0]) if len(arguments) == 1 else Path()
    found = derived(folder)
    if not found:
        sys.stderr.write("python -m tools.plan.derive FOLDER: no page of a resource in it\n")
        return 1
    WRITTEN.write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    print(f"{sum(len(each) - 1 for each in found.values())} properties of {len(found)} types")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
