"""Options of the command line on the real engine: protection, configuration laid over, workloads apart."""

import json

import pytest

from tests.offline_cloud.projects import NETWORK, PRELUDE, Project

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


SHOWN = PRELUDE + 'for key in ("shop", "zones", "plain"): pulumi.export(key, pulumi.Config().get_object(key))\n'
STATED = """
config:
  small:shop: {name: corner, open: {from: 8, to: 18}, goods: [{name: tea, price: 2}, {name: milk}]}
  small:zones: [a, b]
  small:plain: [7]
"""


def test_a_path_changes_what_it_names_and_keeps_the_rest_of_the_stack_file(project: Project) -> None:
    file = project.folder / "Pulumi.dev.yaml"
    file.write_text(STATED, encoding="utf-8")
    laid = ("shop.open.to=20", "shop.goods[1].price=3", "small:zones[2]=c", "shop.new.key=a=b,c", "shop.closed=false")
    assert project.program(SHOWN).run("up", "--fast", *(word for each in laid for word in ("-c", each))).code == 0
    assert json.loads(project.run("outputs", "--json").out) == {
        "shop": {
            "name": "corner",
            "open": {"from": 8, "to": 20},
            "goods": [{"name": "tea", "price": 2}, {"name": "milk", "price": 3}],
            "new": {"key": "a=b,c"},
            "closed": False,
        },
        "zones": ["a", "b", "c"],
        "plain": [7],
    }
    assert file.read_text(encoding="utf-8") == STATED
    assert project.run("up", "--fast").code == 0
    assert json.loads(project.run("outputs", "--json").out)["zones"] == ["a", "b"]


@pytest.mark.parametrize(
    ("laid", "said"),
    [
        ("zones[9]=c", "array index out of range"),
        ("shop.name.first=c", "shop.name: expected a map"),
        ("shop.open", "must be in the form"),
        ("shop[=c", "missing closing bracket"),
        ("a:b:c=1", "could not parse a:b:c"),
    ],
)
def test_a_path_that_leads_nowhere_is_one_clear_line(project: Project, laid: str, said: str) -> None:
    (project.folder / "Pulumi.dev.yaml").write_text(STATED, encoding="utf-8")
    refused = project.program(SHOWN).run("up", "-c", laid)
    assert refused.code != 0
    (line,) = refused.err.splitlines()
    assert line.startswith(f"error: -c {laid.partition('=')[0]}: ")
    assert said in line
    assert project.held() == []


def test_a_look_up_is_answered_or_refused_in_one_line(project: Project) -> None:
    program = (
        PRELUDE
        + 'pulumi.export("account", aws.get_caller_identity(opts=pulumi.InvokeOptions(provider=provider)).account_id)\n'
    )
    project.program(program).up()
    assert json.loads(project.run("outputs", "--json").out) == {"account": "000000000000"}
    asked = program.replace("get_caller_identity(", "pricing.get_product(filters=[], service_code='AmazonEC2', ")
    refused = project.program(asked.replace(".account_id", ".id")).run("preview")
    assert refused.code != 0
    assert "the offline cloud answers no look-up aws:pricing/getProduct:getProduct" in refused.err
