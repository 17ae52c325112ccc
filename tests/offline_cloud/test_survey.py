"""What a program asks for that is not here, read in its sources and told at once."""

from pathlib import Path

import pytest

from offline_cloud import survey

MAIN = """
import json
import pulumi
import pulumi_aws as aws
import pulumi_docker as docker
from pulumi_aws import pricing
from helpers import network
import no_such_module.part
import pulumi_their_components

price = pricing.get_product(service_code="AmazonEC2", filters=[])
zone = aws.route53.get_zone(name="example.com")
"""
HELPER = """
import pulumi_awsx as awsx
from . import deeper


def network():
    import another_missing
"""


@pytest.fixture
def program(tmp_path: Path) -> Path:
    (tmp_path / "__main__.py").write_text(MAIN, encoding="utf-8")
    (tmp_path / "helpers").mkdir()
    (tmp_path / "helpers" / "network.py").write_text(HELPER, encoding="utf-8")
    (tmp_path / "helpers" / "deeper.py").write_text("import pulumi_eks\n", encoding="utf-8")
    (tmp_path / "helpers" / "__init__.py").write_text("from .network import network\n", encoding="utf-8")
    return tmp_path / "__main__.py"


def test_everything_that_is_not_here_is_found_with_its_place(program: Path) -> None:
    found = survey.of(program)
    assert found.providers == {
        "docker": "__main__.py:5",
        "awsx": "helpers/network.py:2",
        "eks": "helpers/deeper.py:1",
    }
    assert found.missing == {
        "no_such_module": "__main__.py:8",
        "pulumi_their_components": "__main__.py:9",
        "another_missing": "helpers/network.py:7",
    }
    assert found.unanswered == {"aws:pricing/getProduct:getProduct": "__main__.py:11"}


def test_it_is_told_in_a_line_each(program: Path) -> None:
    providers, missing, unanswered = survey.of(program).lines()
    assert providers.startswith("providers that are not played here: docker (__main__.py:5); components that a plugin")
    assert "the offline cloud plays aws, kubernetes and random" in providers
    assert "another_missing (helpers/network.py:7), no_such_module (__main__.py:8), pulumi_their_components" in missing
    assert "aws:pricing/getProduct:getProduct (__main__.py:11); state the values" in unanswered


def test_what_a_library_of_the_program_lacks_is_told_too(program: Path) -> None:
    assert survey.of(program, "pulumi_aws_native.ec2").providers["aws_native"] == "a library of the program"
    assert survey.of(program, "no_such_module.part").missing["no_such_module"] == "__main__.py:8"


def test_a_program_that_asks_for_nothing_more_says_nothing(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").write_text("import pulumi_random\nimport pulumi_kubernetes\n", encoding="utf-8")
    assert survey.of(tmp_path / "__main__.py").lines() == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "no resource plugin 'pulumi-resource-docker-build' found in the workspace",
            "the provider docker-build is not played; the offline cloud plays aws, kubernetes and random: write",
        ),
        (
            "no resource plugin 'pulumi-resource-awsx' found in the workspace or on your $PATH",
            "the provider awsx is a component that a plugin of Node.js would unfold; the offline cloud plays",
        ),
        (
            'Preview failed: unknown stack "organization/network/dev"',
            "the stack organization/network/dev is not here: a stack of this project has to be brought up first, and",
        ),
        ("anything else", "anything else"),
    ],
)
def test_what_the_engine_says_of_it_is_put_plainly(text: str, said: str) -> None:
    assert survey.plainer(text).startswith(said)
