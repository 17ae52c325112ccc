"""Holding what was written against the settings' own validation, with the stacks of this project."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from components.checked import load
from settings import SettingsError
from settings.diagnostics import Diagnostic
from settings.document import read
from settings.raw import Raw
from settings.stacks import stack_file
from tools.importing.document import Draft


@dataclass(frozen=True, kw_only=True)
class Checked:
    """What is left to settle before a stack takes the product."""

    stack: str
    diagnostics: tuple[Diagnostic, ...]


def check(draft: Draft, text: str, project: Path, stack: str) -> Checked:
    """Validate a workload's text for a stack, as `preview` does, with every provided secret given."""
    name = str(draft.data["name"])
    stated = read(project / stack_file(stack)).data
    configuration: dict[str, Raw] = {}
    if isinstance(stated, dict) and isinstance(stated.get("config"), dict):
        section = stated["config"]
        assert isinstance(section, dict)  # noqa: S101 -- for the type checker
        configuration = {key.removeprefix("groundwork:"): value for key, value in section.items()}
    configuration |= {"workload": name, "provided_secrets": [*provided(draft)]}
    for other in ("application", "secrets"):
        configuration.pop(other, None)
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{name}.yaml").write_text(text, encoding="utf-8")
        try:
            load(stack, configuration, Path(folder))
        except SettingsError as error:
            return Checked(stack=stack, diagnostics=error.diagnostics)
    return Checked(stack=stack, diagnostics=())


def provided(draft: Draft) -> list[str]:
    """Return the secrets that a stack has to give a value."""
    secrets = draft.data.get("secrets")
    if not isinstance(secrets, dict):
        return []
    return [
        name
        for name, secret in secrets.items()
        if isinstance(secret, dict) and secret.get("kind") == "provided" and secret.get("required", True)
    ]
