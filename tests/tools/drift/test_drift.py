"""What a refresh found, who did it, and the two ways out of it."""

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

import botocore.session
import pytest
from botocore.stub import Stubber
from pydantic import BaseModel

from settings.stack import StackSettings
from settings.workload import Workload
from tests.tools.plan.steps import urn
from tools.drift import __main__ as command
from tools.drift.authors import deeds, names, region
from tools.drift.choices import choices, settings
from tools.drift.refresh import Drift, NoRefreshError, of_events, read
from tools.plan import tables
from tools.ready.account import Account, Client, NotAskedError

INSTANCE = "aws:rds/instance:Instance"
ARN = "arn:aws:rds:eu-west-1:111122223333:db:shop"
BEFORE = {"identifier": "shop", "instanceClass": "db.m7g.large", "multiAz": True, "tags": {"a": "b"}}
END: Mapping[str, Any] = {"summaryEvent": {}}


def outputs(op: str, old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, type: str = INSTANCE) -> Any:
    """What the engine writes of one resource once it was read."""
    told: dict[str, Any] = {"op": op, "urn": urn(type, "database-primary")}
    for key, inputs in (("old", old), ("new", new)):
        if inputs is not None:
            told[key] = {"id": "db-1", "inputs": inputs, "outputs": {**inputs, "arn": ARN}}
    return {"resOutputsEvent": {"metadata": told}}


def drift(new: Mapping[str, Any] | None, before: Mapping[str, Any] = BEFORE, type: str = INSTANCE) -> Drift:
    (found,) = of_events([outputs("delete" if new is None else "update", before, new, type), END])
    return found


def test_what_is_the_same_is_not_told_and_neither_are_secrets_and_the_providers_own() -> None:
    same = {**BEFORE, "__defaults": ["x"], "tagsAll": {"c": "d"}, "password": "[secret]"}
    assert of_events([outputs("same", BEFORE, same), outputs("same", BEFORE, BEFORE, "my:own:Thing"), END]) == []


def test_a_difference_has_its_cost_of_going_back_and_the_setting_that_takes_it_over() -> None:
    (choice,) = choices(drift({**BEFORE, "instanceClass": "db.m7g.xlarge"}), "prod", "openibank")
    assert choice.what == "instanceClass db.m7g.large → db.m7g.xlarge"
    assert choice.next_up.startswith("puts back db.m7g.large: brief fail-over, 60-120 s")
    assert "at the maintenance window" in choice.next_up
    assert choice.take_over == "database.instance_class: db.m7g.xlarge in Pulumi.prod.yaml"
    assert choice.source.startswith("https://docs.aws.amazon.com/")


def test_what_cannot_go_back_says_so() -> None:
    (choice,) = choices(
        drift({**BEFORE, "engineVersion": "16.9"}, {**BEFORE, "engineVersion": "16.4"}), "prod", "openibank"
    )
    assert "not possible in place" in choice.next_up
    assert choice.take_over == "database.version: 16.9 in workloads/openibank.yaml"


def test_what_no_setting_says_is_put_back_or_built_otherwise() -> None:
    (choice,) = choices(drift({**BEFORE, "tags": {"a": "c"}}), "prod", "openibank")
    assert choice.what == "tags.a b → c"
    assert choice.take_over.startswith("no setting says it")


def test_what_is_gone_is_made_anew_without_what_it_held() -> None:
    (choice,) = choices(drift(None), "prod", "openibank")
    assert choice.next_up == "makes it anew; what it held is gone: every row of the database"


def test_what_waits_for_its_window_is_no_drift() -> None:
    event = outputs("update", {**BEFORE, "instanceClass": "db.m7g.xlarge"}, BEFORE)
    event["resOutputsEvent"]["metadata"]["old"]["outputs"] = event["resOutputsEvent"]["metadata"]["new"]["outputs"]
    assert of_events([event, END]) == []


def test_what_aws_alone_knows_otherwise_changes_nothing() -> None:
    event = outputs("update", BEFORE, BEFORE)
    event["resOutputsEvent"]["metadata"]["new"]["outputs"]["engineVersionActual"] = "16.9"
    (found,) = of_events([event, END])
    (choice,) = choices(found, "prod", "openibank")
    assert (choice.what, choice.next_up) == ("engineVersionActual nothing → 16.9", "nothing: no input differs")


@pytest.mark.parametrize(
    ("events", "said"),
    [
        ([], "breaks off before the end"),
        ([{"diagnosticEvent": {"severity": "error", "message": "no\n credentials"}}], "failed: no credentials"),
    ],
)
def test_a_refresh_that_failed_or_broke_off_tells_of_no_drift(events: list[dict[str, Any]], said: str) -> None:
    with pytest.raises(NoRefreshError, match=said):
        of_events(events)


