"""Which availability zones the stack's zones are, and whether EKS takes them."""

from collections.abc import Iterator

from settings.facts.regions import is_zone_id
from tools.ready.account import NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok

_SUBJECT = "availability zones"


def check(case: Case) -> Iterator[Line]:
    stack, account = case.settings.stack, case.account
    refused = stack.offers.refused_zones.get(stack.region, ())
    try:
        answer = account.ask("ec2", "describe_availability_zones", AllAvailabilityZones=True)
    except NotAskedError as why:
        if all(is_zone_id(zone) for zone in stack.zones):
            yield ok(_SUBJECT, f"{', '.join(stack.zones)}, the same zones in every account")
            return
        besides = f"; none may be {', '.join(refused)}, which EKS refuses" if refused else ""
        remedy = f"state ids instead, or aws ec2 describe-availability-zones --region {stack.region}"
        yield not_asked(_SUBJECT, f"which ids {', '.join(stack.zones)} have in this account: {why}{besides}", remedy)
        return
    zones = [zone for zone in answer["AvailabilityZones"] if zone.get("ZoneType") == "availability-zone"]
    there = {zone[key]: zone for key in ("ZoneName", "ZoneId") for zone in zones}
    good = [
        zone["ZoneId"]
        for zone in zones
        if zone.get("State", "available") == "available" and zone["ZoneId"] not in refused
    ]
    for name in stack.zones:
        zone = there.get(name)
        remedy = f"state zones of {', '.join(sorted(good))}, by these ids"
        if zone is None or zone.get("OptInStatus") == "not-opted-in":
            yield missing(_SUBJECT, f"{name} is not there for this account", remedy)
        elif zone["ZoneId"] in refused:
            yield missing(_SUBJECT, f"{name} is {zone['ZoneId']}, which EKS refuses", remedy)
        elif zone.get("State", "available") != "available":
            yield missing(_SUBJECT, f"{name} is {zone['State']}", remedy)
        else:
            yield ok(_SUBJECT, f"{name} is {zone['ZoneId']}")
