"""Options of the command line on the real engine: protection, configuration laid over, workloads apart."""

import json

import pytest

from tests.sandbox.projects import NETWORK, PRELUDE, Project

pytestmark = pytest.mark.engine


def test_a_protected_resource_is_destroyed_only_once_released(project: Project) -> None:
    guarded = NETWORK.replace(
        '"10.0.0.0/16", opts=on', '"10.0.0.0/16", opts=on.merge(pulumi.ResourceOptions(protect=True))'
    )
    project.program(guarded).up()
    before = project.held()
    refused = project.run("destroy", "--json")
    assert refused.code != 0
    assert "protected" in refused.err
    assert "nothing was destroyed" in refused.err
    assert json.loads(refused.out)["changes"] == {}
    assert project.held() == before
    assert project.run("unprotect").code == 0
    assert project.run("destroy").code == 0
    assert project.held() == []


def test_configuration_is_laid_over_for_one_run_and_workloads_are_kept_apart(project: Project) -> None:
    project.program(PRELUDE + 'pulumi.export("workload", pulumi.Config().get("workload"))\n')
    assert project.run("up", "--workload", "shop", "--fast").code == 0
    shown = project.run("outputs", "--workload", "shop", "--json")
    assert json.loads(shown.out) == {"workload": "shop"}
    assert not project.home.exists()
    listed = project.run("outputs", "--json")
    assert listed.code == 0
    assert json.loads(listed.out) == {}


def test_a_look_up_is_answered_only_for_who_and_where(project: Project) -> None:
    program = (
        PRELUDE
        + 'pulumi.export("account", aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id)\n'
    )
    project.program(program).up()
    assert json.loads(project.run("outputs", "--json").out) == {"account": "000000000000"}
    refused = project.program(program.replace("get_caller_identity", "ec2.get_ami").replace(".account_id", ".id")).run(
        "preview"
    )
    assert refused.code != 0
    assert "the sandbox answers no look-up aws:ec2/getAmi:getAmi" in refused.err
