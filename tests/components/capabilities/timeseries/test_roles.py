"""The roles of a TimescaleDB: what the operator makes, and the Job that says who may do what."""

import json
from pathlib import Path
from typing import Any

from components.capabilities.timeseries.timeseries import timescale_values
from settings.workload.database import Reader
from tests.charts.ai_trading import ai_trading, timeseries_args
from tests.charts.conform import conform, schemas
from tests.charts.rendering import ROOT, Rendered, at, render
from tests.components.recording import build


def _rendered(**changes: Any) -> Rendered:
    needs = ai_trading("prod").workload.timeseries
    assert needs is not None
    reader = Reader(role="market_reader") if changes.pop("reads", True) else None
    stated = {"needs": needs.model_copy(update={"reader": reader}), **changes}
    made = build(lambda: timescale_values(timeseries_args("prod", **stated), "archive", "monitoring").to_helm())
    return render("timescale", made.result)


def _job(release: Rendered) -> dict[str, Any]:
    (job,) = release.of_kind("Job")
    return dict(at(job, "spec.template.spec.containers[0]"))


def test_the_operator_makes_owner_and_reader_with_passwords_of_their_own() -> None:
    release = _rendered(owner="market_owner")
    roles = at(release.one("Cluster", "timeseries"), "spec.managed.roles")
    assert {each["name"]: (each["passwordSecret"]["name"], each.get("inRoles")) for each in roles} == {
        "market_owner": ("timeseries-owner", ["market"]),
        "market_reader": ("timeseries-reader", None),
    }
    for part in ("role", "owner", "reader"):
        secret = release.one("ExternalSecret", f"timeseries-{part}")
        assert {each["remoteRef"]["key"] for each in secret["spec"]["data"]} == {f"ai-trading/prod/timeseries-{part}"}


def test_the_job_runs_the_same_statements_as_in_rds_as_the_owner() -> None:
    release = _rendered(owner="market_owner")
    statements = (ROOT / "charts" / "foundation" / "files" / "grants.sql").read_text()
    assert release.one("ConfigMap", "timeseries-roles")["data"]["grants.sql"].strip() == statements.strip()
    stated = _job(release)["env"]
    given = {each["name"]: each.get("value") or each["valueFrom"]["secretKeyRef"]["name"] for each in stated}
    wanted = {"PGUSER": "timeseries-owner", "PGPASSWORD": "timeseries-owner", "PGDATABASE": "market"}
    wanted |= {"APP_OWNER": "market_owner", "APP_ROLE": "market", "APP_READER": "market_reader"}
    assert {name: given[name] for name in wanted} == wanted


def test_where_the_application_owns_it_says_itself_who_reads() -> None:
    release = _rendered()
    (reader,) = at(release.one("Cluster", "timeseries"), "spec.managed.roles")
    assert reader["name"] == "market_reader"
    (user,) = [each for each in _job(release)["env"] if each["name"] == "PGUSER"]
    assert user["valueFrom"]["secretKeyRef"]["name"] == "timeseries-role"


def test_one_role_for_everything_needs_no_job() -> None:
    release = _rendered(reads=False)
    assert release.of_kind("Job") == []
    assert "managed" not in release.one("Cluster", "timeseries")["spec"]


def test_kubernetes_and_the_operator_take_all_of_it(tmp_path: Path) -> None:
    objects = _rendered(owner="market_owner").objects
    built_in, manifests = tmp_path / "schemas", tmp_path / "manifests"
    built_in.mkdir()
    manifests.mkdir()
    for index, each in enumerate(objects):
        (manifests / f"{index}.json").write_text(json.dumps(each))
    verdicts = conform(manifests, schemas(built_in))
    assert [each for each in verdicts if not each.valid] == []
    assert len(verdicts) == len(objects)
