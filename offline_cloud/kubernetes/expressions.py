"""Expressions in CEL: the rules of custom resource definitions, and what admission policies state.

The functions that Kubernetes adds to the language are added here as far as operators use them; an expression that
asks for another one is not judged, and is said so.
https://kubernetes.io/docs/reference/using-api/cel/
"""

import importlib.util
import re
import sys
from collections.abc import Callable, Set
from functools import cache
from importlib.machinery import EXTENSION_SUFFIXES, ExtensionFileLoader, FileFinder
from types import ModuleType
from typing import TYPE_CHECKING, Any, Final, cast
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from cel.cel import Program

_LANGUAGE: Final = "cel"
_BOUND: Final = re.compile(r"\.(?:all|exists|exists_one|map|filter)\(\s*(\w+)\s*,")
"""The names that macros give to the items of a list."""
_NO_SUCH_FUNCTION: Final = "Undefined variable or function"


class NotJudgedError(Exception):
    """An expression cannot be judged here, with the reason."""


@cache
def _language() -> Any:
    """Load the language alone: the distribution's own command line would take half a second of terminal libraries."""
    package = importlib.util.find_spec(_LANGUAGE)
    folders = package.submodule_search_locations if package is not None else None
    finder = FileFinder(next(iter(folders or ["."])), (ExtensionFileLoader, list(EXTENSION_SUFFIXES)))
    spec = finder.find_spec(_LANGUAGE)
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError("common-expression-language is not installed")
    loaded: ModuleType = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return sys.modules.setdefault(f"{__name__}.language", loaded)


@cache
def _compiled(expression: str) -> "Program":
    return cast("Program", _language().compile(expression))


def fault(expression: str, known: Set[str] | None = None) -> str:
    """Say why an expression is none; empty when it can be read, and asks for no variable but those ``known``."""
    try:
        asked = set(_compiled(expression).variables())
    except ValueError as error:
        return " ".join(str(error).split())[:200]
    unknown = sorted(asked - set(_BOUND.findall(expression)) - known) if known is not None else []
    return f"no variable {unknown[0]!r}" if unknown else ""


def holds(expression: str, value: object, old: object = None) -> bool:
    """Tell whether a rule holds for a value; one that ends in an error does not, as in the API server.

    ``old`` is what the value was before, for a rule of a change.

    Raises NotJudgedError for a function that is not known here.
    """
    context = _language().Context(variables={"self": value, "oldSelf": old}, functions=dict(_FUNCTIONS))
    try:
        return _compiled(expression).execute(context) is True
    except (ValueError, TypeError, LookupError):
        return False
    except RuntimeError as error:
        if str(error).startswith(_NO_SUCH_FUNCTION):
            raise NotJudgedError(f"{expression!r} asks for a function that is not known here") from error
        return False


def _find(value: str, pattern: str) -> str:
    found = re.search(pattern, value)
    return found.group(0) if found else ""


def _is_url(value: str) -> bool:
    try:
        parts = urlsplit(value)
    except ValueError:
        return False
    return bool(parts.scheme and (parts.netloc or parts.path.startswith("/"))) or value.startswith("/")


def _scheme(value: str) -> str:
    return urlsplit(value).scheme


def _host(value: str) -> str:
    return urlsplit(value).netloc


def _substring(value: str, start: int, end: int) -> str:
    return value[start:end]


def _split(value: str, separator: str) -> list[str]:
    return value.split(separator)


_FUNCTIONS: Final[dict[str, Callable[..., Any]]] = {
    "find": _find,
    "split": _split,
    "substring": _substring,
    "isURL": _is_url,
    "url": str,
    "getScheme": _scheme,
    "getHost": _host,
    "lowerAscii": str.lower,
    "upperAscii": str.upper,
    "trim": str.strip,
    "indexOf": str.find,
}
