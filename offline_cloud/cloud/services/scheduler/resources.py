"""What is known of each type of EventBridge Scheduler, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.services.scheduler import rules

RESOURCES: Resources = {
    facts.SCHEDULE: Resource(
        id="default/{name}",
        outputs={
            "arn": "arn:aws:scheduler:{region}:{account}:schedule/{id}", "groupName": "default", "state": "ENABLED",
        },
        unique=once("name", "ConflictException"),
        role=Role("target.roleArn", "scheduler.amazonaws.com", "ValidationException"), checks=(rules.expression,),
    ),
}  # fmt: skip
