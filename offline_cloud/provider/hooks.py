"""The questions the provider process asks, in one place: one cloud for each package of resource types."""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from offline_cloud import account
from offline_cloud.cloud import identity, rules
from offline_cloud.cloud.core.resource import Waits
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Identity, Outcome, Properties, Record, Value, World
from offline_cloud.cloud.services.awslambda import functions
from offline_cloud.cloud.services.ec2 import quotas
from offline_cloud.cloud.services.eks import creator
from offline_cloud.cloud.services.iam import roles, service_roles
from offline_cloud.cloud.services.secretsmanager import copies
from offline_cloud.faults import Faults
from offline_cloud.kubernetes import release, upgrade


def _machine_time() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Answer:
    """What came of a create or an update: an id and the outputs the cloud adds, or diagnostics."""

    id: str = ""
    outputs: Properties = field(default_factory=dict[str, Value])
    diagnostics: Sequence[Diagnostic] = ()
    notes: Sequence[str] = ()
    imagined: Properties = field(default_factory=dict[str, Value])
    """Of an update in a preview: outputs that the engine is not told, for the rules that look at what comes after."""
    waits: Waits | None = None
    """Of an update that is not done yet in part: what the resource is meanwhile, and what is kept for later."""


class Cloud(Protocol):
    """One package's rules and computed outputs."""

    slow: bool
    """Whether a create or update takes long enough (a Helm rendering) that others must not wait for it."""

    def check(self, type: str, inputs: Properties, region: str) -> list[Diagnostic]: ...
    def create(self, record: Record, world: World, preview: bool) -> Answer: ...
    def update(self, old: Record, new: Record, world: World, preview: bool) -> Answer: ...
    def delete(self, record: Record, world: World) -> list[Diagnostic]: ...
    def left(self, record: Record) -> list[Record]:
        """Give what a deletion leaves in the account."""
        ...


class AwsCloud:
    """Rules of ``offline_cloud.cloud.rules`` and outputs of ``offline_cloud.cloud.identity``."""

    slow = False

    # The Kubernetes provider is configured from these. Knowing them in a preview lets Helm releases be rendered and
    # validated before the cluster exists, where the real engine would have to skip them (pulumi-kubernetes #3027).
    known_in_preview = {"aws:eks/cluster:Cluster": ("arn", "endpoint", "certificateAuthority")}  # noqa: RUF012

    def __init__(self, faults: Faults | None = None, now: Callable[[], datetime] = _machine_time) -> None:
        self._service_roles: Set[str] | None = account.service_roles()
        self._quotas: Mapping[str, int] = account.quotas(quotas.FRESH)
        self._caller = account.caller()
        self._faults = faults or Faults()
        self._now = now

    def check(self, type: str, inputs: Properties, region: str) -> list[Diagnostic]:
        return rules.check(type, inputs, region)

    def create(self, record: Record, world: World, preview: bool) -> Answer:
        diagnostics = rules.before_create(record, world)
        diagnostics += service_roles.refused(record, world, self._service_roles)
        diagnostics += quotas.refused(record, world, self._quotas)
        diagnostics += creator.refused(record, world, self._caller)
        if diagnostics:
            return Answer(diagnostics=diagnostics)
        if preview:
            return Answer(outputs=self._previewed(record, world))
        given = identity.outputs(record, world)
        if record.type == functions.INVOCATION:
            return self._invoked(record, world, given)
        return Answer(given.id, given.outputs, notes=_notes(record, world))

    def _invoked(self, record: Record, world: World, given: Identity) -> Answer:
        """Run the function: its failure is the resource's."""
        try:
            result = functions.invoke(record, world, lambda family: self._faults.next("run", family) == "error")
        except functions.NotRunHereError as why:
            return Answer(given.id, {**given.outputs, "result": "null"}, notes=[f"the function was not run: {why}"])
        except functions.FunctionFailedError as error:
            return Answer(
                diagnostics=[Diagnostic("", f"the function failed: {error}", "look into its log, then run up again")]
            )
        return Answer(given.id, {**given.outputs, "result": result})

    def _previewed(self, record: Record, world: World) -> Properties:
        """Tell which outputs the cloud will add: only what nothing can change until then is known already."""
        names = self.known_in_preview.get(record.type, ())
        given = identity.outputs(record, world).outputs
        return {name: value if name in names else UNKNOWN for name, value in given.items() if value is not None}

    def update(self, old: Record, new: Record, world: World, preview: bool) -> Answer:
        diagnostics = rules.before_update(old, new, world)
        diagnostics += upgrade.refused(old, new, world, release.renderer())
        if diagnostics:
            return Answer(old.id, diagnostics=diagnostics)
        waits = None if preview else rules.waiting(old, new, world, self._now())
        given = identity.outputs(replace(new, inputs=waits.inputs) if waits else new, world)
        if waits is None:
            # What the cloud added inside a property that the program states is still there: a cluster's security group.
            within = {name: value for name, value in given.outputs.items() if isinstance(new.inputs.get(name), dict)}
            return Answer(old.id, within, imagined=given.outputs)
        return Answer(old.id, {**given.outputs, **waits.outputs}, notes=_notes(new, world), waits=waits)

    def delete(self, record: Record, world: World) -> list[Diagnostic]:
        return rules.before_delete(record, world)

    def left(self, record: Record) -> list[Record]:
        return rules.left(record, self._now())


def _notes(record: Record, world: World) -> list[str]:
    return [*service_roles.notes(record), *roles.notes(record, world), *copies.notes(record, world)]


class KubernetesCloud:
    """Helm releases, rendered and validated by ``offline_cloud.kubernetes.release``."""

    slow = True

    def check(self, type: str, inputs: Properties, region: str) -> list[Diagnostic]:
        return release.check(type, inputs, region)

    def create(self, record: Record, world: World, preview: bool) -> Answer:
        return _answer(release.create(record, world, preview))

    def update(self, old: Record, new: Record, world: World, preview: bool) -> Answer:
        return _answer(release.update(old, new, world, preview))

    def delete(self, record: Record, world: World) -> list[Diagnostic]:
        return release.delete(record, world)

    def left(self, record: Record) -> list[Record]:
        return []


def _answer(outcome: Outcome) -> Answer:
    return Answer(outcome.id, outcome.outputs, outcome.diagnostics, outcome.notes)
