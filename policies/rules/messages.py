"""Rules over queues and topics; that a topic is encrypted is in observation.py."""

from collections import Counter
from collections.abc import Iterator, Sequence

from policies.about import medium
from policies.rule import resource_rule, stack_rule
from policies.rules.storage import refuses_plain_requests
from policies.view import Resource

_QUEUE, _QUEUE_POLICY = "aws:sqs/queue:Queue", "aws:sqs/queuePolicy:QueuePolicy"


@resource_rule(
    "queue-encrypted",
    "Queues are encrypted",
    _QUEUE,
    about=medium(
        "Messages lie in the queue in clear.",
        "Set kmsMasterKeyId to the platform's data key.",
        "CKV_AWS_27",
    ),
)
def queue_encrypted(queue: Resource) -> Iterator[str]:
    if not queue.has("kmsMasterKeyId") and not queue.is_set("sqsManagedSseEnabled"):
        yield "neither kmsMasterKeyId nor sqsManagedSseEnabled is set; name the platform's data key"


@stack_rule(
    "queue-has-policy",
    "Every queue says who may reach it, and how",
    about=medium(
        "Nothing keeps a request without TLS, or from another account's role, from the queue.",
        "Add a QueuePolicy that refuses plain requests.",
    ),
)
def queue_has_policy(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A queue's policy names it by a URL that a preview does not know, so each component's are counted."""
    policies = Counter(each.parent for each in resources if each.type == _QUEUE_POLICY)
    queues = Counter(each.parent for each in resources if each.type == _QUEUE)
    for queue in resources:
        if queue.type == _QUEUE and policies[queue.parent] < queues[queue.parent]:
            yield queue, "its component has fewer policies than queues; add a QueuePolicy that refuses plain requests"


@resource_rule(
    "message-tls-only",
    "Queues and topics are reached over TLS alone",
    _QUEUE_POLICY,
    "aws:sns/topicPolicy:TopicPolicy",
    about=medium(
        "Messages cross the network in clear.",
        "Deny requests with aws:SecureTransport false in the policy.",
    ),
)
def message_tls_only(policy: Resource) -> Iterator[str]:
    if not refuses_plain_requests(policy):
        yield "no statement denies requests with aws:SecureTransport false; add one"


RULES = (queue_encrypted, queue_has_policy, message_tls_only)
