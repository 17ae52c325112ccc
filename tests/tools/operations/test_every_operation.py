"""Every operation over a cloud in memory: killed at random moments and gone on with, it ends right."""

import tempfile
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from components.failover.steps import judge
from settings.facts import kubernetes
from tests.tools.operations import small_cloud
from tests.tools.operations.fake import KilledError
from tests.tools.operations.small_cloud import TODAY, SmallCloud
from tests.tools.operations.stand import STACK, Stand
from tools.operations import promote_replica
from tools.operations.case import INSTANCE, Case
from tools.operations.engine import Asked, Engine
from tools.operations.progress import Progress
from tools.operations.registry import OPERATIONS
from tools.operations.steps import Plan, StoppedError, WaitingError
from tools.operations.stores import LOG_GROUP

NOW = datetime(TODAY.year, TODAY.month, TODAY.day, 9, tzinfo=UTC)


@dataclass(frozen=True)
class Example:
    """One use of an operation, and what is there afterwards."""

    name: str
    of: str = ""
    to: str = ""
    right: Callable[[SmallCloud], bool] = lambda _: True
    follows: bool = False
    """Whether its database is a copy of another region's."""

    @property
    def asked(self) -> Asked:
        return Asked(name=self.name, stack="small/ledger", of=self.of, to=self.to)


def _inputs(cloud: SmallCloud, name: str) -> dict[str, Any]:
    return dict(cloud.had[name].inputs)


def _reads(cloud: SmallCloud) -> list[str]:
    return list(_inputs(cloud, "application")["values"]["services"]["api"]["secrets"])


EXAMPLES = (
    Example(
        "upgrade-postgresql", to="17",
        right=lambda cloud: _inputs(cloud, "database-primary")["engineVersion"] == "17" and len(cloud.snapshots) == 1,
    ),
    Example("retire-store", "cache", right=lambda cloud: cloud.snapshots == {"the-last-one": "ledger-small"}),
    Example("retire-store", "secrets.OLD_TOKEN", right=lambda cloud: cloud.deleted == ["ledger/small/OLD_TOKEN"]),
    Example(
        "replace-system-nodes", to="m7i.2xlarge,m7a.2xlarge",
        right=lambda cloud: _inputs(cloud, "system-group")["instanceTypes"] == ["m7i.2xlarge", "m7a.2xlarge"],
    ),
    Example(
        "rename-secret", "API_KEY", "SERVICE_KEY",
        right=lambda cloud: (cloud.deleted, _reads(cloud))
        == (["ledger/small/API_KEY"], ["DATABASE_URL", "SERVICE_KEY"]),
    ),
    Example("add-zone", to="use1-az5", right=lambda cloud: cloud.had["cluster-system-d-group"].id == "group-d"),
    Example(
        "change-environment", to="production",
        right=lambda cloud: cloud.files.settings().stack.environment == "production"
        and "nat" not in cloud.files.stack_path.read_text(),
    ),
    Example(
        "move-domain", to="ledger.test",
        right=lambda cloud: "zone-ledger.example" not in cloud.had
        and cloud.had["zone-ledger.test"].id == "Z-ledger.test"
        and _inputs(cloud, "ingress-certificate") == {"domainName": "ledger.test", "subjectAlternativeNames": []},
    ),
    Example(
        "promote-replica", to="regardless", follows=True,
        right=lambda cloud: "replicateSourceDb" not in _inputs(cloud, "database-primary") and cloud.turned,
    ),
    Example(
        "lower-replicas", to="1",
        right=lambda cloud: {each.name for each in cloud.state() if each.type in (INSTANCE, LOG_GROUP)}
        == {"database-primary", "database-replica-1", "database-replica-1-postgresql-log"},
    ),
    Example(
        "redis-to-valkey", to="8.0",
        right=lambda cloud: _inputs(cloud, "cache-group")["engine"] == "valkey" and len(cloud.snapshots) == 1,
    ),
    Example("grow-volumes", to="500"),
    Example(
        "fixed-to-autoscaling", "api", "6",
        right=lambda cloud: _inputs(cloud, "application")["values"]["services"]["api"]["replicas"]["maximum"] == 6,
    ),
)  # fmt: skip


