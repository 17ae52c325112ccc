"""The region's copy of the primary's database becomes the writer: refused while the primary lives, unless told to."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, cast

from tools.operations.case import INSTANCE, Case, by_hand
from tools.operations.cloud import Resource
from tools.operations.files import Edits, Setting
from tools.operations.steps import Plan, Step

CHANGES: Final = ("database.source", "database.failover", "database.master_password")
REGARDLESS: Final = "regardless"
"""The word of whoever promotes although the primary lives, or although nobody can tell."""
HEALTHY_SHARE: Final = 0.18
"""Of Route 53's checkers: with more, it counts an endpoint as healthy, and so does the takeover's document.
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/dns-failover-determining-health-of-endpoints.html"""
_COPY: Final = "database-primary"
DOCUMENT: Final = "aws:ssm/document:Document"
_RUNBOOK: Final = "docs/runbooks/take-over-from-the-primary.md"
_NONE: Final = "-"


def plan(case: Case) -> Plan:
    """Plan the promotion of the stack's copy of another region's database."""
    promotion = Promotion(case)
    return Plan(promotion.steps(), promotion.ready, promotion.was)


class Promotion:
    def __init__(self, case: Case) -> None:
        self._case, self._to = case, case.progress.to
        self._id, _, self._check = (case.progress.was or self.was()).partition(" ")

    def ready(self) -> Iterator[str]:
        yield from self._case.standing()
        database = self._case.files.settings().stack.database
        copy = self._copy()
        if database is None or database.source != "primary" or copy is None:
            yield "database.source: given no copy of another region's database, so there is nothing to promote"
        elif not copy.inputs.get("replicateSourceDb"):
            yield f"{copy.physical} is no copy any more: state `database: {{source: promoted}}` and run `up`"
        elif self._to not in ("", REGARDLESS):
            yield f"TO: given {self._to!r}, allowed: nothing, or {REGARDLESS}"
        else:
            yield from self._living()

    def was(self) -> str:
        """Remember which instance it is, for it stays, and the health check of the region that is taken over from."""
        copy = self._copy()
        return f"{copy.id if copy else _NONE} {self._takeover().get('HealthCheckId') or _NONE}"

    def steps(self) -> tuple[Step, ...]:
        copy = self._copy()
        name = copy.physical if copy else ""
        steps = (
            by_hand("close", "see that nobody writes to the old database any more", self._closing),
            self._case.change(
                "promote", f"make {name} a database of its own, which the region's pods write to",
                Edits(stack=self._promoted()),
                ready=self._living, shown=self._following, asks=name,
                costs=f"{name} never copies again, and what had not reached it is in the old database alone",
                undo="another copy, made anew beside the writer that is to be",
            ),
            Step(
                key="users", title="keep users from being sent back to the old region", done=self._kept,
                do=self._keep, undo=f"aws route53 update-health-check --health-check-id {self._check} "
                "--no-disabled --no-inverted",
            ),
            by_hand("afterwards", "see to the other regions, and to the old database", self._afterwards),
        )  # fmt: skip
        return steps if self._check != _NONE else tuple(each for each in steps if each.key != "users")

    def _promoted(self) -> dict[Setting, object]:
        """State whose the data is now, and that RDS keeps the password which a copy does not have (docs/adr/0010)."""
        stated: dict[Setting, object] = {("database", "source"): "promoted", ("database", "failover"): None}
        stack = self._case.files.settings().stack
        if stack.database is None or stack.database.source != "primary":
            return stated
        writer = self._case.files.would_be(Edits(stack=stated)).stack.database
        if writer and writer.master_password is None and not (writer.read_replicas or stack.replica_regions):
            stated["database", "master_password"] = "rds"
        return stated

    def _copy(self) -> Resource | None:
        return self._case.resources(INSTANCE).get(_COPY)

    def _takeover(self) -> Mapping[str, str]:
        """Give what the takeover's document is told of the old region; nothing where the regions share no users."""
        found = self._case.resources(DOCUMENT).get("failover-document")
        steps = cast("Sequence[Mapping[str, Any]]", json.loads(found.inputs["content"])["mainSteps"] if found else ())
        told = [each["inputs"]["InputPayload"] for each in steps if each["name"] in ("judge", "fence")]
        return {key: value for payload in told for key, value in payload.items()}

    def _living(self) -> Iterator[str]:
        """Ask Route 53's checkers, as the takeover's document does, unless one is told not to."""
        if self._to == REGARDLESS:
            return
        word = f"say TO={REGARDLESS} once you have made certain that nobody writes there ({_RUNBOOK})"
        if self._check == _NONE:
            yield f"nothing tells whether the primary lives (ingress.routing): {word}"
            return
        answer = self._case.cloud.aws("route53", "get-health-check-status", health_check_id=self._check)
        found = cast("Sequence[Mapping[str, Any]]", answer["HealthCheckObservations"])
        well = sum(str(each["StatusReport"]["Status"]).startswith("Success") for each in found)
        if not found or well > HEALTHY_SHARE * len(found):
            yield f"{well} of {len(found)} checkers find the primary region well: {word}"

    def _closing(self) -> str:
        settings, told = self._case.files.settings(), self._takeover()
        primary = settings.primary.stack if settings.primary else settings.stack.primary_stack
        copy = self._copy()
        lag = (
            f"aws cloudwatch get-metric-statistics --namespace AWS/RDS --metric-name ReplicaLag --statistics Maximum "
            f"--period 60 --dimensions Name=DBInstanceIdentifier,Value={copy.physical if copy else ''} "
            "--start-time <five minutes ago> --end-time <now>"
        )
        lines = [
            f"where {primary} can be brought up, state `ingress: {{maintenance: true}}` and `application: "
            "{stopped: true}` there, run `up`, and wait until the copy has everything:",
            lag,
        ]
        if told.get("NetworkAclId"):
            lines += [
                "where it cannot, close its database; a connection that stands is cut:",
                f"aws ec2 create-network-acl-entry --region {told['Region']} --network-acl-id {told['NetworkAclId']} "
                "--ingress --rule-number 1 --rule-action deny --protocol tcp --port-range From=5432,To=5432 "
                "--cidr-block 0.0.0.0/0",
            ]
        return "\n".join(lines)

    def _following(self) -> Iterable[str]:
        copy = self._copy()
        if copy is None:
            yield "the copy is gone"
            return
        if copy.inputs.get("replicateSourceDb"):
            yield f"{copy.physical} still copies {copy.inputs['replicateSourceDb']}"
        if self._case.progress.was and copy.id != self._id:
            yield f"{copy.physical} was replaced: what it held is in the old database alone"

    def _kept(self) -> bool:
        answer = self._case.cloud.aws("route53", "get-health-check", health_check_id=self._check)
        config = answer["HealthCheck"]["HealthCheckConfig"]
        return bool(config.get("Disabled")) and bool(config.get("Inverted"))

    def _keep(self) -> None:
        """Make the old region's check unhealthy for good: disabled it counts as healthy, and inverted as the opposite.

        https://docs.aws.amazon.com/Route53/latest/APIReference/API_UpdateHealthCheck.html
        """
        options = {"health_check_id": self._check, "disabled": "", "inverted": ""}
        self._case.cloud.aws("route53", "update-health-check", **options)

    def _afterwards(self) -> str:
        return (
            "other regions copy a database that takes no more writes, and the old region's data is older than here: "
            f'{_RUNBOOK}, "Afterwards", says how each is built anew'
        )
