"""What is known of each type of Application Auto Scaling, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Resource, Resources
from offline_cloud.cloud.core.wordings import ordered
from offline_cloud.cloud.services.appautoscaling import rules

RESOURCES: Resources = {
    # The provider's id is the name alone, which each service may give again; here an id stands for one policy.
    facts.SCALING_POLICY: Resource(
        id="{resourceId}/{name}",
        outputs={
            "arn": "arn:aws:autoscaling:{region}:{account}:scalingPolicy:{uuid_policy}:"
            "resource/{serviceNamespace}/{resourceId}:policyName/{name}",
        },
        states=(rules.registered,),
    ),
    facts.SCALING_TARGET: Resource(
        id="{resourceId}",
        outputs={"arn": "arn:aws:application-autoscaling:{region}:{account}:scalable-target/{hex22_target}"},
        checks=(ordered("minCapacity", "maxCapacity"),), states=(rules.scalable,),
    ),
}  # fmt: skip
