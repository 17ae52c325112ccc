"""What Route 53 accepts. Source: the Route 53 reference."""

import ipaddress
from collections.abc import Iterator

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, text


def in_its_zone(record: Record, world: World) -> Iterator[Diagnostic]:
    """A record is named within its zone, and the zone's own name is never a CNAME."""
    zone = world.by_id(text(record.inputs, "zoneId") or "", facts.ZONE)
    domain = (text(zone.inputs, "name") or "").rstrip(".") if zone else ""
    name = (text(record.inputs, "name") or "").rstrip(".")
    if domain and name == domain and text(record.inputs, "type") == "CNAME":
        yield reject(
            "type", "InvalidChangeBatch", f"RRSet of type CNAME with DNS name {domain}. is not permitted at apex in "
            f"zone {domain}.", "use an alias record of type A",
        )  # fmt: skip


def addresses(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """A and AAAA records hold addresses."""
    versions = {"A": 4, "AAAA": 6}
    version = versions.get(text(inputs, "type") or "")
    for where, value in facts.strings_at(inputs, "records[]") if version else ():
        try:
            fits = ipaddress.ip_address(value).version == version
        except ValueError:
            fits = False
        if not fits:
            yield reject(where, "InvalidChangeBatch", f"'{value}' is no IPv{version} address", "use an alias, or CNAME")
