"""A resource that an alias gives another name: the engine asks no provider, and the cloud learns of it all the same."""

import sqlite3
from contextlib import closing

import pytest

from tests.offline_cloud.projects import PRELUDE, Project

pytestmark = pytest.mark.engine
PROGRAM = (
    PRELUDE
    + """
named = pulumi.ResourceOptions(provider=provider, aliases=[pulumi.Alias(name="old")])
queue = aws.sqs.Queue("{name}", name="jobs", opts=named if "{name}" != "old" else on)
"""
)


def urns(project: Project) -> list[str]:
    with closing(sqlite3.connect(project.home / "cloud.db")) as connection:
        return [str(row[0]) for row in connection.execute("SELECT urn FROM records WHERE type LIKE 'aws:sqs/%'")]


def test_the_cloud_knows_it_by_the_name_that_the_state_has(project: Project) -> None:
    project.program(PROGRAM.format(name="old")).up()
    assert [each.rpartition("::")[2] for each in urns(project)] == ["old"]
    assert project.program(PROGRAM.format(name="new")).up()["same"] >= 1
    assert [each.rpartition("::")[2] for each in urns(project)] == ["new"]
    # Another one under the old name is another resource from now on.
    both = PROGRAM.format(name="new") + 'aws.sqs.Queue("old", name="others", opts=on)\n'
    both = both.replace('aliases=[pulumi.Alias(name="old")]', "")
    assert project.program(both).up()["create"] == 1
    assert sorted(each.rpartition("::")[2] for each in urns(project)) == ["new", "old"]
    assert project.run("destroy").code == 0
    assert urns(project) == []