FOLLOWING = {"primary_stack": "first", "ingress": "{routing: secondary}", "database": "{source: primary}"}


@contextmanager
def standing(*, follows: bool = False) -> Generator[SmallCloud]:
    with tempfile.TemporaryDirectory(prefix="operation-") as name:
        Stand.make(Path(name), "staging", **(FOLLOWING if follows else {"database": "{read_replicas: 2}"}))
        if follows:
            primary = STACK.format(environment="staging").replace("10.80", "10.81").replace("us-east-1", "us-west-2")
            primary = primary.replace("use1-az1, use1-az2, use1-az4", "usw2-az1, usw2-az2, usw2-az3")
            primary += "  groundwork:replica_regions: [us-east-1]\n  groundwork:ingress: {routing: primary}\n"
            (Path(name) / "Pulumi.first.yaml").write_text(primary)
        cloud = SmallCloud(Path(name))
        cloud.up()
        yield cloud


def run(cloud: SmallCloud, asked: Asked) -> list[str]:
    said: list[str] = []
    engine = Engine(cloud.tag, "ann@laptop", lambda: NOW, said.append)

    def plan_of(progress: Progress) -> Plan:
        return OPERATIONS[progress.name].plan(Case(cloud, cloud.files, progress))

    engine.run(asked, plan_of)
    return said


def through(cloud: SmallCloud, asked: Asked, kills: list[int]) -> None:
    """Kill as many runs as there are moments given, and go on as a person does."""
    left: list[int] = []

    def moment() -> None:
        if left:
            left[0] -= 1
            if left[0] < 0:
                left.clear()
                raise KilledError

    cloud.moment = cloud.tag.kill = moment
    given = asked
    for number in range(60):
        left[:] = kills[number : number + 1]
        try:
            run(cloud, given)
        except KilledError:
            continue
        except WaitingError as error:
            text = str(error)
            word = text.rpartition("CONFIRM=" if "CONFIRM=" in text else "DONE=")[2]
            given = replace(asked, confirm=word) if "CONFIRM=" in text else replace(asked, by_hand=word)
        else:
            left.clear()
            return
    raise AssertionError("it never came to its end")


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda each: f"{each.name} {each.of}".strip())
@settings(max_examples=4, deadline=None)
@given(kills=st.lists(st.integers(0, 14), max_size=12))
def test_killed_at_random_it_ends_right_and_leaves_no_permit(example: Example, kills: list[int]) -> None:
    with standing(follows=example.follows) as cloud:
        through(cloud, example.asked, kills)
        assert example.right(cloud)
        assert cloud.tag.text is None
        assert "permits" not in cloud.files.stack_path.read_text()
        assert "renamed_from" not in cloud.files.product_path.read_text()
        assert "further_domain" not in cloud.files.stack_path.read_text()
        before = cloud.state()
        cloud.up()
        assert cloud.state() == before, "a further `up` changes nothing"


def test_the_next_kubernetes_is_reached_with_its_add_ons(monkeypatch: pytest.MonkeyPatch) -> None:
    """One version is offered today, so the one before it is given its add-ons for this test."""
    older = replace(kubernetes.KUBERNETES["1.34"], add_ons={"coredns": "v1.12.0-eksbuild.1"})
    known = {**kubernetes.KUBERNETES, "1.34": older}
    monkeypatch.setattr(small_cloud, "KUBERNETES", known)
    with standing() as cloud:
        cluster = cloud.had["cluster"]
        cloud.had["cluster"] = replace(cluster, inputs={"version": "1.34"})
        through(cloud, Asked(name="upgrade-kubernetes", stack="small/ledger", to="1.35"), [3, 1, 5])
        assert _inputs(cloud, "cluster")["version"] == "1.35"


