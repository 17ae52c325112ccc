"""What a remedy says to write, where it says it letter by letter, ends the mistake."""

import re
from pathlib import Path

import pytest
import yaml

from settings import SettingsError
from settings.raw import Raw
from tests.settings.bad_input.case import Case
from tests.settings.product import Files, files, with_change
from tests.settings.test_bad_input import CASES

_LITERAL = re.compile(
    r"^(?:put it in quotes: |remove the quotes: |put it in brackets: |write it like |did you mean |raise it to "
    r"|lower it to |the nearest is )(?P<value>\"[^\"]*\"|'[^']*'|\[[^\]…]*\]|-?[0-9.]+)\??(?:$|,| or )"
)


def _broken(case: Case, folder: Path) -> Files:
    stated = files(folder)
    for path, value in {**case.also, case.path: case.value}.items():
        if case.file == "stack":
            stated.stack = with_change(stated.stack, path, value)
        else:
            stated.workload = with_change(stated.workload, path, value)
    return stated


def _told(stated: Files) -> dict[tuple[str, str], str]:
    stated.write()
    try:
        stated.load()
    except SettingsError as error:
        return {(diagnostic.setting, diagnostic.allowed): diagnostic.fix for diagnostic in error.diagnostics}
    return {}


def _is_a_value(case: Case) -> bool:
    """Left out: what is told of a key's name, and of what is not the value that the case states."""
    return not case.at and not case.path.startswith(
        ("services.Web_Server", "secrets.1KEY", "services.api.ports.a-very")
    )


@pytest.mark.parametrize("case", [case for case in CASES if _is_a_value(case)], ids=lambda case: case.name)
def test_what_a_remedy_says_ends_the_mistake(case: Case, tmp_path: Path) -> None:
    stated = _broken(case, tmp_path)
    place = case.place
    for (path, allowed), fix in _told(stated).items():
        match = _LITERAL.match(fix)
        if path != place or match is None or "one of " in allowed:
            continue
        value: Raw = yaml.safe_load(match["value"])
        if case.file == "stack":
            stated.stack = with_change(stated.stack, case.path, value)
        else:
            stated.workload = with_change(stated.workload, case.path, value)
        assert (path, allowed) not in _told(stated), fix
