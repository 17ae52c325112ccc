"""The life of a resource: checked, compared, created, read, updated, deleted, whatever its package."""

import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from sandbox import exit_codes, lookups
from sandbox.cloud.identity.returned import returned
from sandbox.cloud.model import UNKNOWN, Properties, Record, Refusal, Value, text
from sandbox.cloud.store import DuplicateIdError, Store
from sandbox.cloud.world import Index
from sandbox.faults import Faults
from sandbox.kubernetes import plain, release
from sandbox.lookups import standing
from sandbox.provider import diff, naming, random_values, verdicts
from sandbox.provider.catalog import ResourceType, UnknownTypeError, resource_type
from sandbox.provider.check import check_properties
from sandbox.provider.coercion import coerced
from sandbox.provider.hooks import Answer, AwsCloud, Cloud, KubernetesCloud
from sandbox.provider.takeover import Strays
from sandbox.provider.values import Decoded, Path, dotted, redact, restore

if TYPE_CHECKING:
    from sandbox.account_file import AccountFile

THROTTLE_WAIT_SECONDS: Final = 1.0
SLOW_REQUEST_SECONDS: Final = 5.0
PENDING_ID: Final = ""
DERIVED: Final = frozenset({"tagsAll", "region"})


class RefusedError(Exception):
    """The cloud says no; the text names each property at fault."""

    def __init__(self, refusals: list[Refusal]) -> None:
        super().__init__("\n".join(str(refusal) for refusal in refusals))
        self.refusals = refusals


@dataclass
class Connection:
    """One provider resource of the program: each opens a connection of its own."""

    package: str = ""
    urn: str = ""
    region: str = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION") or "us-east-1"
    default_tags: Properties = field(default_factory=dict[str, Value])


@dataclass(frozen=True)
class Result:
    """What is answered for a create, read or update."""

    id: str
    outputs: Decoded
    inputs: Decoded = field(default_factory=Decoded)


@dataclass(frozen=True)
class Verdict:
    """What a comparison found."""

    changes: list[diff.Change]
    delete_before_replace: bool = False


