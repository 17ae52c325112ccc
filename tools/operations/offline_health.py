"""What Route 53 would answer of the health checks in the offline cloud, where every region that stands is well."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import Store
from tools.operations.steps import StoppedError

_CHECK: Final = "aws:route53/healthCheck:HealthCheck"
_WELL: Final = {"StatusReport": {"Status": "Success: HTTP Status Code 200, OK"}}


def answer(store: Store, command: str, options: Mapping[str, str]) -> Mapping[str, Any]:
    """Answer one command about a health check, of whichever stack it is. Raises `StoppedError`."""
    check = _check(store, options["health_check_id"])
    match command:
        case "get-health-check-status":
            return {"HealthCheckObservations": [] if check.inputs.get("disabled") else [_WELL]}
        case "update-health-check":
            check = replace(check, inputs={**check.inputs, "disabled": True, "invertHealthcheck": True})
            store.update(check)
        case "get-health-check":
            pass
        case _:
            raise StoppedError(f"the offline cloud does not answer `aws route53 {command}`")
    config = {"Disabled": check.inputs.get("disabled"), "Inverted": check.inputs.get("invertHealthcheck")}
    return {"HealthCheck": {"HealthCheckConfig": config}}


def _check(store: Store, id: str) -> Record:
    found = next((each for each in store.of_type(_CHECK) if each.id == id), None)
    if found is None:
        raise StoppedError(f"NoSuchHealthCheck: no health check {id} exists")
    return found