REFUSED = [
    (Asked(name="upgrade-kubernetes", stack="small/ledger", to="1.37"), 'allowed "1.36": one minor version at a time'),
    (Asked(name="upgrade-kubernetes", stack="small/ledger", to="1.34"), "a cluster never goes back"),
    (Asked(name="upgrade-kubernetes", stack="small/ledger", to="1.35"), "the cluster is at 1.35 already"),
    (Asked(name="upgrade-postgresql", stack="small/ledger", to="15"), "RDS has no way from PostgreSQL 16 to 15"),
    (Asked(name="retire-store", stack="small/ledger", of="queues.x"), "OF: given 'queues.x', allowed: database, cache"),
    (Asked(name="lower-replicas", stack="small/ledger", to="2"), "TO: given '2', allowed 0 to 1"),
    (Asked(name="retire-store", stack="small/ledger", of="services.api"), "stay in the cluster's groups; take it out"),
    (Asked(name="retire-store", stack="small/ledger", of="database.replicas"), "OF: given 'database.replicas'"),
    (Asked(name="promote-replica", stack="small/ledger"), "given no copy of another region's database"),
    (Asked(name="replace-system-nodes", stack="small/ledger"), "TO: say the instance types"),
    (
        Asked(name="redis-to-valkey", stack="small/ledger", to="6.2"),
        "allowed: a version of Valkey 7 or 8",
    ),
    (
        Asked(name="fixed-to-autoscaling", stack="small/ledger", of="api", to="1"),
        "more than the 2 that there are",
    ),
    (Asked(name="fixed-to-autoscaling", stack="small/ledger", of="web", to="9"), "a fixed number: api"),
    (Asked(name="grow-volumes", stack="small/ledger", to="1"), "allowed: more than"),
    (Asked(name="rename-secret", stack="small/ledger", of="NONE", to="X"), "OF: given 'NONE', allowed: DATABASE_URL"),
    (
        Asked(name="rename-secret", stack="small/ledger", of="DATABASE_URL", to="DB_URL"),
        "secrets.DATABASE_URL holds nothing of its own on small",
    ),
    (
        Asked(name="rename-secret", stack="small/ledger", of="API_KEY", to="OLD_TOKEN"),
        "TO: given 'OLD_TOKEN', which is declared already",
    ),
    (Asked(name="rename-secret", stack="small/ledger", of="API_KEY", to="a b"), "allowed: another name, of letters"),
    (Asked(name="move-domain", stack="small/ledger", to="ledger.example"), "domain is ledger.example already"),
    (Asked(name="change-environment", stack="small/ledger", to="dev"), "TO: given 'dev', allowed from staging: pro"),
    (Asked(name="change-environment", stack="small/ledger"), "TO: given '', allowed from staging: production"),
    (
        Asked(name="add-zone", stack="small/ledger", to="use1-az1"),
        "allowed beside use1-az1, use1-az2, use1-az4: use",
    ),
    (Asked(name="add-zone", stack="small/ledger", to="use1-az3"), "TO: given 'use1-az3', allowed beside"),
]


@pytest.mark.parametrize(("asked", "said"), REFUSED, ids=lambda each: each.name if isinstance(each, Asked) else "")
def test_what_cannot_be_is_one_clear_line_and_nothing_begins(asked: Asked, said: str) -> None:
    with standing() as cloud:
        with pytest.raises(StoppedError) as refused:
            run(cloud, asked)
        assert said in str(refused.value)
        assert "\n" not in str(refused.value)
        assert (cloud.tag.text, cloud.ups) == (None, 1)


def test_the_state_of_another_stack_is_refused() -> None:
    with standing() as cloud:
        cloud.had = {name: replace(each, stack="staging") for name, each in cloud.had.items()}
        with pytest.raises(StoppedError, match="this state is of stack staging, not of small"):
            run(cloud, Asked(name="lower-replicas", stack="small/ledger", to="1"))


