"""What is known of each type of budgets, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.uniqueness import ever
from offline_cloud.cloud.core.wordings import matches, one_of

RESOURCES: Resources = {
    "aws:budgets/budget:Budget": Resource(
        id="{account}:{name}", outputs={"arn": "arn:aws:budgets::{account}:budget/{name}", "accountId": "{account}"},
        unique=ever("name", "DuplicateRecordException"),
        checks=(
            matches("name", r"[^:\\]{1,100}", "up to 100 characters, no : and no \\"),
            one_of("notifications[].comparisonOperator", "GREATER_THAN", "LESS_THAN", "EQUAL_TO"),
            one_of("notifications[].notificationType", "ACTUAL", "FORECASTED"),
            one_of("notifications[].thresholdType", "PERCENTAGE", "ABSOLUTE_VALUE"),
        ),
    ),
}  # fmt: skip
