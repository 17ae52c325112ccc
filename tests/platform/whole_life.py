"""What holds for every product, from its preview to an empty account; a class of tests for each takes it over."""

import json
from collections.abc import Callable
from typing import ClassVar

import pytest

from tests.platform.life import ROOT, Life
from tests.platform.plan import ADVISED, SNAPSHOTS, Form
from tests.platform.remains import keys, remains, types

URNS = ROOT / "tests" / "platform" / "urns"
_OUTPUTS = ("cluster_name", "database_host", "load_balancer", "backup_bucket", "hosts")
_CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"


class WholeLife:
    """Tests of each of a product's forms."""

    forms: ClassVar[tuple[Form, ...]]

    def test_the_preview_succeeds_and_breaks_no_policy(self, life: Life) -> None:
        assert life.preview.code == 0, life.preview.err
        assert life.preview.breaches == []
        assert life.preview.advice <= ADVISED

    def test_up_creates_what_the_preview_announced(self, life: Life) -> None:
        assert set(life.up.changes) == {"create"}
        assert life.up.changes == life.preview.changes

    def test_a_second_up_changes_nothing(self, life: Life) -> None:
        assert set(life.again.changes) == {"same"}

    def test_a_refresh_finds_the_cloud_as_the_state_says(self, life: Life) -> None:
        assert set(life.refresh.changes) == {"same"}

    def test_logical_names_and_types_stay(self, life: Life) -> None:
        """URNs are an API: one that moves without an alias replaces what it names; see tests/platform/snapshot.py."""
        assert len(life.urns) == len(set(life.urns))
        if life.form in SNAPSHOTS:
            assert life.urns == (URNS / f"{life.form.stack}.txt").read_text().splitlines()

    def test_every_resource_has_a_parent_of_ours(self, life: Life) -> None:
        orphans = [
            resource["urn"]
            for resource in life.resources
            if "groundwork:components:Platform$" not in resource["urn"] and not _above_platform(resource["type"])
        ]
        assert orphans == []

    @pytest.mark.requirement("OB-65")
    def test_no_secret_is_printed_or_kept_in_clear(self, life: Life) -> None:
        assert len(set(life.secrets.values())) >= 5
        assert life.leaked == []

    def test_protected_stacks_refuse_to_be_destroyed_until_released(self, life: Life) -> None:
        protected = [resource["urn"] for resource in life.resources if resource.get("protect")]
        if life.form.stack == "dev":
            assert protected == []
            return
        assert life.refused is not None
        assert life.refused.code != 0
        assert "protect" in life.refused.out + life.refused.err
        assert life.released is not None
        assert life.released.code == 0, life.released.err
        assert set(life.released.changes) == {"same", "update"}

    def test_destroy_leaves_what_its_page_says_and_nothing_else(self, life: Life) -> None:
        assert life.destroy is not None
        assert life.destroy.code == 0, life.destroy.out + life.destroy.err
        assert [resource["urn"] for resource in life.left if not resource["type"].startswith("pulumi:")] == []
        assert types(life.kept) == (keys if life.form.stack == "dev" else remains)(life.resources)

    def test_outputs_name_what_a_person_needs(self, life: Life) -> None:
        for name in _OUTPUTS:
            assert name in life.outputs.out
        has_cache = any(resource["type"] == _CACHE for resource in life.resources)
        assert ("cache_host" in life.outputs.out) == has_cache

    def test_the_size_is_that_of_a_whole_platform(self, life: Life) -> None:
        created = [item for item in life.resources if item["custom"] and not item["type"].startswith("pulumi:")]
        assert len(created) >= 200

    def test_export_is_json_alone(self, life: Life) -> None:
        assert set(json.loads(life.state)) >= {"version", "deployment"}


class BesideASecondRegion(WholeLife):
    """For products whose second region is previewed, not lived."""

    def test_a_second_region_is_previewed_beside_its_primary(self, lives: Callable[[Form], Life]) -> None:
        (primary,) = [form for form in self.forms if form.beside]
        beside = lives(primary).beside
        assert beside is not None
        assert beside.code == 0, beside.err
        assert beside.breaches == []
        assert beside.advice <= ADVISED
        assert beside.changes["create"] > 200


def _above_platform(type_: str) -> bool:
    return type_.startswith("pulumi:") or type_ == "groundwork:components:Platform"
