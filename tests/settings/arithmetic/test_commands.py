"""Commands keep their meaning on the second runtime."""

import re
import subprocess

import pytest

from settings.arithmetic.commands import entry_point_and_command
from tests.components.runtimes.ecs.products import containers, service_layer

_NAMES = ("URL", "OTHER")


def test_a_plain_command_is_handed_on_as_it_is() -> None:
    assert entry_point_and_command(["serve"], ["--port", "80"], ()) == (["serve"], ["--port", "80"])
    assert entry_point_and_command([], ["--port", "80"], ()) == ([], ["--port", "80"])


@pytest.mark.parametrize("value", ["plain", "two words", 'quote\'d "twice"', "$HOME `id` ;"])
def test_a_variable_stands_for_its_value_and_nothing_else(value: str) -> None:
    entry_point, command = entry_point_and_command(["printf", "%s|"], ["a b", "x$(URL)y", "$(OTHER)", "it's"], _NAMES)
    answer = subprocess.run(
        [*entry_point, *command],
        env={"URL": value, "OTHER": "o", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        check=True,
        timeout=30,
    )
    assert answer.stdout == f"a b|x{value}y|o|it's|"


def test_a_variable_without_a_command_is_refused() -> None:
    with pytest.raises(ValueError, match="without a command"):
        entry_point_and_command([], ["$(URL)"], _NAMES)


# https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
@pytest.mark.parametrize(
    ("word", "shown"),
    [
        ("$(date)", "$(date)"),
        ("$(date) $(URL)", "$(date) u"),
        ("$$(URL)", "$(URL)"),
        ("$$(URL) $(URL)", "$(URL) u"),
        ("$$$(URL)", "$u"),
        ("$$$$", "$$"),
        ("$URL ${URL}", "$URL ${URL}"),
        ("$(URL", "$(URL"),
        ("$(URL)$(OTHER)", "uo"),
        ("$( URL )", "$( URL )"),
        ("$()", "$()"),
        ("cost: $5", "cost: $5"),
        ("", ""),
    ],
)
def test_a_word_reaches_the_program_as_kubernetes_hands_it_over(word: str, shown: str) -> None:
    entry_point, command = entry_point_and_command(["printf", "%s|", word], [word, "$(OTHER)"], _NAMES)
    handed = _output([*entry_point, *command])
    assert handed == f"{shown}|{shown}|o|"
    entry_point, command = entry_point_and_command(["printf", "%s|", "plain"], [word], ())
    assert _output([*entry_point, *command]) == f"plain|{re.sub(r'[$][$]', '$', word)}|"


def test_a_shells_own_substitution_stays_the_shells() -> None:
    script = "echo $(echo made) $(URL) $$(echo too)"
    entry_point, command = entry_point_and_command(["sh", "-c"], [script], _NAMES)
    assert _output([*entry_point, *command]) == "made u too\n"
    assert entry_point_and_command(["sh", "-c"], ["echo $(date)"], _NAMES) == (["sh", "-c"], ["echo $(date)"])


def _output(words: list[str]) -> str:
    environment = {"URL": "u", "OTHER": "o", "PATH": "/usr/bin:/bin"}
    return subprocess.run(words, env=environment, capture_output=True, text=True, check=True, timeout=30).stdout


def test_the_migration_gets_its_address() -> None:
    migration = containers(service_layer(), "migration")["migration"]
    assert migration["entryPoint"] == ["sh", "-c"]
    assert migration["command"] == ['exec ./bin/appserver -dsn "${DATABASE_DIRECT_URL}" -migrate-only']
    assert [each["name"] for each in migration["secrets"]] == ["DATABASE_DIRECT_URL"]
