"""What the engine tells while it works, gathered into what a person wants to know afterwards."""

import json
import re
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from pulumi.automation.events import DiagnosticEvent, EngineEvent, PolicyEvent, StepEventMetadata

STACK_TYPE: Final = "pulumi:pulumi:Stack"
POLL_SECONDS: Final = 0.05
_COLOUR: Final = re.compile(r"<\{%[^%]*%\}>")
# What a change is called for a person; "same" and the engine's own clean-up steps are no changes.
CHANGES: Final = {
    "create": "created",
    "update": "updated",
    "replace": "replaced",
    "delete": "deleted",
    "import": "imported",
    "refresh": "refreshed",
    "discard": "discarded",
}


@dataclass(frozen=True)
class EngineDiagnostic:
    """One complaint: about a resource, or about the program as a whole when ``urn`` is empty."""

    urn: str
    text: str
    warning: bool = False

    @property
    def resource(self) -> str:
        """The resource as a person knows it: its type and logical name."""
        return label(self.urn)


@dataclass(frozen=True)
class PolicyDiagnostic:
    policy: str
    level: str
    resource: str
    text: str


@dataclass
class Story:
    """Everything worth telling about one run of the engine."""

    started: dict[str, str] = field(default_factory=dict[str, str])
    _seen: set[tuple[str, str]] = field(default_factory=set[tuple[str, str]])
    failed: list[str] = field(default_factory=list[str])
    diagnostics: list[EngineDiagnostic] = field(default_factory=list[EngineDiagnostic])
    policy_diagnostics: list[PolicyDiagnostic] = field(default_factory=list[PolicyDiagnostic])
    changes: Mapping[str, int] = field(default_factory=dict[str, int])
    steps: list[tuple[str, str]] = field(default_factory=list[tuple[str, str]])
    outputs: Mapping[str, object] | None = None
    summed_up: bool = False
    """Whether the engine told of its end: without that, the counts say nothing."""

    def take(self, event: EngineEvent) -> None:
        """Learn from one event."""
        if event.resource_pre_event:
            self.started[event.resource_pre_event.metadata.urn] = str(event.resource_pre_event.metadata.op.value)
        elif event.res_outputs_event:
            self._finished(event.res_outputs_event.metadata)
        elif event.res_op_failed_event:
            self.started.pop(event.res_op_failed_event.metadata.urn, None)
            self.failed.append(event.res_op_failed_event.metadata.urn)
        elif event.diagnostic_event:
            self._diagnosed(event.diagnostic_event)
        elif event.policy_event:
            self._policy_diagnosed(event.policy_event)
        elif event.summary_event:
            changes = cast("Mapping[object, int]", event.summary_event.resource_changes)
            self.summed_up = True
            self.changes = {str(getattr(op, "value", op)): count for op, count in changes.items()}

    @property
    def types(self) -> frozenset[str]:
        """The resource types that the run told of."""
        return frozenset(urn.split("::")[2].rpartition("$")[2] for urn, _ in self._seen if urn.count("::") > 2)  # noqa: PLR2004

    @property
    def done(self) -> int:
        """How many steps are done."""
        return len(self._seen)

    def _finished(self, metadata: StepEventMetadata) -> None:
        self.started.pop(metadata.urn, None)
        # A component is told of twice: when it is registered, and when its outputs are.
        self._seen.add((metadata.urn, str(metadata.op.value)))
        operation = str(metadata.op.value)
        if metadata.type == STACK_TYPE and metadata.new is not None:
            self.outputs = cast("Mapping[str, object]", metadata.new.outputs or {})
        elif operation != "same" and (operation, metadata.urn) not in self.steps:
            self.steps.append((operation, metadata.urn))

    def _diagnosed(self, event: DiagnosticEvent) -> None:
        text = plain(event.message)
        if event.severity in ("error", "warning") and text and not event.ephemeral and not _is_noise(text):
            diagnostic = EngineDiagnostic(event.urn or "", text.removeprefix("error: "), event.severity == "warning")
            if diagnostic not in self.diagnostics:
                self.diagnostics.append(diagnostic)

    def _policy_diagnosed(self, event: PolicyEvent) -> None:
        text = plain(event.message)
        self.policy_diagnostics.append(
            PolicyDiagnostic(event.policy_name, event.enforcement_level, label(event.resource_urn or ""), text)
        )

    @property
    def errors(self) -> list[EngineDiagnostic]:
        """The complaints that matter: the engine's own summing-up lines are left out where there is a better one."""
        errors = [diagnostic for diagnostic in self.diagnostics if not diagnostic.warning]
        telling = [diagnostic for diagnostic in errors if not _is_echo(diagnostic.text)]
        return telling or errors


def _is_noise(text: str) -> bool:
    # One process stands in for three packages, so it cannot give each its own version.
    return text.startswith("resource plugin ") and "expected to have version" in text


def _is_echo(text: str) -> bool:
    return text.startswith(
        ("update failed", "preview failed", "Resource monitor has terminated", "resource registration")
    )


def plain(text: str) -> str:
    """Take the engine's colour marks out of a text."""
    return _COLOUR.sub("", text).strip()


def label(urn: str) -> str:
    """Write a URN for people: ``aws:ec2/subnet:Subnet network-public-a``."""
    if urn.count("::") < 3:  # noqa: PLR2004  # urn:pulumi:<stack>::<project>::<types>::<name>
        return ""
    return f"{urn.split('::', 3)[2].rsplit('$', 1)[-1]} {urn.split('::', 3)[3]}"


class Follower(threading.Thread):
    """Reads the engine's event log while it grows, and hands each event on."""

    def __init__(self, path: Path, take: Callable[[EngineEvent], None]) -> None:
        super().__init__(daemon=True)
        self._path = path
        self._take = take
        self._ended = threading.Event()

    def run(self) -> None:
        with self._path.open(encoding="utf-8") as log:
            partial = ""
            while True:
                # Ask before reading: what was written before the end is then read in this very turn.
                ended = self._ended.is_set()
                for line in log:
                    partial += line
                    if partial.endswith("\n"):
                        self._hand_on(partial)
                        partial = ""
                if ended:
                    return
                time.sleep(POLL_SECONDS)

    def _hand_on(self, line: str) -> None:
        read = cast("Callable[[object], EngineEvent]", EngineEvent.from_json)  # pyright: ignore[reportUnknownMemberType]  # takes a bare dict
        with suppress(ValueError):  # a full disk breaks lines off; `summed_up` tells whether the end was among them
            self._take(read(json.loads(line)))

    def finish(self) -> None:
        """Read what is left, then stop."""
        self._ended.set()
        self.join()