class Lifecycle:
    """Answers the engine's requests from the rules, the store and the SDK's types."""

    def __init__(self, store: Store, faults: Faults | None = None, account: "AccountFile | None" = None) -> None:
        self._store = store
        self._faults = faults or Faults()
        self._index = Index(store.records())
        self._strays = Strays.of(store, self._index)
        self._previewed: list[Record] = []
        self._stated = account.stated_answers() if account else {}
        for record in standing.stated(account.things if account else (), self._index):
            self._index.add(record)
        self._lock = threading.RLock()
        self._clouds: dict[str, Cloud] = {"aws": AwsCloud(self._faults), "kubernetes": KubernetesCloud()}

    def check(
        self, connection: Connection, urn: str, type: str, old: Properties, new: Decoded, random_seed: bytes
    ) -> tuple[Properties, list[Refusal]]:
        """Complete the inputs by a generated name; gives them with everything that is wrong."""
        try:
            described = resource_type(type)
        except UnknownTypeError as error:
            return new.properties, [Refusal("", str(error))]
        inputs = {key: value for key, value in new.properties.items() if not key.startswith("__")}
        if _package(type) == "aws":
            inputs = coerced(inputs, described.inputs)
        refusals = check_properties(inputs, described.inputs)
        if refusals:
            return inputs, refusals
        before = old or self._strays.inputs(urn)
        inputs = naming.with_name(described, inputs, before, _logical_name(urn), random_seed)
        if plain.is_plain(type, inputs):
            inputs = plain.named(inputs, before, _logical_name(urn), random_seed)
        if _package(type) == "random":
            return inputs, random_values.check(type, inputs)
        if type == release.RELEASE and new.secrets:
            refusals = release.refuse_secrets(sorted(dotted(path) for path in new.secrets))
        return inputs, refusals + self._cloud(type).check(type, inputs, _region(inputs, connection))

    def configure(self, connection: Connection, configuration: Properties) -> None:
        """Let the rules see a provider's own configuration, such as the kubeconfig; it never reaches the store."""
        if connection.package == "kubernetes":
            # Releases are called namespace/name in every cluster; a stack's cluster is their region.
            connection.region = connection.urn.split("::", 1)[0].rsplit(":", 1)[-1]
        with self._lock:
            earlier = self._index.by_urn(connection.urn)
            if earlier is not None:
                self._index.remove(earlier)
            kind = f"pulumi:providers:{connection.package}"
            self._index.add(Record(urn=connection.urn, type=kind, inputs=configuration, region=connection.region))

    def diff(self, connection: Connection, urn: str, type: str, old: Decoded, state: Decoded, new: Decoded) -> Verdict:
        """Compare the inputs of the last run with those wanted now, and say what a change does."""
        found = diff.changes(returned(type, old.properties), new.properties)
        if _package(type) == "random":
            return Verdict([replace(change, replaces=True) for change in found])
        found = [change for change in found if not verdicts.was_computed(change, state.properties, new.properties)]
        found = diff.with_verdicts(found, lambda path: verdicts.replaces(type, new.properties, path))
        found += _derived_changes(type, state.properties, new.properties, connection)
        if type == release.RELEASE and release.chart_changed(new.properties, state.properties):
            found.append(diff.Change(("chart",), "update"))
        return Verdict(found, verdicts.name_is_fixed(type, urn, old.properties, new.properties))

    def create(self, connection: Connection, urn: str, type: str, inputs: Decoded, preview: bool) -> Result:
        """Create a resource; raises ``RefusedError``."""
        if _package(type) == "random":
            return self._draw(type, inputs, preview)
        described = resource_type(type)
        record = Record(
            urn=urn,
            type=type,
            inputs=inputs.properties,
            region=_region(inputs.properties, connection),
            provider=connection.urn,
            generation=self._store.next_generation(urn),
        )
        if preview:
            return self._preview_create(described, record, connection, inputs)
        self._forget_previews()
        named = naming.from_prefix(described, record)
        record = replace(record, outputs=named)
        fault = self._before("create", type)
        with self._turn(type):
            stray = self._claimed(record, inputs)
            if stray is None:
                answer = self._cloud(type).create(record, self._index, False)
            else:
                record = replace(stray, inputs=record.inputs, provider=connection.urn)
                named = naming.from_prefix(described, record)
                answer = self._cloud(type).update(stray, record, self._index, False)
            _raise_if_refused(answer.refusals)
            outputs = _outputs(described, record.inputs, connection, {**named, **answer.outputs})
            self._keep(described, replace(record, id=answer.id, outputs=outputs), inputs.secrets, answer, stray)
        self._after(fault)
        return Result(answer.id, Decoded(outputs, _secret_paths(described, inputs.secrets)))

    def _claimed(self, record: Record, inputs: Decoded) -> Record | None:
        with self._lock:
            wanted = replace(record, inputs=self._redacted(record.inputs, inputs.secrets))
            return self._strays.claim(wanted, self._store, self._index)

    def _preview_create(
        self, described: ResourceType, record: Record, connection: Connection, inputs: Decoded
    ) -> Result:
        with self._turn(record.type):
            answer = self._cloud(record.type).create(record, self._index.without(record.urn), True)
            _raise_if_refused(answer.refusals)
            added = {**dict.fromkeys(naming.from_prefix(described, record), UNKNOWN), **answer.outputs}
            outputs = _outputs(described, record.inputs, connection, added)
            return self._previewed_create(described, replace(record, outputs=answer.outputs), inputs, outputs)

    def _forget_previews(self) -> None:
        """Take what a preview only imagined out of the world: one process may serve the preview and the `up` after."""
        with self._lock:
            for record in self._previewed:
                self._index.remove(record)
            self._previewed.clear()

    def _previewed_create(
        self, described: ResourceType, record: Record, inputs: Decoded, outputs: Properties
    ) -> Result:
        computed: Properties = dict.fromkeys(
            described.outputs - outputs.keys() - described.inputs.properties.keys(), UNKNOWN
        )
        with self._lock:
            imagined = replace(record, inputs=self._redacted(record.inputs, inputs.secrets))
            self._index.add(imagined)
            self._previewed.append(imagined)
        return Result(PENDING_ID, Decoded({**computed, **outputs}, _secret_paths(described, inputs.secrets)))

    def _draw(self, type: str, inputs: Decoded, preview: bool) -> Result:
        if preview:
            return Result(PENDING_ID, Decoded(random_values.preview(type, inputs.properties), inputs.secrets))
        fault = self._before("create", type)
        id, outputs = random_values.create(type, inputs.properties)
        self._after(fault)
        return Result(id, Decoded(outputs, inputs.secrets))

    def read(self, connection: Connection, type: str, id: str, state: Decoded, inputs: Decoded) -> Result | None:
        """Look a resource up; ``None`` when it is gone. Secrets come from the engine, which alone has them."""
        if _package(type) == "random":
            return Result(id, state, inputs)
        self._after(self._before("read", type))
        record = self._find(type, id, state.properties, connection)
        if record is None:
            return self._read_object(connection, type, id) if _package(type) == "kubernetes" else None
        outputs = self._restored(record.outputs, state.properties)
        known_inputs = self._restored(record.inputs, inputs.properties)
        secrets = _secret_paths(resource_type(type), inputs.secrets | state.secrets)
        return Result(id, Decoded(outputs, secrets), Decoded(known_inputs, inputs.secrets))

    def _read_object(self, connection: Connection, type: str, id: str) -> Result | None:
        """Read an object that a release brought; raises ``RefusedError`` where its chart is not known here."""
        asked = Record(urn=connection.urn, type=type, inputs={}, region=connection.region, provider=connection.urn)
        with self._lock:
            found = release.read_object(asked, id, self._index)
        _raise_if_refused(found.refusals)
        return Result(found.id, Decoded(found.outputs)) if found.id else None

    def update(
        self, connection: Connection, urn: str, type: str, id: str, state: Decoded, inputs: Decoded, preview: bool
    ) -> Result:
        """Change a resource in place; raises ``RefusedError``."""
        described = resource_type(type)
        if not preview:
            self._forget_previews()
        old = self._find(type, id, state.properties, connection)
        if old is None:
            raise RefusedError([Refusal("", f"{type} {id} does not exist any more", "run refresh, then up again")])
        fault = None if preview else self._before("update", type)
        new = replace(old, urn=urn, inputs=inputs.properties, provider=connection.urn)
        with self._turn(type):
            world = self._index
            answer = self._cloud(type).update(old, new, world, preview)
            _raise_if_refused(answer.refusals)
            stated = (
                described.inputs.properties.keys() | DERIVED
            )  # what an update may change comes from its inputs alone
            kept = {key: value for key, value in state.properties.items() if key not in stated}
            added = {**kept, **naming.from_prefix(described, new), **answer.outputs}
            outputs = _outputs(described, new.inputs, connection, added)
            if not preview:
                self._keep(described, replace(new, outputs=outputs), inputs.secrets, answer, old)
        self._after(fault)
        return Result(id, Decoded(outputs, _secret_paths(described, inputs.secrets | state.secrets)))

    def delete(self, connection: Connection, type: str, id: str, state: Decoded) -> None:
        """Delete a resource; what is gone already counts as deleted. Raises ``RefusedError``."""
        if _package(type) == "random":
            return
        self._forget_previews()
        fault = self._before("delete", type)
        with self._lock:
            record = self._find(type, id, state.properties, connection)
            if record is not None:
                _raise_if_refused(self._cloud(type).delete(record, self._index))
                self._store.delete(record)
                self._index.remove(record)
        self._after(fault)

    def look_up(self, connection: Connection, token: str, arguments: Properties) -> Properties | Refusal:
        """Answer an invoke from the account as it is now."""
        with self._lock:
            region = _region(arguments, connection)
            question = lookups.Question(token, arguments, region, self._index, self._index.add)
            return lookups.answer(question, self._stated)

    def _cloud(self, type: str) -> Cloud:
        return self._clouds[_package(type)]

    def _turn(self, type: str) -> AbstractContextManager[object]:
        return nullcontext() if self._cloud(type).slow else self._lock

    def _find(self, type: str, id: str, state: Properties, connection: Connection) -> Record | None:
        region = text(state, "region") or connection.region
        if _package(type) == "kubernetes":
            return self._index.by_id(id, type, region)
        return self._index.by_id(id, type, region) or self._index.by_id(id, type)

    def _restored(self, stored: Properties, engine: Properties) -> Properties:
        return restore(stored, engine, self._store.fingerprint_key)

    def _redacted(self, properties: Properties, secrets: frozenset[Path]) -> Properties:
        return redact(properties, secrets, self._store.fingerprint_key)

    def _keep(
        self,
        described: ResourceType,
        record: Record,
        secrets: frozenset[Path],
        answer: Answer,
        old: Record | None = None,
    ) -> None:
        clear: Properties = {"inputs": record.inputs, "outputs": record.outputs}
        marked = {("inputs", *path) for path in secrets}
        marked |= {("outputs", *path) for path in _secret_paths(described, secrets)}
        kept = self._redacted(clear, frozenset(marked))
        stored = replace(record, inputs=_as_object(kept["inputs"]), outputs=_as_object(kept["outputs"]))
        with self._lock:
            if old is None:
                self._strays.make_room(stored, self._store)
                try:
                    self._store.put(stored, answer.notes)
                except DuplicateIdError as error:
                    raise RefusedError([Refusal("", str(error), "choose another name")]) from error
            else:
                self._store.update(stored, answer.notes)
                self._index.remove(old)
            self._index.add(stored)

    def _before(self, operation: str, type: str) -> str | None:
        fault = self._faults.next(operation, type)
        if fault == "error":
            raise RefusedError([Refusal("", f"InternalFailure: the {operation} failed, as SANDBOX_FAULTS asked")])
        if fault == "throttle":
            time.sleep(THROTTLE_WAIT_SECONDS)
        if fault == "slow":
            time.sleep(SLOW_REQUEST_SECONDS)
        if fault == "crash":
            _crash()
        return fault

    def _after(self, fault: str | None) -> None:
        if fault == "slow-after":
            time.sleep(SLOW_REQUEST_SECONDS)
        if fault == "crash-after":
            _crash()


