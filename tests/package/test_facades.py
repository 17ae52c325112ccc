"""What the package's components make of plain arguments, and the schema that other languages see."""

import json
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest
import yaml
from pulumi import ComponentResource, Output

from package.facades.bucket import Bucket
from package.facades.cache import Cache
from package.facades.database import Database
from package.facades.keys import Keys
from package.facades.network import Network
from package.facades.stack import Platform
from package.host import COMPONENTS
from package.schema import FILE, schema
from package.stated import plain
from settings import SettingsError
from tests.components.graphs import ROOT, Form, graph
from tests.components.recording import Recorder, build

STACK = "dev"


@cache
def arguments() -> dict[str, Any]:
    """OpeniBank on stack dev, as a program in another language states it: every number is a float."""
    text = (ROOT / f"Pulumi.{STACK}.yaml").read_text("utf-8")
    stated = {key.removeprefix("groundwork:"): value for key, value in yaml.safe_load(text)["config"].items()}
    product = yaml.safe_load((ROOT / "workloads" / "openibank.yaml").read_text("utf-8"))
    stated.pop("workload", None)
    return {"stack": STACK, "settings": floats(stated), "workload": floats(product)}


def floats(value: Any) -> Any:
    """The value as the engine hands it over."""
    return json.loads(json.dumps(value), parse_int=float)


def test_the_platform_of_the_package_is_that_of_the_program() -> None:
    here = build(lambda: Platform("platform", cast(Any, arguments()), None))
    there = graph(Form("openibank", STACK))

    def registered(recorder: Recorder[Any]) -> dict[tuple[str, str], str]:
        own = (each for each in recorder.registrations if each.type != "groundwork:index:Platform")
        return {(each.type, each.name): json.dumps(each.inputs, sort_keys=True, default=vars) for each in own}

    mine, its = registered(here), registered(there)
    assert mine.keys() == its.keys()
    assert [key for key in its if mine[key] != its[key]] == []
    assert len(its) > 300


@pytest.mark.parametrize(
    ("stack", "product", "paths"),
    [
        ({"environment": "live"}, {}, {"environment"}),
        ({}, {"databas": {}}, {"databas"}),
        ({"zones": []}, {"services": {}}, {"zones", "services"}),
    ],
)
def test_a_platforms_mistakes_are_those_of_its_files(
    stack: dict[str, Any], product: dict[str, Any], paths: set[str]
) -> None:
    given = arguments()
    changed = {**given, "settings": {**given["settings"], **stack}, "workload": {**given["workload"], **product}}
    with pytest.raises(SettingsError) as raised:
        build(lambda: Platform("platform", cast(Any, changed)))
    assert paths <= {str(each.path[0]) for each in raised.value.diagnostics}


def test_keys_and_a_bucket_are_protected_unless_told_otherwise() -> None:
    built = build(lambda: (Keys("keys", {"prefix": "shop"}), Bucket("files", {"bucket_name": "shop-files"})))
    assert all(each.protect for each in built.of_type("aws:kms/key:Key"))
    assert all(each.protect for each in built.of_type("aws:s3/bucket:Bucket"))
    free = build(lambda: Bucket("files", {"bucket_name": "shop-files", "protect": False, "expire_days": {"tmp/": 7}}))
    assert not any(each.protect for each in free.of_type("aws:s3/bucket:Bucket"))
    (lifecycle,) = free.of_type("aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration")
    assert 7 in [each.get("expiration", {}).get("days") for each in lifecycle.inputs["rules"]]


def test_a_network_starts_from_its_environments_row() -> None:
    def network(environment: str) -> Recorder[Network]:
        return build(
            lambda: Network(
                "network",
                {
                    "prefix": "shop",
                    "region": "eu-west-1",
                    "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
                    "environment": environment,
                    "settings": {"cidr": "10.0.0.0/16"},
                    "logs_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/logs",
                },
            )
        )

    assert len(network("production").of_type("aws:ec2/natGateway:NatGateway")) == 3
    assert len(network("dev").of_type("aws:ec2/natGateway:NatGateway")) == 1


