"""Which service-linked roles a stack needs beforehand, and the commands that make them."""

import re
import subprocess

import pytest

from settings.service_roles import ServiceRole, service_roles
from tools.service_roles import main, script
from tools.stack import ROOT, settings_of


def _beforehand(stack: str, workload: str | None = None) -> set[str]:
    needed = service_roles(settings_of(stack, workload, ROOT))
    return {role.service.removesuffix(".amazonaws.com") for role in needed if role.beforehand}


def _all(stack: str, workload: str | None = None) -> dict[str, ServiceRole]:
    return {role.role: role for role in service_roles(settings_of(stack, workload, ROOT))}


def test_what_the_first_use_makes_too_late_is_named_for_each_stack() -> None:
    assert _beforehand("prod") == {"rds", "elasticache"}
    assert _beforehand("dev") == {"rds", "elasticache", "spot"}
    assert "ecs" in _beforehand("budget")
    assert "spot" not in _beforehand("budget")


def test_a_node_pool_on_spot_needs_the_role_in_production_too() -> None:
    settings = settings_of("prod", "openibank", ROOT)
    nodes = settings.stack.cluster.workload_nodes.model_copy(update={"capacity_types": ("on-demand", "spot")})
    cluster = settings.stack.cluster.model_copy(update={"workload_nodes": nodes})
    changed = settings.model_copy(update={"stack": settings.stack.model_copy(update={"cluster": cluster})})
    assert "AWSServiceRoleForEC2Spot" in {role.role for role in service_roles(changed)}


def test_a_cluster_needs_the_roles_of_its_nodes_and_tasks_do_not() -> None:
    cluster = {"AWSServiceRoleForAmazonEKS", "AWSServiceRoleForAmazonEKSNodegroup", "AWSServiceRoleForAutoScaling"}
    assert cluster <= set(_all("prod"))
    assert not cluster & (set(_all("budget")) - {"AWSServiceRoleForAutoScaling"})


def test_the_arn_names_the_service() -> None:
    role = _all("prod")["AWSServiceRoleForRDS"]
    assert role.arn_suffix == "role/aws-service-role/rds.amazonaws.com/AWSServiceRoleForRDS"


def test_the_script_makes_what_is_missing_and_nothing_else() -> None:
    made = "AWSServiceRoleForRDS"
    fake = f'aws() {{ [ "$2" = create-service-linked-role ] && echo "$4" && return; [ "$4" = {made} ]; }}\n'
    text = script(settings_of("prod", None, ROOT))
    done = subprocess.run(["sh", "-eu"], input=fake + text, capture_output=True, text=True, check=True)
    services = {role.service for role in _all("prod").values()}
    assert set(done.stdout.split()) == services - {"rds.amazonaws.com"}
    assert not done.stderr


def test_every_role_says_why_and_where_it_is_written() -> None:
    assert main(["--stack", "dev"]) == 0
    for role in _all("dev").values():
        assert role.why
        assert re.match(r"https://", role.source)
        assert role.role.startswith("AWSServiceRoleFor")


def test_a_stack_that_is_not_there_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "prdo"]) == 1
    assert "Pulumi.prdo.yaml" in capsys.readouterr().err