def _crash() -> None:
    sys.stderr.write("the provider process dies here, as SANDBOX_FAULTS asked\n")
    sys.stderr.flush()
    os._exit(exit_codes.CRASHED)


def _package(type: str) -> str:
    return type.partition(":")[0]


def _logical_name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _region(inputs: Properties, connection: Connection) -> str:
    return text(inputs, "region") or connection.region


def _as_object(value: Value) -> Properties:
    return value if isinstance(value, dict) else {}


def _raise_if_refused(refusals: Sequence[Refusal]) -> None:
    if refusals:
        raise RefusedError(list(refusals))


def _tags_all(inputs: Properties, connection: Connection) -> Value:
    tags = inputs.get("tags")
    if tags is UNKNOWN:
        return UNKNOWN
    return {**connection.default_tags, **(tags if isinstance(tags, dict) else {})}


def _derived_changes(type: str, state: Properties, new: Properties, connection: Connection) -> list[diff.Change]:
    """Compare what the provider derives from its own configuration: the region and the default tags."""
    described = resource_type(type)
    found: list[diff.Change] = []
    if "tagsAll" in described.outputs and "tags" in described.inputs.properties:
        wanted = _tags_all(new, connection)
        if (state.get("tagsAll") or {}) != wanted:
            found.append(diff.Change(("tagsAll",), "update"))
    before = text(state, "region")
    if "region" in described.outputs and before not in (None, _region(new, connection)):
        found.append(diff.Change(("region",), "update", replaces=True))
    return found


def _outputs(described: ResourceType, inputs: Properties, connection: Connection, added: Properties) -> Properties:
    """Lay what the cloud adds over the inputs; raises ``KeyError`` for an output the SDK does not have."""
    outputs = {key: value for key, value in inputs.items() if key in described.outputs}
    if "tagsAll" in described.outputs and "tags" in described.inputs.properties:
        outputs["tagsAll"] = _tags_all(inputs, connection)
    if "region" in described.outputs:
        outputs["region"] = _region(inputs, connection)
    invented = added.keys() - described.outputs - {"id"}
    if invented:
        raise KeyError(f"{described.token} has no output {', '.join(sorted(invented))}")
    outputs.update({key: value for key, value in added.items() if value is not None and key != "id"})
    return outputs


def _secret_paths(described: ResourceType, secrets: frozenset[Path]) -> frozenset[Path]:
    inherited = {path for path in secrets if path[0] in described.outputs}
    return frozenset(inherited | {(name,) for name in described.secret_outputs})
