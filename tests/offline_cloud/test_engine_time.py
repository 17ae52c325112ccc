"""Time on the real engine: a change waits for its window, `refresh` and `up` see what AWS shows meanwhile."""

import json

import pytest

from tests.offline_cloud.projects import PRELUDE, Project

pytestmark = pytest.mark.engine
DATABASE = (
    PRELUDE
    + """
database = aws.rds.Instance(
    "db", identifier="shop", engine="postgres", engine_version="{version}", instance_class="{size}", username="shop",
    allocated_storage=100, password="not-a-real-one", skip_final_snapshot=True, apply_immediately=False,
    maintenance_window="sun:03:00-sun:04:00", backup_window="01:00-02:00",
    auto_minor_version_upgrade={raised}, opts=on,
)
pulumi.export("size", database.instance_class)
pulumi.export("runs", database.engine_version_actual)
"""
)


def program(version: str = "16.4", size: str = "db.m7g.large", raised: bool = False) -> str:
    return DATABASE.format(version=version, size=size, raised=raised)


def output(project: Project, name: str) -> str:
    ran = project.run("outputs", "--json")
    assert ran.code == 0, ran.err
    return str(json.loads(ran.out)[name])


def advance(project: Project, by: str) -> str:
    ran = project.run("clock", "--advance", by)
    assert ran.code == 0, ran.err
    return ran.out


def test_a_change_shows_until_the_window_makes_it(project: Project) -> None:
    project.program(program()).up()
    project.program(program(size="db.m7g.xlarge"))
    assert project.up()["update"] == 1
    assert output(project, "size") == "db.m7g.large"
    assert "shop: instanceClass db.m7g.xlarge, waits until 2" in project.run("pending").out
    assert project.up()["update"] == 1
    assert "instanceClass db.m7g.xlarge, in its maintenance window" in advance(project, "1w")
    assert project.run("pending").out == "nothing of stack dev waits\n"
    assert project.run("refresh").code == 0
    assert "update" not in project.up()
    assert output(project, "size") == "db.m7g.xlarge"


def test_a_change_that_is_taken_back_is_made_all_the_same(project: Project) -> None:
    project.program(program()).up()
    project.program(program(size="db.m7g.xlarge")).up()
    assert "update" not in project.program(program()).up()
    advance(project, "1w")
    assert project.run("refresh").code == 0
    assert project.up()["update"] == 1


def test_a_version_that_waits_shows_no_difference_and_one_that_came_by_itself_is_not_undone(project: Project) -> None:
    project.program(program(raised=True)).up()
    assert project.program(program(version="16.9", raised=True)).up()["update"] == 1
    assert output(project, "runs") == "16.4"
    assert "update" not in project.up()
    assert "automatic minor upgrade" in advance(project, "20w")
    assert project.run("refresh").code == 0
    refused = project.run("up")
    assert refused.code != 0
    assert "InvalidParameterCombination: Cannot upgrade from 16." in refused.err


def test_the_clock_goes_forward_alone(project: Project) -> None:
    assert "has no cloud yet" in project.run("clock").err
    project.up()
    assert "it is " in project.run("clock").out
    back = project.run("clock", "--to", "2020-01-01T00:00Z")
    assert (back.code, back.err.count("\n")) == (1, 1)
    assert "does not go back to 2020-01-01T00:00Z" in back.err
    assert "is no length of time" in project.run("clock", "--advance", "soon").err
    assert "the stack has no Instance shop" in project.run("reboot", "shop").err
