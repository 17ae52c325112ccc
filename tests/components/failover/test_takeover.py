"""The Automation document by which a region takes over, what it may do, and what starts it."""

from dataclasses import replace
from functools import cache
from itertools import combinations
from typing import Any

import pytest

from components.failover.failover import Failover, FailoverArgs, Mode, OldPrimary
from tests.components.recording import ACCOUNT, Recorder, build

pytestmark = pytest.mark.requirement("AT-110")

ARGS = FailoverArgs(
    prefix="shop-prod-eu-west-1",
    region="eu-west-1",
    account_id=ACCOUNT,
    mode="fenced",
    primary=OldPrimary(region="us-east-1", acl_id="acl-data", health_check_id="check"),
    instance_identifier="shop-prod-eu-west-1-primary",
    instance_arn=f"arn:aws:rds:eu-west-1:{ACCOUNT}:db:shop-prod-eu-west-1-primary",
    instance_host="copy.eu-west-1.example",
    backup_retention_days=30,
    zone_id="Z1",
    writer_name="db-writer.shop-prod-eu-west-1.internal",
    alarm_name="shop-prod-eu-west-1-database-replica-lag",
    topic_arn="arn:topic",
)
TARGET = "aws:cloudwatch/eventTarget:EventTarget"


@cache
def failover(mode: Mode = "fenced") -> Recorder[Failover]:
    return build(lambda: Failover("failover", replace(ARGS, mode=mode)))


def document(mode: Mode = "fenced") -> dict[str, Any]:
    return failover(mode).one("aws:ssm/document:Document").document("content")


def steps(mode: Mode = "fenced") -> dict[str, dict[str, Any]]:
    return {step["name"]: step for step in document(mode)["mainSteps"]}


def walk(fails: frozenset[str]) -> list[str]:
    """Give the steps that were done, and "abort" where it stopped."""
    return execute(fails)[0]


def execute(fails: frozenset[str]) -> tuple[list[str], str]:
    """Go through the steps as Automation does, and give how the execution ends.

    A step that fails and is critical, which is the default unless `onFailure` is Continue, fails the whole:
    https://docs.aws.amazon.com/systems-manager/latest/userguide/automation-actions.html#automation-common
    """
    order, found, done = list(steps()), steps(), list[str]()
    here: str | None = order[0]
    status = "Success"
    while here is not None:
        step = found[here]
        if here in fails:
            failure = step.get("onFailure", "Abort")
            if step.get("isCritical", failure != "Continue"):
                status = "Failed"
            if failure == "Abort":
                return [*done, "abort"], status
            here = failure.removeprefix("step:")
            continue
        done.append(here)
        after = order.index(here) + 1
        following = order[after] if after < len(order) else None
        here = None if step.get("isEnd") else step.get("nextStep", following)
    return done, status


ALL = ("judge", "fence", "consent", "promote", "begun", "promoted", "write_here", "keep_users")
PROMOTION = ["promote", "begun", "promoted", "write_here", "keep_users"]


def test_a_closed_database_is_followed_by_its_copy_without_anybody() -> None:
    assert walk(frozenset()) == ["judge", "fence", *PROMOTION]


def test_a_database_that_cannot_be_closed_takes_consent() -> None:
    assert walk(frozenset({"fence"})) == ["judge", "consent", *PROMOTION]
    assert walk(frozenset({"fence", "consent"})) == ["judge", "abort"]


@pytest.mark.parametrize(
    "fails", [set(each) for each in (*combinations(ALL, 0), *combinations(ALL, 1), *combinations(ALL, 2))]
)
def test_a_takeover_succeeds_exactly_when_it_came_to_its_end(fails: set[str]) -> None:
    done, status = execute(frozenset(fails))
    assert status == ("Success" if done[-len(PROMOTION) :] == PROMOTION else "Failed")


def test_a_region_that_is_well_is_left_alone() -> None:
    assert walk(frozenset({"judge"})) == ["abort"]


