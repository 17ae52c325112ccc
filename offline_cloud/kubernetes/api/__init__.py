"""What a running API server states of itself, written by `python -m tools.api_facts`."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

CHOICES: Final = Path(__file__).with_name("choices.json")


@cache
def _facts() -> Mapping[str, Any]:
    return json.loads(CHOICES.read_text("utf-8"))


def choices() -> Mapping[str, Mapping[str, list[str]]]:
    """Give the choices of each type's members: `core.v1.Container` → `imagePullPolicy` → values."""
    return _facts()["choices"]


def optional() -> Mapping[str, list[str]]:
    """Give the members that a type's schema asks for and the API server does not."""
    return _facts()["optional"]


def never_empty() -> Mapping[str, list[str]]:
    """Give the members with choices for which an empty text does not stand for a default."""
    return _facts()["never_empty"]


def version() -> str:
    """Give the API server's version."""
    return _facts()["version"]
