"""From Pulumi's flat configuration map to a stack's raw settings. Secret values stop here: only their names go on."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import partial

from settings.composing import DEEPEST, LARGEST_VALUES, within_bounds
from settings.diagnostics import HIDDEN, Diagnostic
from settings.raw import Raw

_SECRETS = "secrets"
_TEXT = ("environment", "region", "domain", "workload", "primary_stack", "runtime")
"""Keys whose value is text; every other key holds a section or a list, which Pulumi hands over as JSON."""


@dataclass(frozen=True)
class Configuration:
    """A stack's keys, without the prefix `groundwork:`, and what is wrong with those that could not be read."""

    values: dict[str, Raw]
    diagnostics: tuple[Diagnostic, ...] = ()


def stack_configuration(raw: Mapping[str, str], project: str = "groundwork") -> Configuration:
    """Nest Pulumi's map ("groundwork:network" → JSON text) into a stack's keys.

    Keys of other projects are left out, and so is what is empty: the defaults that Pulumi.yaml declares.
    Under `provided_secrets` stand the names of the values under `secrets`, never the values. What is not JSON is left
    out with a diagnostic, and so is more of values, or of levels of them, than a file may hold.
    """
    configuration: dict[str, Raw] = {}
    diagnostics: list[Diagnostic] = []
    for full_key, text in sorted(raw.items()):
        namespace, _, key = full_key.rpartition(":")
        if namespace not in (project, f"{project}:config"):
            continue
        wrong = partial(Diagnostic, (key,))
        try:
            value = _value(key, text)
        except _TooMuchError:
            diagnostics.append(wrong(_given(key, text), within_bounds(), "state less, and less deep"))
            continue
        except ValueError as error:
            diagnostics.append(wrong(_given(key, text), "YAML keys and values, or JSON", _fix(key, error)))
            continue
        if key == "provided_secrets":
            diagnostics.append(wrong(key, _SECRETS, f"set values under `{project}:{_SECRETS}`"))
        elif key == _SECRETS:
            names, unfit = _names(value, project)
            configuration["provided_secrets"] = [*names]
            diagnostics.extend(unfit)
        elif value not in ("", {}, []):
            configuration[key] = value
    return Configuration(configuration, tuple(diagnostics))


class _TooMuchError(Exception):
    """A value holds more than anybody writes by hand."""


def _given(key: str, text: str) -> object:
    return HIDDEN if key == _SECRETS else text


def _value(key: str, text: str) -> Raw:
    """Read a key's text. Raises ValueError for what is not JSON, and _TooMuchError."""
    if key in _TEXT or not text.lstrip().startswith(("{", "[")):
        return text
    try:
        value: Raw = json.loads(text)
    except RecursionError:
        raise _TooMuchError from None
    _count(value)
    return value


def _count(value: Raw) -> None:
    """Go through a value without recursion. Raises _TooMuchError beyond the bounds of a file."""
    levels, counted = [value], 0
    for _ in range(DEEPEST):
        counted += len(levels)
        if counted > LARGEST_VALUES:
            raise _TooMuchError
        levels = [below for each in levels for below in _below(each)]
        if not levels:
            return
    raise _TooMuchError


def _below(value: Raw) -> Iterable[Raw]:
    if isinstance(value, dict):
        return value.values()
    return value if isinstance(value, list) else ()


def _fix(key: str, error: ValueError) -> str:
    where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    reason = error.msg.lower() if isinstance(error, json.JSONDecodeError) else "not JSON"
    return f"{reason}{where}; set it in the stack file as YAML, or with `pulumi config set --path {key}.<name> <value>`"


def _names(value: Raw, project: str) -> tuple[list[str], list[Diagnostic]]:
    """Return the names under `secrets` that have a value, and what is wrong with the others."""
    command = f"pulumi config set --secret --path {project}:{_SECRETS}.<NAME>"
    if not isinstance(value, dict):
        wrong = Diagnostic((_SECRETS,), HIDDEN, "names with encrypted values", f"set each with `{command}`")
        return [], [wrong]
    diagnostics = [
        Diagnostic((_SECRETS, name), HIDDEN, "text that is not empty", f"set it with `{command}`")
        for name, content in value.items()
        if not isinstance(content, str) or not content
    ]
    return sorted(name for name, content in value.items() if isinstance(content, str) and content), diagnostics
