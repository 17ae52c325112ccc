"""What is known of each type of Kinesis, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.wordings import when, within

RESOURCES: Resources = {
    "aws:kinesis/stream:Stream": Resource(
        checks=(
            within("retentionPeriod", 24, 8760), when("encryptionType", "KMS").needs("kmsKeyId"),
            when("streamModeDetails.streamMode", "ON_DEMAND").excludes("shardCount"),
            when("streamModeDetails.streamMode", "PROVISIONED").needs("shardCount"),
        ),
    ),
}  # fmt: skip
