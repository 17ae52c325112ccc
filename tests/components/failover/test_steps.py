"""The scripts of a takeover against a Route 53 and an EC2 that answer as their references say."""

from collections.abc import Mapping
from typing import Any

import pytest
from botocore.exceptions import ClientError

from components.failover.steps import consent
from components.failover.steps.fence import fence
from components.failover.steps.judge import judge

pytestmark = pytest.mark.requirement("AT-110")


class Checkers:
    """Route 53's checkers: some find the region well."""

    def __init__(self, well: int, ill: int) -> None:
        self.status = ["Success: HTTP Status Code 200, OK"] * well + ["Failure: Connection timed out."] * ill

    def get_health_check_status(self, *, HealthCheckId: str) -> Mapping[str, Any]:  # noqa: N803
        assert HealthCheckId == "check"
        return {"HealthCheckObservations": [{"StatusReport": {"Status": status}} for status in self.status]}


@pytest.mark.parametrize(("well", "ill"), [(0, 16), (2, 14), (18, 82)])
def test_a_region_that_hardly_anybody_reaches_is_down(well: int, ill: int) -> None:
    assert judge(Checkers(well, ill), "check") == {"Well": well, "Checkers": well + ill}


@pytest.mark.parametrize(("well", "ill"), [(16, 0), (3, 13), (19, 81), (0, 0)])
def test_nothing_is_taken_over_from_a_region_that_some_reach_or_nobody_asked(well: int, ill: int) -> None:
    with pytest.raises(RuntimeError, match=f"{well} of {well + ill} checkers"):
        judge(Checkers(well, ill), "check")


class Acl:
    """One network ACL, which may be out of reach."""

    def __init__(self, failure: str | None = None) -> None:
        self.entries: list[dict[str, object]] = []
        self.failure = failure

    def create_network_acl_entry(self, **entry: object) -> Mapping[str, Any]:
        if self.failure:
            raise ClientError({"Error": {"Code": self.failure, "Message": ""}}, "CreateNetworkAclEntry")
        self.entries.append(entry)
        return {}


def test_the_old_database_is_closed_to_everybody_before_every_other_rule() -> None:
    acl = Acl()
    assert fence(acl, "acl-data") == {"Closed": "acl-data"}
    (entry,) = acl.entries
    assert (entry["NetworkAclId"], entry["RuleNumber"], entry["RuleAction"]) == ("acl-data", 1, "deny")
    assert (entry["Egress"], entry["CidrBlock"], entry["PortRange"]) == (False, "0.0.0.0/0", {"From": 5432, "To": 5432})


def test_a_database_that_is_closed_already_stays_so() -> None:
    assert fence(Acl("NetworkAclEntryAlreadyExists"), "acl-data") == {"Closed": "acl-data"}


def test_a_database_that_cannot_be_closed_is_said_so() -> None:
    with pytest.raises(ClientError):
        fence(Acl("RequestLimitExceeded"), "acl-data")


def test_only_a_persons_word_goes_on_without_closing_it() -> None:
    assert consent.handler({"Unfenced": "accept"}, None) == {"Unfenced": "accepted"}
    with pytest.raises(RuntimeError, match="two databases would take writes"):
        consent.handler({"Unfenced": "refuse"}, None)
