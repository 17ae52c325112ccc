"""What a permit to retire releases: what it names, and nothing beside it."""

import re
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from pulumi import Output

from components.permits import TAG, pattern
from components.platform import Platform
from settings.raw import Raw
from tests.components.recording import Recorder, build
from tests.settings.product import files, with_change

URNS = Path(__file__).parents[1] / "platform" / "urns"
_TOMORROW = (datetime.now(UTC).date() + timedelta(days=1)).isoformat()
_OF = ("database", "cache", "zone", "secrets.JWT_SECRET", "secrets.API_KEY_SALT", "secrets.database-master")


def _named(of: str, stack: str) -> set[str]:
    names = {urn.rpartition("::")[2] for urn in (URNS / f"{stack}.txt").read_text().splitlines()}
    return {name for name in names if pattern(of).fullmatch(name)}


@pytest.mark.parametrize("of", _OF)
def test_each_subject_names_something_of_a_real_stack(of: str) -> None:
    assert _named(of, "prod")


def test_a_secret_is_not_another_one_whose_name_ends_like_it() -> None:
    assert pattern("secrets.TOKEN").fullmatch("secrets-token-secret")
    assert pattern("secrets.USERS").fullmatch("secrets-users.admin-secret")
    assert not pattern("secrets.TOKEN").fullmatch("secrets-api-token-secret")
    assert not pattern("buckets.up").fullmatch("bucket-up-loads-bucket")


@pytest.mark.parametrize("of", ["database", "cache"])
def test_a_store_is_named_with_its_logs(of: str) -> None:
    """They go with it, and a plan refuses to lose them without a permit."""
    lines = (URNS / "prod.txt").read_text().splitlines()
    logs = {urn.rpartition("::")[2] for urn in lines if "aws:cloudwatch/logGroup" in urn}
    own = {name for name in logs if name.startswith(f"{of}-")}
    assert own
    assert _named(of, "prod") & logs == own


def test_a_replica_and_a_task_are_named_by_their_logs_alone() -> None:
    """The word for what goes permits its logs to go with it, and nothing of its neighbours."""
    assert pattern("database.replicas").fullmatch("database-replica-2-postgresql-log")
    assert not pattern("database.replicas").fullmatch("database-primary-postgresql-log")
    assert not pattern("database.replicas").fullmatch("database-replica-2")
    assert _named("database.replicas", "prod") == {
        f"database-replica-{number}-{log}-log" for number in (1, 2) for log in ("postgresql", "upgrade")
    }
    assert _named("services.rest", "budget") == {"tasks-rest-log"}
    assert _named("jobs.smoke", "budget") == {"tasks-smoke-log"}
    assert not pattern("services.api").fullmatch("tasks-api-worker-log")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Recorder[Platform]:
    stated = files(tmp_path_factory.mktemp("retirement"))
    permit: dict[str, Raw] = {"change": "retire", "of": "database", "until": _TOMORROW}
    stated.stack = with_change(stated.stack, "permits", [permit])
    stated.write()
    settings = stated.load()
    secrets = Output.secret(dict.fromkeys(settings.stack.provided_secrets, "v"))
    return build(lambda: Platform("platform", settings, secrets))


def test_what_is_retired_is_released_and_tagged_and_nothing_else(released: Recorder[Platform]) -> None:
    tagged = {each.name: each for each in released.registrations if TAG in (each.inputs.get("tags") or {})}
    credentials = {f"secrets-database-{each}-secret" for each in ("role", "owner")}
    assert set(tagged) == {"database-primary", "database-master-stored-secret", *credentials}
    for each in tagged.values():
        assert not each.protect
        assert each.inputs["tags"][TAG] == _TOMORROW
    assert tagged["database-primary"].inputs["deletionProtection"] is False
    protected = {each.name for each in released.registrations if each.protect}
    assert {"cache-group", "backups-store-bucket", "encryption-data-key", "secrets-cache-user-secret"} <= protected


def test_every_protected_thing_of_a_capability_can_be_named(released: Recorder[Platform]) -> None:
    """A store whose name no permit reaches could never be removed."""
    of_the_stack = re.compile(r"(encryption|main-region|backups|ingress|cluster|monitoring|consoles|site)\b.*")
    named = [*map(pattern, ("database", "cache", "timeseries", "event_bus", "shared_files"))]
    for each in released.registrations:
        if each.protect and not of_the_stack.fullmatch(each.name) and not each.name.startswith("secrets-"):
            assert any(names.fullmatch(each.name) for names in named), each.name
