"""Faults on demand: ``OFFLINE_CLOUD_FAULTS="create:aws:rds/instance:Instance:1=error; create:*:40=crash"``.

Each rule reads ``<operation>:<type token or *>:<n or *>=<kind>``. Operations are create, update, delete, read and
``*``. ``n`` counts the requests that match the operation and the type, from 1. ``run:<family>:1=error`` fails the first
task of a task definition's family that an `up` runs and waits for. The kinds:

``error``        the cloud refuses with an internal error, and nothing has happened
``throttle``     the cloud asks to slow down; the provider waits and tries again, as the AWS SDK does
``crash``        the provider process dies before the cloud has heard of the request
``crash-after``  the provider process dies after the cloud has done it, before the engine hears of it
``cut-off``      the provider process dies in the middle: a Helm release keeps a pending revision, all else nothing
``slow``         the request takes five seconds
``slow-after``   the cloud has done it, and the answer takes five seconds
"""

import threading
from dataclasses import dataclass, field
from typing import Final, Literal, cast, get_args

Kind = Literal["error", "throttle", "crash", "crash-after", "cut-off", "slow", "slow-after"]
OPERATIONS: Final = ("create", "update", "delete", "read", "run", "*")
VARIABLE: Final = "OFFLINE_CLOUD_FAULTS"


class FaultSyntaxError(ValueError):
    """A rule in ``OFFLINE_CLOUD_FAULTS``, or another switch of the offline cloud, cannot be read."""


@dataclass(frozen=True)
class Rule:
    operation: str
    type: str
    number: int | None
    kind: Kind

    def covers(self, operation: str, type: str) -> bool:
        """Tell whether requests of this kind count for the rule."""
        return self.operation in ("*", operation) and self.type in ("*", type)


def parse(text: str) -> list[Rule]:
    """Read the rules in a specification; raises ``FaultSyntaxError`` naming the rule at fault."""
    return [_parse_rule(part.strip()) for part in text.split(";") if part.strip()]


def _parse_rule(text: str) -> Rule:
    matcher, separator, kind = text.partition("=")
    operation, _, rest = matcher.partition(":")
    type_token, _, number = rest.rpartition(":")
    readable = separator and type_token and (number == "*" or (number.isdigit() and int(number) > 0))
    if not readable or operation not in OPERATIONS or kind not in get_args(Kind):
        raise FaultSyntaxError(
            f"{VARIABLE}: cannot read {text!r}; write <{'|'.join(OPERATIONS)}>:<type or *>:<n or *>"
            f"=<{'|'.join(get_args(Kind))}>, such as create:aws:rds/instance:Instance:1=error"
        )
    return Rule(operation, type_token, None if number == "*" else int(number), cast("Kind", kind))


@dataclass
class Faults:
    """Counts requests and tells which of them is to fail, and how."""

    rules: list[Rule] = field(default_factory=list[Rule])
    _counts: dict[Rule, int] = field(default_factory=dict[Rule, int])
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, operation: str, type: str) -> Kind | None:
        """Count a request; gives the fault of the first rule that applies to it."""
        verdict: Kind | None = None
        with self._lock:
            for rule in self.rules:
                if rule.covers(operation, type):
                    self._counts[rule] = self._counts.get(rule, 0) + 1
                    if verdict is None and rule.number in (None, self._counts[rule]):
                        verdict = rule.kind
        return verdict
