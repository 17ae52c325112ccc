"""What is known of each type of DynamoDB, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core.resource import Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches, when
from offline_cloud.cloud.services.dynamodb import rules

_DOTS: Final = r"[a-zA-Z0-9_.-]{3,255}"
_JSON_FREE_NAME: Final = "letters, digits, hyphens, underscores and dots"

RESOURCES: Resources = {
    "aws:dynamodb/table:Table": Resource(
        id="{name}", outputs={"arn": "arn:aws:dynamodb:{region}:{account}:table/{name}"},
        unique=once("name", "ResourceInUseException"), missing=Missing("ResourceNotFoundException"),
        checks=(
            matches("name", _DOTS, f"3 to 255 {_JSON_FREE_NAME}"), rules.keys_described,
            when("billingMode", "PROVISIONED").needs("readCapacity"),
            when("billingMode", "PROVISIONED").needs("writeCapacity"),
            when("billingMode", "PAY_PER_REQUEST").excludes("readCapacity", "writeCapacity"),
            when("streamEnabled", True).needs("streamViewType"),
        ),
    ),
}  # fmt: skip