def test_a_cache_takes_subnets_that_are_not_known_yet() -> None:
    built = build(
        lambda: Cache(
            "cache",
            {
                "prefix": "shop",
                "environment": "staging",
                "product": {"version": "7.1", "node_type": "cache.r7g.large", "shards": 2.0},
                "vpc_id": "vpc-1",
                "zones": ["eu-west-1a", "eu-west-1b"],
                "subnet_ids": Output.from_input(["subnet-1", "subnet-2"]),
                "client_security_group_id": "sg-clients",
                "data_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/data",
                "logs_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/logs",
                "user_name": "shop",
                "user_password": "a-password-of-24-letters",
            },
        )
    )
    (subnets,) = built.of_type("aws:elasticache/subnetGroup:SubnetGroup")
    assert subnets.inputs["subnetIds"] == ["subnet-1", "subnet-2"]
    (group,) = built.of_type("aws:elasticache/replicationGroup:ReplicationGroup")
    assert (group.inputs["numNodeGroups"], group.inputs["nodeType"]) == (2, "cache.t4g.medium")


def _database(zones: list[str], **settings: object) -> Recorder[Database]:
    return build(
        lambda: Database(
            "database",
            {
                "prefix": "shop",
                "environment": "staging",
                "product": {"version": "16", "name": "shop", "role": "shop_app", "instance_class": "db.m7g.large"},
                "settings": settings,
                "vpc_id": "vpc-1",
                "zones": zones,
                "subnet_ids": ["subnet-1", "subnet-2"],
                "client_security_group_id": "sg-clients",
                "data_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/data",
                "secrets_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/secrets",
                "logs_key_arn": "arn:aws:kms:eu-west-1:123456789012:key/logs",
                "secret_path": "shop/staging",
                "private_zone_id": "Z1",
                "private_zone_name": "shop.internal",
            },
        )
    )


def test_a_section_is_held_to_the_rules_that_a_stacks_file_is() -> None:
    with pytest.raises(SettingsError) as caught:
        _database(["eu-west-1a", "eu-west-1b"], read_replicas=1, backup_retention_days=0)
    (found,) = caught.value.diagnostics
    assert found.setting == "settings.backup_retention_days"
    assert "1 to 35 with 1 read replicas" in found.allowed
    assert _database(["eu-west-1a", "eu-west-1b"], read_replicas=1, backup_retention_days=1).registrations


def test_a_database_has_its_subnets_in_two_zones() -> None:
    with pytest.raises(SettingsError, match="the names of 2 zones or more"):
        _database(["eu-west-1a"])


def test_an_output_where_a_plain_value_has_to_stand_is_refused() -> None:
    with pytest.raises(SettingsError, match="known in a preview"):
        build(lambda: Keys("keys", cast(Any, {"prefix": Output.from_input("shop")})))


def test_numbers_are_as_yaml_gives_them() -> None:
    assert plain({"a": 3.0, "b": [1.5, "3.0", True, None]}) == {"a": 3, "b": [1.5, "3.0", True, None]}
    assert isinstance(cast("dict[str, Any]", plain({"a": 3.0}))["a"], int)


def test_the_schema_that_is_kept_is_the_one_that_the_engine_gets() -> None:
    assert FILE.read_text("utf-8") == schema()


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda each: each.__name__)
def test_every_argument_and_component_is_described(component: type[ComponentResource]) -> None:
    stated = json.loads(Path(FILE).read_text("utf-8"))["resources"][f"groundwork:index:{component.__name__}"]
    assert stated["description"]
    undescribed = [name for name, each in stated["inputProperties"].items() if not each.get("description")]
    assert all(name.endswith(("Arn", "Id")) for name in undescribed)
