"""A YAML program that uses the package: the real engine, Pulumi's own YAML host, and the offline cloud."""

import json

import pytest

from tests.package.conftest import Engine

pytestmark = pytest.mark.engine


def test_a_yaml_program_gets_a_network_a_database_and_a_bucket_once(engine: Engine) -> None:
    made = engine("up", "--yes", "--skip-preview")
    assert made.returncode == 0, made.stdout[-3000:]
    again = engine("up", "--yes", "--skip-preview", "--expect-no-changes")
    assert again.returncode == 0, again.stdout[-3000:]
    outputs = json.loads(engine("stack", "output", "--json").stdout)
    assert outputs["bucket"] == "shop-prod-invoices"
    assert outputs["readers"] == "db-reader.shop-prod.internal"
    assert outputs["database"].startswith("shop-prod-primary.")
    state = json.loads(engine("stack", "export").stdout)["deployment"]["resources"]
    types = [each["type"] for each in state]
    assert types.count("aws:rds/instance:Instance") == 2
    assert types.count("aws:ec2/subnet:Subnet") == 9
    (database,) = [each for each in state if each["type"] == "groundwork:index:Database"]
    assert database["outputs"]["host"] == outputs["database"]


def test_mistakes_are_reported_by_property_all_at_once_and_without_a_traceback(engine: Engine) -> None:
    program = engine.folder / "Pulumi.yaml"
    text = program.read_text("utf-8")
    program.write_text(text.replace("10.20.0.0/16", "10.20.0.0/16\n        nat: twice\n        cidrs: 3"), "utf-8")
    refused = engine("preview")
    assert refused.returncode != 0
    told = refused.stdout
    assert 'property settings.nat with value "twice" has a problem' in told
    assert "fix: did you mean 'cidr'?" in told
    assert "Traceback" not in told
    assert '.py", line' not in told
