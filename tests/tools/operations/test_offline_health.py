"""What the offline cloud answers of another region's health check, before and after it is turned."""

from pathlib import Path

import pytest

from offline_cloud.cloud.store import Store
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle
from offline_cloud.provider.values import Decoded
from tools.operations.offline_health import answer
from tools.operations.steps import StoppedError

_CHECK = "aws:route53/healthCheck:HealthCheck"


def test_a_check_that_was_turned_finds_its_region_well_no_more(tmp_path: Path) -> None:
    store = Store(tmp_path / "cloud.db")
    inputs = Decoded({"type": "HTTPS", "fqdn": "balancer.us-east-1.elb.amazonaws.com", "requestInterval": 10})
    urn = f"urn:pulumi:first::groundwork::{_CHECK}::check"
    asked = {"health_check_id": Lifecycle(store).create(Connection(), urn, _CHECK, inputs, preview=False).id}
    (seen,) = answer(store, "get-health-check-status", asked)["HealthCheckObservations"]
    assert seen["StatusReport"]["Status"].startswith("Success")
    answer(store, "update-health-check", {**asked, "disabled": "", "inverted": ""})
    assert answer(store, "get-health-check", asked) == {
        "HealthCheck": {"HealthCheckConfig": {"Disabled": True, "Inverted": True}}
    }
    assert answer(store, "get-health-check-status", asked) == {"HealthCheckObservations": []}
    with pytest.raises(StoppedError, match="NoSuchHealthCheck"):
        answer(store, "get-health-check", {"health_check_id": "another"})
