"""What is known of each type of Cognito, beside what is derived."""

from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.wordings import when, within

RESOURCES: Resources = {
    "aws:cognito/userPool:UserPool": Resource(
        checks=(within("passwordPolicy.minimumLength", 6, 99), when("aliasAttributes").excludes("usernameAttributes")),
    ),
}  # fmt: skip
