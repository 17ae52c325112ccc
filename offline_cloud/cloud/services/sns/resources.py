"""What is known of each type of SNS, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Document, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches, one_of, when
from offline_cloud.cloud.services.sns import outputs, rules
from offline_cloud.cloud.services.sqs.rules import fifo

_HYPHENS: Final = "letters, digits, hyphens and underscores"

RESOURCES: Resources = {
    facts.TOPIC: Resource(
        id="arn:aws:sns:{region}:{account}:{name}",
        outputs={"arn": "{id}", "owner": "{account}", "beginningArchiveTime": ""},
        unique=once("name", "ResourceAlreadyExistsException"),
        document=Document("policy", "resource", 30_720, "InvalidParameter"),
        checks=(matches("name", r"[a-zA-Z0-9_-]{1,251}(\.fifo)?", _HYPHENS), fifo, one_of("signatureVersion", 1, 2)),
    ),
    "aws:sns/topicPolicy:TopicPolicy": Resource(
        id="{arn}", document=Document("policy", "resource", 30_720, "InvalidParameter"),
    ),
    "aws:sns/topicSubscription:TopicSubscription": Resource(
        id="{topic}:{uuid}", outputs=outputs.topic_subscription,
        checks=(
            when("protocol", "email", "email-json").asks("endpoint", r"[^@\s]+@[^@\s]+\.[^@\s]+", "an address"),
            when("protocol", "http").asks("endpoint", r"http://.+", "an address of http://"),
            when("protocol", "https").asks("endpoint", r"https://.+", "an address of https://"),
            when("protocol", "sqs", "lambda", "firehose").asks("endpoint", r"arn:.+", "an ARN"),
            one_of(
                "protocol", "application", "email", "email-json", "firehose", "http", "https", "lambda", "sms", "sqs",
            ),
            one_of("filterPolicyScope", "MessageAttributes", "MessageBody"),
            rules.subscription,
        ),
    ),
}  # fmt: skip
