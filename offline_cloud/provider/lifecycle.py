"""The lifecycle of a resource: checked, compared, created, read, updated, deleted, whatever its package."""

import os
import sys
import threading
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Final

from offline_cloud import exit_codes, lookups
from offline_cloud.cloud.clock import Clock
from offline_cloud.cloud.core.pending import PENDING, REBOOT, pending_id
from offline_cloud.cloud.core.resource import Waits
from offline_cloud.cloud.identity import described
from offline_cloud.cloud.model import UNKNOWN, Diagnostic, Properties, Record, Value, text
from offline_cloud.cloud.store import DuplicateIdError, Store
from offline_cloud.cloud.world import Index
from offline_cloud.faults import Faults
from offline_cloud.kubernetes import pending, plain, release
from offline_cloud.lookups import standing
from offline_cloud.provider import diff, naming, outputs, random_values, verdicts
from offline_cloud.provider.catalog import ResourceType, UnknownTypeError, resource_type
from offline_cloud.provider.check import check_properties
from offline_cloud.provider.coercion import coerced
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.hooks import Answer, AwsCloud, Cloud, KubernetesCloud
from offline_cloud.provider.previews import Previews
from offline_cloud.provider.takeover import Strays
from offline_cloud.provider.values import Decoded, Path, dotted, redact, restore

if TYPE_CHECKING:
    from offline_cloud.account_file import AccountFile

THROTTLE_WAIT_SECONDS: Final = 1.0
SLOW_REQUEST_SECONDS: Final = 5.0
PENDING_ID: Final = ""


