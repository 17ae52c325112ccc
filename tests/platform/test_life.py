"""The whole program, for every stack, on the real engine: from preview to an empty account."""

import json
import sqlite3
from collections.abc import Callable

import pytest

from tests.platform.life import ROOT, STACKS, Life

pytestmark = [pytest.mark.engine, pytest.mark.parametrize("stack", STACKS)]

Lives = Callable[[str], Life]


def test_the_preview_succeeds_and_breaks_no_policy(lives: Lives, stack: str) -> None:
    preview = lives(stack).preview
    assert preview.code == 0, preview.error
    assert preview.report["violations"] == []


def test_up_creates_what_the_preview_announced(lives: Lives, stack: str) -> None:
    life = lives(stack)
    assert life.up.changes["create"] == life.preview.changes["create"]


def test_a_second_up_changes_nothing(lives: Lives, stack: str) -> None:
    assert set(lives(stack).again.changes) == {"same"}


def test_a_refresh_finds_the_cloud_as_the_state_says(lives: Lives, stack: str) -> None:
    assert set(lives(stack).refresh.changes) == {"same"}


def test_logical_names_and_types_stay(lives: Lives, stack: str) -> None:
    """URNs are an API: one that moves without an alias replaces what it names; see tests/platform/snapshot.py."""
    snapshot = (ROOT / "tests" / "platform" / "urns" / f"{stack}.txt").read_text().splitlines()
    assert lives(stack).urns == snapshot


def test_every_resource_has_a_parent_of_ours(lives: Lives, stack: str) -> None:
    orphans = [
        resource["urn"]
        for resource in lives(stack).resources
        if "groundwork:components:Platform$" not in resource["urn"] and not _above_platform(resource["type"])
    ]
    assert orphans == []


def _above_platform(type_: str) -> bool:
    return type_.startswith("pulumi:") or type_ == "groundwork:components:Platform"


def test_protected_stacks_refuse_to_be_destroyed_until_released(lives: Lives, stack: str) -> None:
    life = lives(stack)
    protected = [resource["urn"] for resource in life.resources if resource.get("protect")]
    if stack == "dev":
        assert protected == []
        return
    assert life.refused is not None
    assert life.refused.code != 0
    assert "protect" in life.refused.out + life.refused.error
    assert life.released is not None
    assert "delete" not in life.released.changes
    assert "replace" not in life.released.changes


def test_destroy_leaves_nothing_behind(lives: Lives, stack: str) -> None:
    life = lives(stack)
    assert life.destroy is not None
    assert life.destroy.code == 0, life.destroy.out + life.destroy.error
    assert [resource["urn"] for resource in life.left if not resource["type"].startswith("pulumi:")] == []
    store = sqlite3.connect(life.project.folder / ".sandbox" / "openibank" / "cloud.db")
    kept = [urn for (urn,) in store.execute("select urn from records") if f"urn:pulumi:{stack}::" in urn]
    store.close()
    assert kept == []


def test_outputs_name_what_a_person_needs(lives: Lives, stack: str) -> None:
    shown = lives(stack).outputs.out
    for name in ("cluster_name", "database_host", "cache_host", "load_balancer", "backup_bucket", "hosts"):
        assert name in shown


def test_the_size_is_that_of_a_whole_platform(lives: Lives, stack: str) -> None:
    created = [item for item in lives(stack).resources if item["custom"] and not item["type"].startswith("pulumi:")]
    assert len(created) >= (250 if stack.startswith("prod") else 200)


def test_export_is_json_alone(lives: Lives, stack: str) -> None:
    assert set(json.loads(lives(stack).state)) >= {"version", "deployment"}
