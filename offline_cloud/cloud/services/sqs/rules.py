"""What SQS accepts, and what SNS does of the same kind. Source: the API references of both."""

import json
from collections.abc import Iterator
from typing import Final, cast

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Value, text

FIFO: Final = ".fifo"
_INVALID: Final = "InvalidParameterValue"
_MOST_RECEIVES: Final = 1_000


def fifo(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """The name of a topic or queue ends with .fifo when it keeps the order, and only then deduplicates by content."""
    is_fifo = inputs.get("fifoTopic", inputs.get("fifoQueue")) is True
    name = text(inputs, "name")
    if name is not None and name.endswith(FIFO) != is_fifo:
        fix = "end the name with .fifo" if is_fifo else "leave .fifo out of the name"
        yield reject("name", _INVALID, f"The name {name} does not fit", fix)
    if inputs.get("contentBasedDeduplication") is True and not is_fifo:
        fix = "leave it out, or make it first in, first out"
        yield reject("contentBasedDeduplication", "InvalidAttributeName", "Unknown Attribute", fix)


def redrive(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """A redrive policy names a queue of the same kind, and a number of receives."""
    policy = json_object(inputs, "redrivePolicy")
    if policy is None:
        return
    target = dead_letter_target(policy)
    if target is None:
        reason = "Redrive policy does not contain mandatory attribute: deadLetterTargetArn"
        yield reject("redrivePolicy", _INVALID, reason, "name the dead-letter queue's ARN")
    elif target.endswith(FIFO) != (inputs.get("fifoQueue") is True):
        reason = "Dead-letter queue must be same type of queue as the source"
        yield reject("redrivePolicy", _INVALID, reason, "make both first in, first out, or neither")
    count = str(policy.get("maxReceiveCount", ""))
    if not count.isdecimal() or not 1 <= int(count) <= _MOST_RECEIVES:
        reason = f"Invalid value for maxReceiveCount: {count}, valid values are from 1 to {_MOST_RECEIVES}"
        yield reject("redrivePolicy", _INVALID, reason, "name a number between the two")


def json_object(inputs: Properties, path: str) -> dict[str, Value] | None:
    """Read a JSON object from an input; None where it is absent, not known yet, or none."""
    try:
        found: object = json.loads(text(inputs, path) or "null")
    except ValueError:
        return None
    return cast("dict[str, Value]", found) if isinstance(found, dict) else None


def dead_letter_target(policy: dict[str, Value]) -> str | None:
    """Give the ARN that a redrive policy names."""
    target = policy.get("deadLetterTargetArn")
    return target if isinstance(target, str) and target else None
