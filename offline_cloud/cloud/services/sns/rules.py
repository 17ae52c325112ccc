"""What SNS accepts of a subscription. Source: the SNS developer guide."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, text
from offline_cloud.cloud.services.sqs.rules import FIFO, dead_letter_target, json_object

_INVALID: Final = "InvalidParameter"
_MOST_KEYS: Final = 5


def subscription(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """A FIFO topic speaks to queues alone, a standard topic to no FIFO queue; a dead-letter queue is of its kind."""
    topic, protocol, endpoint = (text(inputs, key) for key in ("topic", "protocol", "endpoint"))
    fifo = None if topic is None else topic.endswith(FIFO)
    if fifo and protocol not in (None, "sqs"):
        yield reject("protocol", _INVALID, f"Invalid protocol type: {protocol}", "subscribe a queue, or another topic")
    if fifo is False and protocol == "sqs" and endpoint is not None and endpoint.endswith(FIFO):
        reason = "FIFO SQS Queues can not be subscribed to standard SNS topics"
        yield reject("endpoint", _INVALID, reason, "make the topic first in, first out, or subscribe a standard queue")
    target = dead_letter_target(json_object(inputs, "redrivePolicy") or {})
    if fifo is not None and target is not None and target.endswith(FIFO) != fifo:
        kind = "FIFO" if fifo else "standard"
        reason = f"RedrivePolicy: must use a {kind} queue as DLQ for a {kind} topic"
        yield reject("redrivePolicy", _INVALID, reason, "name a queue of the topic's kind")
    yield from _filter(inputs)


def _filter(inputs: Properties) -> Iterator[Diagnostic]:
    """A filter is a JSON object of few keys."""
    keys = json_object(inputs, "filterPolicy")
    if keys is None and text(inputs, "filterPolicy"):
        reason = "FilterPolicy: failed to parse JSON"
        yield reject("filterPolicy", _INVALID, reason, "write an object with json.dumps")
    if keys is not None and len(keys) > _MOST_KEYS:
        reason = f"FilterPolicy: Filter policy can not have more than {_MOST_KEYS} keys"
        yield reject("filterPolicy", _INVALID, reason, "name fewer attributes")
