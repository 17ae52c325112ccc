"""The operators' custom resource definitions, as their own Go modules carry them: set-up fetches them."""

import re
import time
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path
from typing import Any, Final, cast

from tools.control_plane.client import Client, Manifest
from tools.control_plane.manifests import load_all
from tools.setup.places import DEFINITIONS

_KIND: Final = "CustomResourceDefinition"
_SERVED_SECONDS: Final = 60
_TEMPLATE_LINE: Final = re.compile(r"^\{\{.*\}\}$", re.MULTILINE)


def definitions(folder: Path = DEFINITIONS) -> list[dict[str, Any]]:
    """Read every definition that set-up fetched; none without Go."""
    return [_slim(each) for file in sorted(folder.glob("*/*")) for each in _read(file)]


def _read(file: Path) -> Iterator[dict[str, Any]]:
    """A file may hold other objects, and templates of them, beside definitions."""
    for part in re.split(r"^---\s*$", file.read_text(encoding="utf-8"), flags=re.MULTILINE):
        if f"kind: {_KIND}\n" in part:
            yield from load_all(_TEMPLATE_LINE.sub("", part))


def _slim(definition: dict[str, Any]) -> dict[str, Any]:
    """Drop what no object is judged by: texts for people, and the conversion by a controller that does not run here."""
    definition["spec"].pop("conversion", None)
    for version in definition["spec"]["versions"]:
        version["schema"] = _without_descriptions(version["schema"])
    return definition


def _without_descriptions(schema: Any) -> Any:
    """A property may itself be called `description`; then it holds a schema, not a text."""
    if isinstance(schema, list):
        return [_without_descriptions(each) for each in cast("list[Any]", schema)]
    if not isinstance(schema, dict):
        return schema
    kept = cast("dict[str, Any]", schema).items()
    return {key: _without_descriptions(value) for key, value in kept if key != "description" or isinstance(value, dict)}


def kinds_of(definition: Manifest) -> set[tuple[str, str]]:
    """Return the API versions and the kind that a definition has served."""
    spec = definition["spec"]
    served = (each["name"] for each in spec["versions"] if each["served"])
    return {(f"{spec['group']}/{version}", spec["names"]["kind"]) for version in served}


def install(client: Client, kinds: Collection[tuple[str, str]], folder: Path = DEFINITIONS) -> int:
    """Create the definitions of these kinds, as (API version, kind), and wait until they are served.

    Returns how many definitions there were. A kind without one is left out.
    """
    wanted = [each for each in _known(folder) if kinds_of(each) & set(kinds)]
    for each in wanted:
        client.create(each)
    until = time.monotonic() + _SERVED_SECONDS
    missing = {kind for each in wanted for kind in kinds_of(each)}
    while missing:
        if time.monotonic() > until:
            raise TimeoutError(f"not served after {_SERVED_SECONDS} s: {sorted(missing)}")
        time.sleep(0.2)
        missing -= client.kinds()
    return len(wanted)


@cache
def _known(folder: Path) -> list[dict[str, Any]]:
    return definitions(folder)
