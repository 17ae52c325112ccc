"""From Pulumi's flat configuration map to a stack's raw settings. Secret values stop here: only their names go on."""

import json
from collections.abc import Mapping

from settings.problems import HIDDEN, Problem, SettingsError
from settings.raw import Raw

_SECRETS = "secrets"
_TEXT = ("environment", "region", "domain", "workload", "primary_stack", "runtime")
"""Keys whose value is text; every other key holds a section or a list, which Pulumi hands over as JSON."""


_FILE = "the stack's configuration"


def stack_configuration(raw: Mapping[str, str], project: str = "groundwork") -> dict[str, Raw]:
    """Nest Pulumi's map ("groundwork:network" → JSON text) into a stack's keys.

    Keys of other projects are left out, and so is what is empty: the defaults that Pulumi.yaml declares.
    Under `provided_secrets` stand the names of the values under `secrets`, never the values. Raises SettingsError for
    what is not JSON.
    """
    configuration: dict[str, Raw] = {}
    problems: list[Problem] = []
    for full_key, text in sorted(raw.items()):
        namespace, _, key = full_key.rpartition(":")
        if namespace not in (project, f"{project}:config"):
            continue
        try:
            value = _value(key, text)
        except ValueError as error:
            given: object = HIDDEN if key == _SECRETS else text
            problems.append(Problem(full_key, given, "YAML keys and values, or JSON", _mend(key, error), _FILE))
            continue
        if key == "provided_secrets":
            problems.append(Problem(full_key, key, _SECRETS, f"set values under `{project}:{_SECRETS}`", _FILE))
        elif key == _SECRETS:
            names, wrong = _names(value, project)
            configuration["provided_secrets"] = [*names]
            problems.extend(wrong)
        elif value not in ("", {}, []):
            configuration[key] = value
    if problems:
        raise SettingsError(problems)
    return configuration


def _value(key: str, text: str) -> Raw:
    if key in _TEXT or not text.lstrip().startswith(("{", "[")):
        return text
    value: Raw = json.loads(text)
    return value


def _mend(key: str, error: ValueError) -> str:
    where = f" at column {error.colno}" if isinstance(error, json.JSONDecodeError) else ""
    reason = error.msg.lower() if isinstance(error, json.JSONDecodeError) else "not JSON"
    return f"{reason}{where}; set it in the stack file as YAML, or with `pulumi config set --path {key}.<name> <value>`"


def _names(value: Raw, project: str) -> tuple[list[str], list[Problem]]:
    """Return the names under `secrets` that have a value, and what is wrong with the others."""
    command = f"pulumi config set --secret --path {project}:{_SECRETS}.<NAME>"
    if not isinstance(value, dict):
        wrong = Problem(
            f"{project}:{_SECRETS}", HIDDEN, "names with encrypted values", f"set each with `{command}`", _FILE
        )
        return [], [wrong]
    problems = [
        Problem(f"{project}:{_SECRETS}.{name}", HIDDEN, "text that is not empty", f"set it with `{command}`", _FILE)
        for name, content in value.items()
        if not isinstance(content, str) or not content
    ]
    return sorted(name for name, content in value.items() if isinstance(content, str) and content), problems