def test_names_are_turned_only_after_the_promotion() -> None:
    assert walk(frozenset({"promote"})) == ["judge", "fence", "abort"]
    assert walk(frozenset({"promoted"}))[-1] == "abort"
    assert "write_here" not in walk(frozenset({"promoted"}))


@pytest.mark.parametrize(("mode", "unfenced"), [("manual", "refuse"), ("fenced", "refuse"), ("always", "accept")])
def test_consent_is_a_setting_or_a_persons_parameter(mode: Mode, unfenced: str) -> None:
    parameter = document(mode)["parameters"]["Unfenced"]
    assert (parameter["default"], parameter["allowedValues"]) == (unfenced, ["refuse", "accept"])
    assert steps(mode)["consent"]["inputs"]["InputPayload"] == {"Unfenced": "{{ Unfenced }}"}


def test_the_copy_is_promoted_and_waited_for() -> None:
    promote, wait = steps()["promote"]["inputs"], steps()["promoted"]["inputs"]
    assert (promote["Service"], promote["Api"]) == ("rds", "PromoteReadReplica")
    assert promote["DBInstanceIdentifier"] == wait["DBInstanceIdentifier"] == "shop-prod-eu-west-1-primary"
    assert promote["BackupRetentionPeriod"] == 30
    assert wait["DesiredValues"] == ["available"]


def test_writes_and_users_are_sent_here_for_good() -> None:
    (change,) = steps()["write_here"]["inputs"]["ChangeBatch"]["Changes"]
    assert change["Action"] == "UPSERT"
    assert change["ResourceRecordSet"]["Name"] == "db-writer.shop-prod-eu-west-1.internal"
    assert change["ResourceRecordSet"]["ResourceRecords"] == [{"Value": "copy.eu-west-1.example"}]
    turned = steps()["keep_users"]["inputs"]
    assert (turned["Api"], turned["HealthCheckId"]) == ("UpdateHealthCheck", "check")
    assert (turned["Disabled"], turned["Inverted"]) == (True, True)


def test_its_role_may_do_these_steps_to_these_things_and_nothing_else() -> None:
    statements = failover().one("aws:iam/rolePolicy:RolePolicy", "failover-permissions").document("policy")["Statement"]
    allowed = {action: each["Resource"] for each in statements for action in _list(each["Action"])}
    assert allowed == {
        "route53:GetHealthCheckStatus": "arn:aws:route53:::healthcheck/check",
        "route53:UpdateHealthCheck": "arn:aws:route53:::healthcheck/check",
        "ec2:CreateNetworkAclEntry": f"arn:aws:ec2:us-east-1:{ACCOUNT}:network-acl/acl-data",
        "rds:PromoteReadReplica": ARGS.instance_arn,
        "rds:DescribeDBInstances": ARGS.instance_arn,
        "route53:ChangeResourceRecordSets": "arn:aws:route53:::hostedzone/Z1",
    }


def _list(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_the_alarm_about_the_copys_lag_starts_it() -> None:
    rule = failover().named("failover-cut-off").document("eventPattern")
    assert rule["resources"] == [
        f"arn:aws:cloudwatch:eu-west-1:{ACCOUNT}:alarm:shop-prod-eu-west-1-database-replica-lag"
    ]
    assert rule["detail"]["state"]["value"] == ["ALARM"]
    target = failover().one(TARGET, "failover-start").inputs
    assert target["arn"].endswith(":automation-definition/shop-prod-eu-west-1-takeover:$DEFAULT")
    assert "failover-starter" in target["roleArn"]


def test_by_hand_means_that_nothing_starts_it() -> None:
    assert [target.name for target in failover("manual").of_type(TARGET)] == ["failover-told-topic"]


def test_everybody_is_told_of_a_takeover() -> None:
    pattern = failover("manual").named("failover-told").document("eventPattern")
    assert pattern["detail"]["Definition"] == ["shop-prod-eu-west-1-takeover"]
    assert failover("manual").named("failover-told-topic").inputs["arn"] == "arn:topic"
