"""The questions the provider process asks, in one place: one cloud for each package of resource types."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass, field
from typing import Protocol

from sandbox import account
from sandbox.cloud import functions, identity, rules
from sandbox.cloud.model import UNKNOWN, Identity, Outcome, Properties, Record, Refusal, Value, World
from sandbox.cloud.rules import copies, granted_roles, quotas, service_roles
from sandbox.faults import Faults
from sandbox.kubernetes import release


@dataclass(frozen=True)
class Answer:
    """What came of a create or an update: an id and the outputs the cloud adds, or refusals."""

    id: str = ""
    outputs: Properties = field(default_factory=dict[str, Value])
    refusals: Sequence[Refusal] = ()
    notes: Sequence[str] = ()


class Cloud(Protocol):
    """One package's rules and computed outputs."""

    slow: bool
    """Whether a create or update takes long enough (a Helm rendering) that others must not wait for it."""

    def check(self, type: str, inputs: Properties, region: str) -> list[Refusal]: ...
    def create(self, record: Record, world: World, preview: bool) -> Answer: ...
    def update(self, old: Record, new: Record, world: World, preview: bool) -> Answer: ...
    def delete(self, record: Record, world: World) -> list[Refusal]: ...


class AwsCloud:
    """Rules of ``sandbox.cloud.rules`` and outputs of ``sandbox.cloud.identity``."""

    slow = False

    # The Kubernetes provider is configured from these. Knowing them in a preview lets Helm releases be rendered and
    # validated before the cluster exists, where the real engine would have to skip them (pulumi-kubernetes #3027).
    known_in_preview = {"aws:eks/cluster:Cluster": ("arn", "endpoint", "certificateAuthority")}  # noqa: RUF012

    def __init__(self, faults: Faults | None = None) -> None:
        self._service_roles: Set[str] | None = account.service_roles()
        self._quotas: Mapping[str, int] = account.quotas(quotas.FRESH)
        self._faults = faults or Faults()

    def check(self, type: str, inputs: Properties, region: str) -> list[Refusal]:
        return rules.check(type, inputs, region)

    def create(self, record: Record, world: World, preview: bool) -> Answer:
        refusals = rules.before_create(record, world)
        refusals += service_roles.refused(record, world, self._service_roles)
        refusals += quotas.refused(record, world, self._quotas)
        if refusals:
            return Answer(refusals=refusals)
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
                refusals=[Refusal("", f"the function failed: {error}", "look into its log, then run up again")]
            )
        return Answer(given.id, {**given.outputs, "result": result})

    def _previewed(self, record: Record, world: World) -> Properties:
        """Tell which outputs the cloud will add: only what nothing can change until then is known already."""
        names = self.known_in_preview.get(record.type, ())
        given = identity.outputs(record, world).outputs
        return {name: value if name in names else UNKNOWN for name, value in given.items() if value is not None}

    def update(self, old: Record, new: Record, world: World, preview: bool) -> Answer:
        refusals = rules.before_update(old, new, world)
        if refusals or preview:
            return Answer(old.id, refusals=refusals)
        given = identity.outputs(new, world)
        return Answer(old.id, given.outputs, notes=_notes(new, world))

    def delete(self, record: Record, world: World) -> list[Refusal]:
        return rules.before_delete(record, world)


def _notes(record: Record, world: World) -> list[str]:
    return [*service_roles.notes(record), *granted_roles.notes(record, world), *copies.notes(record, world)]


class KubernetesCloud:
    """Helm releases, rendered and validated by ``sandbox.kubernetes.release``."""

    slow = True

    def check(self, type: str, inputs: Properties, region: str) -> list[Refusal]:
        return release.check(type, inputs, region)

    def create(self, record: Record, world: World, preview: bool) -> Answer:
        return _answer(release.create(record, world, preview))

    def update(self, old: Record, new: Record, world: World, preview: bool) -> Answer:
        return _answer(release.update(old, new, world, preview))

    def delete(self, record: Record, world: World) -> list[Refusal]:
        return release.delete(record, world)


def _answer(outcome: Outcome) -> Answer:
    return Answer(outcome.id, outcome.outputs, outcome.refusals, outcome.notes)
