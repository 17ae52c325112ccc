"""Whether the world's name servers lead to the stack's hosted zone: the certificate waits for it."""

import subprocess
from collections.abc import Iterator

from tools.ready.account import AbsentError, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do

_DIG_SECONDS = 10


def check(case: Case) -> Iterator[Line]:
    stack = case.settings.stack
    if not case.settings.workload.ingress.routes:
        return
    subject = f"domain {stack.domain}"
    if stack.existing.zone is not None:
        yield from _stated(case, subject, stack.existing.zone.id)
    elif stack.primary_stack:
        found = f"the zone of {stack.primary_stack} holds it, or delegates it"
        yield to_do(subject, found, f"bring up {stack.primary_stack} first")
    else:
        yield from _made(case, subject)


def _stated(case: Case, subject: str, zone_id: str) -> Iterator[Line]:
    domain = case.settings.stack.domain
    try:
        answer = case.account.ask("route53", "get_hosted_zone", Id=zone_id)
    except AbsentError:
        yield missing(subject, f"there is no hosted zone {zone_id}", "correct existing.zone, or remove it")
        return
    except NotAskedError as why:
        yield not_asked(subject, f"hosted zone {zone_id}: {why}", f"aws route53 get-hosted-zone --id {zone_id}")
        return
    name = str(answer["HostedZone"]["Name"]).rstrip(".")
    if answer["HostedZone"].get("Config", {}).get("PrivateZone"):
        yield missing(subject, f"hosted zone {zone_id} is private", "name a public one in existing.zone")
    elif domain != name and not domain.endswith(f".{name}"):
        yield missing(subject, f"hosted zone {zone_id} is of {name}", "correct existing.zone or domain")
    else:
        yield _delegated(case, subject, name, answer.get("DelegationSet", {}).get("NameServers", []))


def _made(case: Case, subject: str) -> Iterator[Line]:
    domain = case.settings.stack.domain
    remedy = "delegate it while `up` runs (docs/how-to/real-account.md), or state existing.zone"
    try:
        answer = case.account.ask("route53", "list_hosted_zones_by_name", DNSName=domain)
    except NotAskedError as why:
        yield not_asked(subject, f"whether a hosted zone is there: {why}; `up` makes one", remedy)
        return
    same = [
        zone["Id"].rsplit("/", 1)[-1]
        for zone in answer.get("HostedZones", [])
        if zone["Name"].rstrip(".") == domain and not zone.get("Config", {}).get("PrivateZone")
    ]
    if same:
        found = f"hosted zone {same[0]} is there already, and `up` makes another unless it is its own"
        yield to_do(subject, found, f"state `existing: {{zone: {{id: {same[0]}}}}}`")
    else:
        yield to_do(
            subject, "`up` makes the hosted zone, and its certificate waits 45 minutes for the delegation", remedy
        )


def _delegated(case: Case, subject: str, zone: str, servers: list[str]) -> Line:
    remedy = f"set these as name servers of {zone} at its registrar: {', '.join(servers)}"
    dig = case.which("dig")
    if dig is None or not servers:
        return to_do(subject, "whether the world's name servers lead to the zone: dig is not on PATH", remedy)
    try:
        said = subprocess.run(
            [dig, "+short", "+time=3", "+tries=1", "NS", zone],
            capture_output=True,
            text=True,
            timeout=_DIG_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return not_asked(subject, "no name server answered", remedy)
    if said.returncode != 0:
        return not_asked(subject, "no name server answered", remedy)
    world = {line.strip().rstrip(".").lower() for line in said.stdout.splitlines() if line.strip()}
    if world & {server.rstrip(".").lower() for server in servers}:
        return ok(subject, "it is delegated to the hosted zone")
    return missing(subject, f"{zone} leads to {', '.join(sorted(world)) or 'nowhere'}", remedy)
