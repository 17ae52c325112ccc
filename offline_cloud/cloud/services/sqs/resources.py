"""What is known of each type of SQS, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Document, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches
from offline_cloud.cloud.services.sqs.rules import fifo, redrive

_HYPHENS: Final = "letters, digits, hyphens and underscores"

RESOURCES: Resources = {
    facts.QUEUE: Resource(
        id="https://sqs.{region}.amazonaws.com/{account}/{name}",
        outputs={"arn": "arn:aws:sqs:{region}:{account}:{name}", "url": "{id}"}, missing=Missing("QueueDoesNotExist"),
        unique=once("name", "QueueNameExists"),
        document=Document("policy", "resource", 262_144, "InvalidAttributeValue"),
        checks=(matches("name", r"[a-zA-Z0-9_-]{1,75}(\.fifo)?|[a-zA-Z0-9_-]{1,80}", _HYPHENS), fifo, redrive),
    ),
    "aws:sqs/queuePolicy:QueuePolicy": Resource(
        id="{queueUrl}", ids={"queueUrl": facts.QUEUE},
        document=Document("policy", "resource", 262_144, "InvalidAttributeValue"),
    ),
}  # fmt: skip
