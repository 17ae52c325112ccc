"""A region that lives by another's data: what its stack may say, and what it then leaves to the primary."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeAlias

import pytest

from settings.raw import Raw
from settings.workload.service import Replicas
from tests.settings.product import DELETE, Delete, Files, files, with_change

BESIDE: dict[str, Raw] = {"replica_regions": ["eu-west-1"], "ingress.routing": "primary"}
SECONDARY: dict[str, Raw] = {
    "region": "eu-west-1",
    "zones": ["eu-west-1a", "eu-west-1b", "eu-west-1c"],
    "network.cidr": "10.1.0.0/16",
    "primary_stack": "prod",
    "database.source": "primary",
    "ingress.routing": "secondary",
}

Changes: TypeAlias = "Mapping[str, Raw | Delete]"


def _files(folder: Path, changes: Changes, name: str) -> Files:
    made = files(folder)
    for path, value in changes.items():
        made.stack = with_change(made.stack, path, value)
    made.stack_name = name
    made.write()
    return made


def secondary(folder: Path, changes: Changes | None = None, beside: Changes | None = None) -> Files:
    """A stack `prod-eu-west-1` beside its primary `prod`, with some keys of either changed."""
    _files(folder, {**BESIDE, **(beside or {})}, "prod")
    return _files(folder, {**SECONDARY, **(changes or {})}, "prod-eu-west-1")


def test_a_region_knows_its_primary_from_that_stacks_file(tmp_path: Path) -> None:
    settings = secondary(tmp_path).load()
    assert settings.follows
    assert settings.shares_secrets
    assert settings.primary is not None
    assert (settings.primary.region, settings.primary.cidr) == ("us-east-1", "10.0.0.0/16")
    assert len(settings.primary.zones) == 3


def test_a_region_with_data_of_its_own_leaves_nothing_out(tmp_path: Path) -> None:
    settings = secondary(tmp_path, {"database.source": DELETE, "ingress.routing": DELETE}).load()
    assert not settings.follows
    assert not settings.shares_secrets
    assert settings.primary is None
    assert settings.workload.migration is not None
    assert settings.workload.backups.dump is not None
    assert settings.replicas("api") == Replicas(minimum=2, maximum=10)


def test_one_region_migrates_and_dumps(tmp_path: Path) -> None:
    product = secondary(tmp_path).load().workload
    assert product.migration is None
    assert product.backups.dump is None


def test_a_promoted_region_does_both_again_and_keeps_the_shared_secrets(tmp_path: Path) -> None:
    settings = secondary(tmp_path, {"database.source": "promoted"}).load()
    assert not settings.follows
    assert settings.shares_secrets
    assert settings.workload.migration is not None
    assert settings.workload.backups.dump is not None


@pytest.mark.requirement("AT-109")
def test_a_region_that_stands_by_starts_as_a_pilot_light(tmp_path: Path) -> None:
    settings = secondary(tmp_path).load()
    assert settings.stack.application.scale == "pilot"
    assert settings.replicas("api") == Replicas(minimum=1, maximum=10)
    assert settings.replicas("worker") == Replicas(minimum=1, maximum=1)


@pytest.mark.parametrize(
    ("changes", "beside", "scale"),
    [
        ({"application": {"scale": "workload"}}, {}, "workload"),
        ({"ingress.routing": "latency"}, {"ingress.routing": "latency"}, "workload"),
        ({"environment": "dev"}, {"environment": "dev"}, "single"),
    ],
)
def test_a_pilot_light_is_only_where_nothing_else_is_said(
    changes: Changes, beside: Changes, scale: str, tmp_path: Path
) -> None:
    assert secondary(tmp_path, changes, beside).load().stack.application.scale == scale


@pytest.mark.parametrize(
    ("changes", "beside", "path", "said"),
    [
        ({"primary_stack": DELETE}, {}, "primary_stack", "name the primary's stack"),
        ({"primary_stack": "elsewhere"}, {}, "primary_stack", "put Pulumi.elsewhere.yaml beside this file"),
        ({}, {"replica_regions": ["eu-west-2"]}, "primary_stack", "add eu-west-1 to replica_regions in Pulumi.prod"),
        ({}, {"ingress.routing": "latency"}, "ingress.routing", "write ingress.routing: primary there"),
        ({}, {"ingress.routing": DELETE}, "ingress.routing", "write ingress.routing: primary there"),
        ({"domain": "eu.example.com"}, {}, "domain", "the primary's, example.com"),
        ({"database.read_replicas": 2}, {}, "database.read_replicas", "0 with source primary"),
        ({"runtime": "ecs"}, {}, "database.source", "write runtime: eks"),
        (
            {"database": {"source": "primary", "restored": {"host": "restored.example.com"}}},
            {},
            "database.restored",
            "the restored database is named in the primary's stack",
        ),
        (
            {"replica_regions": ["us-west-2"], "backup": {"copy_region": "us-west-2"}},
            {},
            "backup.copy_region",
            "nothing in a region that follows",
        ),
        (
            {"database": {"source": "own", "failover": "fenced"}},
            {},
            "database.failover",
            "manual for a database that is no copy",
        ),
        (
            {"database": {"source": "primary", "failover": "always"}, "ingress.routing": DELETE},
            {},
            "database.failover",
            "manual without routing",
        ),
        ({"network.cidr": "10.0.128.0/17"}, {}, "network.cidr", "no overlap with 10.0.0.0/16 of Pulumi.prod.yaml"),
        (
            {"region": "us-east-1", "zones": ["us-east-1a", "us-east-1b", "us-east-1c"]},
            {},
            "region",
            "a region other than the primary's",
        ),
    ],
)
def test_what_the_two_stacks_cannot_have_together_is_refused(
    changes: Changes, beside: Changes, path: str, said: str, tmp_path: Path
) -> None:
    diagnostics = secondary(tmp_path, changes, beside).refused().diagnostics
    found = [diagnostic for diagnostic in diagnostics if diagnostic.setting == f"groundwork:{path}"]
    assert found, [diagnostic.setting for diagnostic in diagnostics]
    assert any(said in f"{diagnostic.allowed}; {diagnostic.fix}" for diagnostic in found)


def test_a_product_whose_code_reads_its_secrets_keeps_data_of_its_own(tmp_path: Path) -> None:
    stated = secondary(tmp_path)
    stated.workload = with_change(stated.workload, "services.api.reads_secrets", ["SIGNING_KEY"])
    stated.write()
    (diagnostic,) = [each for each in stated.refused().diagnostics if each.setting == "groundwork:database.source"]
    assert "services.api.reads_secrets" in diagnostic.allowed
