"""What is known of each type of ECS, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Missing, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import named, within
from offline_cloud.cloud.services.ecs import outputs, rules

RESOURCES: Resources = {
    facts.ECS_CLUSTER: Resource(
        id="arn:aws:ecs:{region}:{account}:cluster/{name}", outputs={"arn": "{id}"},
        missing=Missing("ClusterNotFoundException"), checks=(named(255),),
    ),
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders": Resource(
        id="{clusterName}", names={"clusterName": facts.ECS_CLUSTER},
    ),
    facts.SERVICE: Resource(
        id=outputs.service_id,
        outputs={"arn": "{id}", "iamRole": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"},
        unique=once(
            "cluster name", "InvalidParameterException",
            "Creation of service was not idempotent: {name} exists already",
        ),
        checks=(within("desiredCount", 0, 5000), named(255), rules.placement), states=(rules.balanced,),
    ),
    facts.TASK_DEFINITION: Resource(
        id=outputs.task_definition_id, outputs=outputs.task_definition,
        ids={
            "volumes[].efsVolumeConfiguration.fileSystemId": facts.FILE_SYSTEM,
            "volumes[].efsVolumeConfiguration.authorizationConfig.accessPointId": facts.ACCESS_POINT,
        },
        role=Role("executionRoleArn", "ecs-tasks.amazonaws.com", "ClientException"),
        checks=(named(255, path="family"), rules.task_size, rules.container_list),
        states=(rules.referenced, rules.pullable),
    ),
}  # fmt: skip
