"""Whether the primary region is really down: the first step of a takeover, run by Systems Manager."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, cast

from botocore.session import get_session  # pyright: ignore[reportUnknownVariableType] -- botocore is untyped

# Route 53 itself counts an endpoint as healthy from here on:
# https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html
HEALTHY_SHARE = 0.18


class Route53(Protocol):
    def get_health_check_status(self, *, HealthCheckId: str) -> Mapping[str, Any]: ...  # noqa: N803 -- AWS's name


def handler(events: Mapping[str, str], _context: object) -> dict[str, int]:
    """Stop the takeover while more than 18 % of Route 53's checkers find the primary region well."""
    session = cast("Any", get_session())
    return judge(cast("Route53", session.create_client("route53", "us-east-1")), events["HealthCheckId"])


def judge(route53: Route53, health_check_id: str) -> dict[str, int]:
    """Count the checkers that find the region well; raises RuntimeError when they are too many, or none was asked."""
    answer = route53.get_health_check_status(HealthCheckId=health_check_id)
    found = cast("Sequence[Mapping[str, Any]]", answer["HealthCheckObservations"])
    well = sum(str(each["StatusReport"]["Status"]).startswith("Success") for each in found)
    if not found or well > HEALTHY_SHARE * len(found):
        raise RuntimeError(f"{well} of {len(found)} checkers find the primary region well: nothing is taken over")
    return {"Well": well, "Checkers": len(found)}