def test_a_file_that_is_no_event_log_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "x"
    with pytest.raises(NoRefreshError, match="No such file"):
        read(file)
    file.write_text("hello")
    with pytest.raises(NoRefreshError, match="no event log of the engine; `PULUMI_DEBUG_COMMANDS=true"):
        read(file)


def _event(name: str, minute: int, read_only: str = "false", **identity: str) -> dict[str, Any]:
    return {
        "EventId": f"{minute}",
        "EventName": name,
        "ReadOnly": read_only,
        "EventTime": datetime(2026, 12, 1, 10, minute, tzinfo=UTC),
        "Username": "ann",
        "CloudTrailEvent": json.dumps({"userIdentity": identity}),
    }


def _account(*answers: Any) -> tuple[Account, Any]:
    """An account whose CloudTrail answers with these, one after the other."""
    made = cast("Any", botocore.session.Session()).create_client(
        "cloudtrail", region_name="eu-west-1", aws_access_key_id="none", aws_secret_access_key="none"
    )
    stub = cast("Any", Stubber(made))
    for name, events in answers:
        asked = {"LookupAttributes": [{"AttributeKey": "ResourceName", "AttributeValue": name}]}
        stub.add_response("lookup_events", {"Events": events}, asked)
    stub.activate()

    def client(_service: str, _place: str) -> Client:
        return cast("Client", made)

    return Account("eu-west-1", client), stub


def test_who_changed_it_is_asked_by_every_name_until_one_is_known() -> None:
    ann = "arn:aws:sts::111122223333:assumed-role/Admin/ann"
    events = [
        _event("DescribeDBInstances", 3, "true", arn=ann),
        _event("ModifyDBInstance", 1, arn=ann),
        _event("RebootDBInstance", 2, invokedBy="rds.amazonaws.com"),
        _event("AddTagsToResource", 0),
    ]
    account, stub = _account(("shop", []), ("db-1", events))
    waited: list[float] = []
    found = [str(each) for each in deeds(drift(None), account, waited.append)]
    assert found == [
        "rds.amazonaws.com, RebootDBInstance, 2026-12-01T10:02Z",
        f"{ann}, ModifyDBInstance, 2026-12-01T10:01Z",
        "ann, AddTagsToResource, 2026-12-01T10:00Z",
    ]
    assert waited == [0.5]
    stub.assert_no_pending_responses()


def test_a_resource_is_asked_for_where_its_events_are() -> None:
    found = drift(None)
    assert names(found) == ["shop", "db-1", ARN]
    assert region(found) == "eu-west-1"
    role = Drift(found.urn, "deployer", {}, {}, outputs={"arn": "arn:aws:iam::111122223333:role/deployer"})
    assert region(role) == "us-east-1"


def test_without_credentials_nobody_is_named() -> None:
    with pytest.raises(NotAskedError, match="no credentials"):
        deeds(drift(None), Account("eu-west-1", None, "no credentials"))


def _resolves(model: type[BaseModel], path: str) -> bool:
    name, _, rest = path.partition(".")
    field = model.model_fields.get(name)
    if field is None:
        return False
    if not rest:
        return True
    kinds = [field.annotation, *getattr(field.annotation, "__args__", ())]
    return any(isinstance(kind, type) and issubclass(kind, BaseModel) and _resolves(kind, rest) for kind in kinds)


def test_every_setting_that_takes_something_over_is_one() -> None:
    for token, paths in settings().items():
        assert token in tables.types()
        for setting in paths.values():
            product = setting.startswith("workload:")
            model: type[BaseModel] = Workload if product else StackSettings
            assert _resolves(model, setting.removeprefix("workload:")), setting


def _without_credentials(place: str) -> tuple[Account, str]:
    return Account(place, None, "no credentials here"), ""


@pytest.mark.parametrize("shape", ["", "--markdown", "--json"])
def test_the_command_tells_of_a_file_and_ends_with_3(
    shape: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "refresh.events"
    lines = [outputs("update", BEFORE, {**BEFORE, "instanceClass": "db.m7g.xlarge"}), END]
    file.write_text("\n".join(json.dumps(line) for line in lines))
    monkeypatch.setattr(command, "connect", _without_credentials)
    arguments = ["--stack", "prod", "--from", str(file), *([shape] if shape else [])]
    assert command.main(arguments) == command.DIFFERS
    said = capsys.readouterr().out
    assert "instanceClass db.m7g.large → db.m7g.xlarge" in said
    assert "not asked: no credentials here" in said
    file.write_text(json.dumps(END))
    assert command.main(arguments) == command.SAME
    file.write_text("")
    assert command.main(arguments) == command.FAILED