class RefusedError(Exception):
    """The cloud says no; the text names each property at fault."""

    def __init__(self, diagnostics: list[Diagnostic]) -> None:
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))
        self.diagnostics = diagnostics


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
        self._stated = account.stated_answers() if account else {}
        for record in standing.stated(account.things if account else (), self._index):
            if self._index.by_id(record.id, record.type, record.region) is None and not store.ended(record):
                self._index.add(record)
        self._stood = {standing.key(each) for each in (account.things if account else ())}
        self._lock = threading.RLock()
        self._previews = Previews(self._index, self._lock)
        self._clouds: dict[str, Cloud] = {
            "aws": AwsCloud(self._faults, Clock(store).now),
            "kubernetes": KubernetesCloud(),
        }

    def check(
        self, connection: Connection, urn: str, type: str, old: Properties, new: Decoded, random_seed: bytes
    ) -> tuple[Properties, list[Diagnostic]]:
        """Complete the inputs by a generated name; gives them with everything that is wrong."""
        try:
            described = resource_type(type)
        except UnknownTypeError as error:
            return new.properties, [Diagnostic("", str(error))]
        inputs = {key: value for key, value in new.properties.items() if not key.startswith("__")}
        if _package(type) == "aws":
            inputs = coerced(inputs, described.inputs)
        diagnostics = check_properties(inputs, described.inputs)
        if diagnostics:
            return inputs, diagnostics
        before = old or self._strays.inputs(urn)
        inputs = naming.with_name(described, inputs, before, _logical_name(urn), random_seed)
        if plain.is_plain(type, inputs):
            inputs = plain.named(inputs, before, _logical_name(urn), random_seed)
        if _package(type) == "random":
            return inputs, random_values.check(type, inputs)
        if type == release.RELEASE and new.secrets:
            diagnostics = release.refuse_secrets(sorted(dotted(path) for path in new.secrets))
        return inputs, diagnostics + self._cloud(type).check(type, inputs, connection.region_of(inputs))

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
        found = diff.changes(described(type, verdicts.as_it_is(type, old.properties, state.properties)), new.properties)
        if _package(type) == "random":
            return Verdict([replace(change, replaces=True) for change in found])
        found = [change for change in found if not verdicts.was_computed(change, state.properties, new.properties)]
        found = diff.with_verdicts(found, lambda path: verdicts.replaces(type, new.properties, path))
        found += outputs.changes(type, state.properties, new.properties, connection)
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
            region=connection.region_of(inputs.properties),
            provider=connection.urn,
            generation=self._store.next_generation(urn),
        )
        if preview:
            return self._preview_create(described, record, connection, inputs)
        self._previews.forget()
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
                record = replace(record, inputs=answer.waits.inputs if answer.waits else record.inputs)
            _raise_if_refused(answer.diagnostics)
            made = outputs.completed(described, record.inputs, connection, {**named, **answer.outputs})
            if fault == "cut-off":
                self._cut_off(described, replace(record, id=answer.id, outputs=made), inputs.secrets, None)
            self._keep(described, replace(record, id=answer.id, outputs=made), inputs.secrets, answer, stray)
        self._after(fault)
        return Result(answer.id, Decoded(made, outputs.secret_paths(described, inputs.secrets)))

    def _claimed(self, record: Record, inputs: Decoded) -> Record | None:
        with self._lock:
            wanted = replace(record, inputs=self._redacted(record.inputs, inputs.secrets))
            return self._strays.claim(wanted, self._store, self._index)

    def _preview_create(
        self, described: ResourceType, record: Record, connection: Connection, inputs: Decoded
    ) -> Result:
        with self._turn(record.type):
            answer = self._cloud(record.type).create(record, self._index.without(record.urn), True)
            _raise_if_refused(answer.diagnostics)
            added = {**dict.fromkeys(naming.from_prefix(described, record), UNKNOWN), **answer.outputs}
            made = outputs.completed(described, record.inputs, connection, added)
            return self._previewed_create(described, replace(record, outputs=answer.outputs), inputs, made)

    def _previewed_create(self, described: ResourceType, record: Record, inputs: Decoded, made: Properties) -> Result:
        computed: Properties = dict.fromkeys(
            described.outputs - made.keys() - described.inputs.properties.keys(), UNKNOWN
        )
        self._previews.imagine(replace(record, inputs=self._redacted(record.inputs, inputs.secrets)))
        return Result(PENDING_ID, Decoded({**computed, **made}, outputs.secret_paths(described, inputs.secrets)))

    def _draw(self, type: str, inputs: Decoded, preview: bool) -> Result:
        if preview:
            return Result(PENDING_ID, Decoded(random_values.preview(type, inputs.properties), inputs.secrets))
        fault = self._before("create", type)
        id, drawn = random_values.create(type, inputs.properties)
        self._after(fault)
        return Result(id, Decoded(drawn, inputs.secrets))

    def read(self, connection: Connection, type: str, id: str, state: Decoded, inputs: Decoded) -> Result | None:
        """Look a resource up; ``None`` when it is gone. Secrets come from the engine, which alone has them."""
        if _package(type) == "random":
            return Result(id, state, inputs)
        self._after(self._before("read", type))
        record = self._find(type, id, state.properties, connection)
        if record is None and not state.properties:
            record = standing.named(type, id, connection.region, self._index)
        if record is None:
            return self._read_object(connection, type, id) if _package(type) == "kubernetes" else None
        known_outputs = self._restored(record.outputs, state.properties)
        known_inputs = self._restored(record.inputs, inputs.properties)
        secrets = outputs.secret_paths(resource_type(type), inputs.secrets | state.secrets)
        found = id if _package(type) == "kubernetes" else record.id
        return Result(found, Decoded(known_outputs, secrets), Decoded(known_inputs, inputs.secrets))

    def _read_object(self, connection: Connection, type: str, id: str) -> Result | None:
        """Read an object that a release brought; raises ``RefusedError`` where its chart is not known here."""
        asked = Record(urn=connection.urn, type=type, inputs={}, region=connection.region, provider=connection.urn)
        with self._lock:
            found = release.read_object(asked, id, self._index)
        _raise_if_refused(found.diagnostics)
        return Result(found.id, Decoded(found.outputs)) if found.id else None

    def update(
        self, connection: Connection, urn: str, type: str, id: str, state: Decoded, inputs: Decoded, preview: bool
    ) -> Result:
        """Change a resource in place; raises ``RefusedError``."""
        described = resource_type(type)
        if not preview:
            self._previews.forget()
        old = self._find(type, id, state.properties, connection)
        if old is None:
            raise RefusedError([Diagnostic("", f"{type} {id} does not exist any more", "run refresh, then up again")])
        if old.urn != urn and standing.key(old) in self._stood:
            old = self._index.rename(old, urn)
        fault = None if preview else self._before("update", type)
        new = replace(old, urn=urn, inputs=inputs.properties, provider=connection.urn)
        with self._turn(type):
            world = self._index
            answer = self._cloud(type).update(old, new, world, preview)
            _raise_if_refused(answer.diagnostics)
            # What an update may change comes from its inputs alone: what the program never stated stays as it is.
            stated = inputs.properties.keys() | old.inputs.keys() | outputs.DERIVED
            kept = {key: value for key, value in state.properties.items() if key not in stated}
            added = {**kept, **naming.from_prefix(described, new), **answer.outputs}
            new = replace(new, inputs=answer.waits.inputs if answer.waits else new.inputs)
            made = outputs.completed(described, new.inputs, connection, added)
            if fault == "cut-off":
                self._cut_off(described, replace(new, outputs=made), inputs.secrets, old)
            if preview and _package(type) == "aws":
                # A release's objects are read from its rendering, which a preview may not have.
                left = {**old.outputs, **answer.imagined}
                self._previews.imagine(
                    replace(new, inputs=self._redacted(new.inputs, inputs.secrets), outputs=left), old
                )
            if not preview:
                self._keep(described, replace(new, outputs=made), inputs.secrets, answer, old)
        self._after(fault)
        return Result(id, Decoded(made, outputs.secret_paths(described, inputs.secrets | state.secrets)))

    def delete(self, connection: Connection, type: str, id: str, state: Decoded) -> None:
        """Delete a resource; what is gone already counts as deleted. Raises ``RefusedError``."""
        if _package(type) == "random":
            return
        self._previews.forget()
        fault = self._before("delete", type)
        with self._lock:
            record = self._find(type, id, state.properties, connection)
            if record is not None:
                _raise_if_refused(self._cloud(type).delete(record, self._index))
                left = self._cloud(type).left(record)
                done = ((PENDING, pending_id(record)), (REBOOT, pending_id(record)))
                self._wait(record, Waits(record.inputs, over=done))
                self._store.delete(record, left)
                if standing.key(record) in self._stood:
                    self._store.end(record)
                self._index.remove(record)
                for thing in left:
                    self._index.add(thing)
        self._after(fault)

    def look_up(self, connection: Connection, token: str, arguments: Properties) -> Properties | Diagnostic:
        """Answer an invoke from the account as it is now."""
        with self._lock:
            region = connection.region_of(arguments)
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
        marked |= {("outputs", *path) for path in outputs.secret_paths(described, secrets)}
        kept = self._redacted(clear, frozenset(marked))
        stored = replace(record, inputs=_as_object(kept["inputs"]), outputs=_as_object(kept["outputs"]))
        with self._lock:
            if old is None:
                self._strays.make_room(stored, self._store)
                try:
                    self._store.put(stored, answer.notes)
                except DuplicateIdError as error:
                    raise RefusedError([Diagnostic("", str(error), "choose another name")]) from error
            else:
                self._store.update(stored, answer.notes)
                self._index.remove(old)
                self._wait(stored, answer.waits)
            self._index.add(stored)

    def _wait(self, record: Record, waits: Waits | None) -> None:
        """Keep what waits, in place of what waited before."""
        if waits is None:
            return
        for type, id in (*waits.over, *((each.type, each.id) for each in waits.later)):
            known = self._index.by_id(id, type, record.region)
            if known is not None:
                self._store.delete(known)
                self._index.remove(known)
        for thing in waits.later:
            self._store.add_left(thing)
            self._index.add(thing)

    def _cut_off(self, described: ResourceType, made: Record, secrets: frozenset[Path], old: Record | None) -> None:
        """Die in the middle of an operation, and leave what the cloud then has of it."""
        if made.type == release.RELEASE:
            self._keep(described, pending.cut_off(made, old), secrets if old is None else frozenset(), Answer(), old)
        _crash()

    def _before(self, operation: str, type: str) -> str | None:
        fault = self._faults.next(operation, type)
        if fault == "error":
            raise RefusedError(
                [Diagnostic("", f"InternalFailure: the {operation} failed, as OFFLINE_CLOUD_FAULTS asked")]
            )
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
    sys.stderr.write("the provider process dies here, as OFFLINE_CLOUD_FAULTS asked\n")
    sys.stderr.flush()
    os._exit(exit_codes.CRASHED)


def _package(type: str) -> str:
    return type.partition(":")[0]


def _logical_name(urn: str) -> str:
    return urn.rsplit("::", 1)[-1]


def _as_object(value: Value) -> Properties:
    return value if isinstance(value, dict) else {}


def _raise_if_refused(diagnostics: Sequence[Diagnostic]) -> None:
    if diagnostics:
        raise RefusedError(list(diagnostics))
