"""The product moves to another domain: its new names are served beside the old ones before these go."""

from collections.abc import Iterable, Iterator
from typing import Final

from settings.arithmetic.routes import hosts
from tools.operations.case import Case, by_hand
from tools.operations.cloud import Resource
from tools.operations.files import Edits, Setting
from tools.operations.steps import Plan, Step

CHANGES: Final = ("domain", "ingress.further_domain", "existing.zone", "permits")
ZONE: Final = "aws:route53/zone:Zone"
CERTIFICATE: Final = "aws:acm/certificate:Certificate"
_FURTHER: Final[Setting] = ("ingress", "further_domain")
_RETIRED: Final = ("retire", "zone")
_CALLBACK: Final = (
    "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/listener-authenticate-users.html"
)
_LOGS: Final = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-access-logs.html"


def plan(case: Case) -> Plan:
    """Plan the move to the domain that progress names, whose zone stands already where it names one."""
    move = Move(case)
    return Plan(move.steps(), move.ready, move.was)


class Move:
    def __init__(self, case: Case) -> None:
        self._case, self._to, self._zone = case, case.progress.to, case.progress.of
        self._old, _, self._old_zone = (case.progress.was or self.was()).partition(" ")

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        stack = self._case.files.settings().stack
        if stack.domain == self._to:
            yield f"the stack's domain is {self._to} already"
        elif stack.ingress.further_domain is not None:
            yield "ingress.further_domain is stated already: the operation sets and removes it"
        else:
            yield from self._case.files.judged(self._beside("zone"))

    def was(self) -> str:
        """Remember the domain that it comes from, and the zone of it that is not the stack's own."""
        stack = self._case.files.settings().stack
        return f"{stack.domain} {stack.existing.zone.id if stack.existing.zone else ''}".strip()

    def steps(self) -> tuple[Step, ...]:
        return (*self._arrive(), *self._change(), *self._leave())

    def _arrive(self) -> Iterator[Step]:
        case, to = self._case, self._to
        if not self._zone:
            yield case.change(
                "zone", f"make the hosted zone of {to}, and nothing else yet", self._beside("zone"), until="both",
                undo="take ingress.further_domain out and run `up`",
            )  # fmt: skip
        yield by_hand("delegate", f"have the world ask the hosted zone for {to}", self._delegation)
        yield case.change(
            "both", "get one certificate for both domains, then answer under both", self._beside("beside"),
            shown=lambda: self._unnamed(to), until="switch",
            undo="state `stage: zone` in ingress.further_domain and run `up`",
        )  # fmt: skip

    def _change(self) -> Iterator[Step]:
        yield self._case.change(
            "switch", f"make {self._to} the stack's domain, and go on answering under {self._old}", self._switched(),
            shown=lambda: [*self._unnamed(self._old), *self._unnamed(self._to)], until="gone", tells=self._told,
            undo="state both domains the other way round, with `stage: beside`, and run `up`",
        )  # fmt: skip
        yield by_hand("wait", f"wait until nobody asks for {self._old} any more", self._quiet)

    def _leave(self) -> Iterator[Step]:
        case, old = self._case, self._old
        if not self._old_zone:
            yield case.change(
                "release", f"permit to retire the hosted zone of {old}", Edits(permit=_RETIRED), shown=self._protected,
                undo="take the permit out and run `up`: it is protected again", until="tidy",
            )  # fmt: skip
        yield case.change(
            "gone", f"take {old} out of certificate, listener and DNS", Edits(stack={_FURTHER: self._former("gone")}),
            shown=self._left, asks=old, costs=self._cost(), until="tidy",
            undo=f"move back with NAME=move-domain TO={old}, with another hosted zone to delegate to",
        )  # fmt: skip
        yield case.tidy("tidy", "take out what was stated for the move", _RETIRED, Edits(stack={_FURTHER: None}))

    def _beside(self, stage: str) -> Edits:
        return Edits(stack={_FURTHER: _section(self._to, self._zone, stage)})

    def _former(self, stage: str) -> object:
        return _section(self._old, self._old_zone, stage)

    def _switched(self) -> Edits:
        zone = {"id": self._zone} if self._zone else None
        return Edits(stack={("domain",): self._to, ("existing", "zone"): zone, _FURTHER: self._former("former")})

    def _zones(self, domain: str) -> list[Resource]:
        return [each for each in self._case.resources(ZONE).values() if each.inputs.get("name") == domain]

    def _names(self) -> set[object]:
        """Give the names of the certificate that the listener shows."""
        found = self._case.resources(CERTIFICATE).get("ingress-certificate")
        if found is None:
            return set()
        return {found.inputs.get("domainName"), *(found.inputs.get("subjectAlternativeNames") or ())}

    def _unnamed(self, domain: str) -> Iterable[str]:
        """Say which of the product's hosts under a domain the certificate does not name yet."""
        return (f"the certificate does not name {host}" for host in self._hosts(domain) if host not in self._names())

    def _hosts(self, domain: str) -> tuple[str, ...]:
        """Give the product's hosts under a domain."""
        routes = self._case.files.settings().workload.ingress.routes
        return hosts(routes, lambda label: domain if label == "@" else f"{label}.{domain}")

    def _protected(self) -> Iterable[str]:
        return (f"the hosted zone of {self._old} is still protected" for each in self._zones(self._old) if each.protect)

    def _left(self) -> Iterable[str]:
        if self._zones(self._old):
            yield f"the hosted zone of {self._old} is still in the state"
        yield from (f"the certificate still names {host}" for host in self._hosts(self._old) if host in self._names())

    def _cost(self) -> str:
        zone = "" if self._old_zone else ", and its hosted zone goes: another one of it has other name servers"
        return f"whoever still asks for {self._old} finds nothing{zone}"

    def _delegation(self) -> str:
        servers = [str(name) for each in self._zones(self._to) for name in each.outputs.get("nameServers") or ()]
        asked = f"aws route53 get-hosted-zone --id {self._zone} --query DelegationSet.NameServers"
        lines = [f"set these as name servers of {self._to}, at its registrar or in the zone above it:"]
        lines += servers or [asked]
        lines += ["until the world names them:", f"dig +short NS {self._to}"]
        if self._case.files.settings().stack.ingress.sign_on is not None:
            lines.append(f"and add https://<host>/oauth2/idpresponse of each new host at the provider ({_CALLBACK})")
        return "\n".join(lines)

    def _quiet(self) -> str:
        return (
            f"tell whoever uses {self._old}; `domain_name` in the load balancer's access logs says who still asks for "
            f"it ({_LOGS})"
        )

    def _told(self) -> Iterator[str]:
        settings = self._case.files.settings()
        if settings.workload.ingress.cors is not None:
            yield f"only pages under {self._to} may call across origins from now on; those under {self._old} may not"
        if settings.stack.consoles.sign_on is not None:
            yield f"the consoles are at consoles.{self._to}: their provider needs that redirect address"


def _section(name: str, zone: str, stage: str) -> dict[str, object]:
    return {"name": name, **({"zone": zone} if zone else {}), "stage": stage}
