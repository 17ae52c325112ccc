"""Commands keep their meaning on the second runtime."""

import subprocess

import pytest

from components.ecs.commands import entry_point_and_command
from tests.components.ecs.products import containers, service_layer


def test_a_plain_command_is_handed_on_as_it_is() -> None:
    assert entry_point_and_command(["serve"], ["--port", "80"]) == (["serve"], ["--port", "80"])
    assert entry_point_and_command([], ["--port", "80"]) == ([], ["--port", "80"])


@pytest.mark.parametrize("value", ["plain", "two words", 'quote\'d "twice"', "$HOME `id` ;"])
def test_a_variable_stands_for_its_value_and_nothing_else(value: str) -> None:
    entry_point, command = entry_point_and_command(["printf", "%s|"], ["a b", "x$(URL)y", "$(OTHER)", "it's"])
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
        entry_point_and_command([], ["$(URL)"])


def test_the_migration_gets_its_address() -> None:
    migration = containers(service_layer(), "migration")["migration"]
    assert migration["entryPoint"] == ["sh", "-c"]
    assert migration["command"] == ['exec ./bin/appserver -dsn "${DATABASE_DIRECT_URL}" -migrate-only']
    assert [each["name"] for each in migration["secrets"]] == ["DATABASE_DIRECT_URL"]
