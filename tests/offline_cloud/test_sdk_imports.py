"""A service's package gives the same things under the same names, whether it was imported whole or name by name."""

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.platform.life import ROOT

_GIVEN = """
import importlib, json, sys
from offline_cloud.sdk_imports import on_demand
names = json.load(sys.stdin)
if names is None:
    package = importlib.import_module(sys.argv[1])
    package.outputs
    names = [name for name in vars(package) if not name.startswith("_")]
else:
    on_demand()
    package = importlib.import_module(sys.argv[1])
given = {}
for name in names:
    try:
        value = getattr(package, name)
        given[name] = [getattr(value, "__module__", ""), getattr(value, "__name__", repr(value))]
    except AttributeError as error:
        given[name] = str(error)
print(json.dumps([given, sum(name.startswith(f"{sys.argv[1]}.") for name in sys.modules)]))
"""


def _given(package: str, names: list[str] | None) -> tuple[dict[str, Any], int]:
    """Import a package, whole without names, and give what each name stands for, and how many modules it took."""
    command = [sys.executable, "-c", _GIVEN, package]
    said = subprocess.run(command, input=json.dumps(names), cwd=ROOT, capture_output=True, text=True, check=True)
    given, modules = json.loads(said.stdout)
    return given, modules


@pytest.mark.parametrize(
    "package",
    [
        *(f"pulumi_aws.{service}" for service in ("ec2", "iam", "lambda_", "lex", "rds", "wafv2")),
        "pulumi_kubernetes.core.v1",
        "pulumi_kubernetes.helm.v3",
        "pulumi_kubernetes.networking.v1",
    ],
)
def test_each_name_stands_for_the_same(package: str) -> None:
    whole, _ = _given(package, None)
    names = {name: what for name, what in whole.items() if what[0]}  # a submodule has no module that defines it
    assert len(names) > 3
    assert _given(package, [*names])[0] == names


def test_a_program_takes_the_modules_that_it_names() -> None:
    given, modules = _given("pulumi_aws.ec2", ["Vpc", "get_vpc_output", "InstanceEbsBlockDeviceArgs", "outputs"])
    assert given["Vpc"] == ["pulumi_aws.ec2.vpc", "Vpc"]
    assert modules < 10


def test_a_helm_release_needs_no_charts_of_the_sdk_itself() -> None:
    given, modules = _given("pulumi_kubernetes.helm.v3", ["Release", "RepositoryOptsArgs"])
    assert given["Release"] == ["pulumi_kubernetes.helm.v3.Release", "Release"]
    assert modules < 4


def test_a_name_that_nothing_has_is_refused_as_python_does() -> None:
    given, _ = _given("pulumi_aws.ec2", ["NoSuchThing", "Vpc"])
    assert given["NoSuchThing"].startswith("module 'pulumi_aws.ec2' has no attribute 'NoSuchThing'")
    assert given["Vpc"] == ["pulumi_aws.ec2.vpc", "Vpc"]