def test_a_copy_is_promoted_without_a_word_only_while_no_checker_finds_the_primary_well() -> None:
    asked = Asked(name="promote-replica", stack="small/ledger")
    with standing(follows=True) as cloud:
        with pytest.raises(StoppedError, match="1 of 1 checkers find the primary region well: say TO=regardless"):
            run(cloud, asked)
        with pytest.raises(StoppedError, match="TO: given 'now', allowed: nothing, or regardless"):
            run(cloud, replace(asked, to="now"))
        assert cloud.tag.text is None
        assert promote_replica.HEALTHY_SHARE == judge.HEALTHY_SHARE, "as the takeover's document judges"
        cloud.status = "Failure: connection timed out"
        with pytest.raises(WaitingError, match=r"--region us-west-2 --network-acl-id acl-1 [^$]*DONE=close"):
            run(cloud, asked)
        cloud.status = "Success: HTTP Status Code 200, OK"
        with pytest.raises(StoppedError, match="1 of 1 checkers find the primary region well"):
            run(cloud, replace(asked, by_hand="close", confirm="ledger-small-primary"))


def test_a_zone_waits_until_no_replica_would_move_for_it() -> None:
    with standing() as cloud:
        path = cloud.files.stack_path
        path.write_text(path.read_text().replace("read_replicas: 2", "read_replicas: 4"))
        with pytest.raises(StoppedError, match="given 4, at most 3 for this step, one in each zone"):
            run(cloud, Asked(name="add-zone", stack="small/ledger", to="use1-az5"))


def test_a_retirement_without_a_snapshot_takes_the_word_for_it() -> None:
    with standing() as cloud:
        cache = cloud.had["cache-group"]
        cloud.had["cache-group"] = replace(cache, inputs={**cache.inputs, "finalSnapshotIdentifier": None})
        asked = Asked(name="retire-store", stack="small/ledger", of="cache")
        with pytest.raises(StoppedError, match="would leave no final snapshot"):
            run(cloud, asked)
        with pytest.raises(WaitingError, match="Type ledger-small to go on"):
            run(cloud, replace(asked, to="nothing"))


def test_the_logs_of_a_replica_go_by_a_word_and_a_permit_alone() -> None:
    """The plan refuses to lose them, so the operation says that they go, asks, and writes the permit for them."""
    with standing() as cloud:
        asked = Asked(name="lower-replicas", stack="small/ledger", to="1")
        with pytest.raises(WaitingError, match="the log groups of database-replica-2 go with them") as waits:
            run(cloud, asked)
        assert str(waits.value).endswith("CONFIRM=ledger-small")
        assert cloud.ups == 1
        permits: list[str] = []
        cloud.moment = lambda: permits.extend(each.of for each in cloud.files.settings().stack.permits)
        run(cloud, replace(asked, confirm="ledger-small"))
        assert set(permits) == {"database.replicas"}
        assert "permits" not in cloud.files.stack_path.read_text()


def test_an_older_checkout_that_was_brought_up_stops_the_rest() -> None:
    with standing() as cloud:
        text = cloud.files.stack_path.read_text()
        asked = Asked(name="upgrade-postgresql", stack="small/ledger", to="17", by_hand="check")
        with pytest.raises(WaitingError, match="Type ledger-small-primary"):
            run(cloud, asked)
        cloud.files.stack_path.write_text(text)
        cloud.up()
        with pytest.raises(StoppedError, match="step close was done, and no longer holds"):
            run(cloud, replace(asked, confirm="ledger-small-primary"))


def test_an_up_in_between_repeats_and_undoes_nothing() -> None:
    with standing() as cloud:
        asked = Asked(name="upgrade-postgresql", stack="small/ledger", to="17", by_hand="check")
        for answer in ("", "ledger-small-primary"):
            with pytest.raises(WaitingError):
                run(cloud, replace(asked, confirm=answer))
            cloud.up()
        ups = cloud.ups
        run(cloud, replace(asked, by_hand="analyze"))
        assert (cloud.ups, len(cloud.snapshots)) == (ups + 1, 1)


def test_a_stack_of_single_copies_is_not_scaled() -> None:
    with standing() as cloud:
        path = cloud.files.stack_path
        path.write_text(path.read_text() + "  groundwork:application: {scale: single}\n")
        with pytest.raises(StoppedError, match="runs fewer copies than the product states"):
            run(cloud, Asked(name="fixed-to-autoscaling", stack="small/ledger", of="api", to="6"))
