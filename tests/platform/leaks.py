"""Where a value that the engine holds as a secret stands in clear."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, cast

# The engine's own mark of a secret in a state: pulumi/sdk, resource.SigKey and resource.SecretSig.
_MARK = "4dabf18193072939515e22adb298388d"
_SECRET = "1b47061264138c4ac30d75fd1eb44270"
_SHORTEST = 16
"""Shorter text inside a secret is a database's name or the like; every generated value is longer."""
_NAME = "username"
"""What a credential says beside its password: a role's name stands in its grants and in the settings as well."""


def secret_values(shown: str) -> dict[str, str]:
    """Every secret text in a state that was exported with its secrets shown, by where it stands."""
    state: dict[str, Any] = json.loads(shown)
    return dict(
        found
        for resource in state["deployment"]["resources"]
        for part in ("inputs", "outputs")
        for found in _marked(resource.get(part), f"{resource['urn'].rpartition('::')[2]}.{part}")
    )


def _marked(value: Any, place: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict) and cast("dict[str, Any]", value).get(_MARK) == _SECRET:
        yield from _texts(json.loads(cast("dict[str, str]", value)["plaintext"]), place)
    else:
        for key, below in _items(value):
            yield from _marked(below, f"{place}.{key}")


def _texts(value: Any, place: str) -> Iterator[tuple[str, str]]:
    """A secret's texts; one that is a JSON document is taken apart, as its parts are what must not be seen."""
    if isinstance(value, str) and value.startswith("{"):
        value = json.loads(value)
    if isinstance(value, str) and len(value) >= _SHORTEST:
        yield place, value
    for key, below in _items(value):
        if key != _NAME:
            yield from _texts(below, f"{place}.{key}")


def _items(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        yield from cast("dict[str, Any]", value).items()
    elif isinstance(value, list):
        yield from ((str(index), each) for index, each in enumerate(cast("list[Any]", value)))


def leaks(secrets: Mapping[str, str], said: Mapping[str, str], folder: Path) -> list[str]:
    """Name each command that printed a secret and each file that holds one: state, manifests, store and logs."""
    printed = [f"{command} prints {name}" for command, text in said.items() for name in _found(secrets, text.encode())]
    files = [file for file in (folder / ".offline-cloud").rglob("*") if file.is_file() and not file.is_symlink()]
    held = [f"{file.relative_to(folder)} holds {name}" for file in files for name in _found(secrets, file.read_bytes())]
    return printed + held


def _found(secrets: Mapping[str, str], content: bytes) -> list[str]:
    return [name for name, value in secrets.items() if value.encode() in content]
