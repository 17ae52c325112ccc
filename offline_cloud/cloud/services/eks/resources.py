"""What is known of each type of EKS, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Protection, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import at_most, matches, one_of, ordered, when, within
from offline_cloud.cloud.services.ec2 import network
from offline_cloud.cloud.services.eks import add_ons, nodes, outputs, rules
from offline_cloud.cloud.services.kms import key_use

_NODE_ENTRIES: Final = ("EC2", "EC2_LINUX", "EC2_WINDOWS", "FARGATE_LINUX", "HYBRID_LINUX", "HYPERPOD_LINUX")

RESOURCES: Resources = {
    facts.ACCESS_ENTRY: Resource(
        id="{clusterName}:{principalArn}", outputs=outputs.access_entry, names={"clusterName": facts.CLUSTER},
        unique=once("clusterName principalArn", "ResourceInUseException"),
        checks=(
            matches(
                "kubernetesGroups[]", r"(?!system:|eks:|aws:|amazon:|iam:).+", "a group of your own, not of system:",
            ),
            when("type", *_NODE_ENTRIES).excludes("kubernetesGroups"),
        ),
    ),
    facts.ACCESS_POLICY: Resource(
        id="{clusterName}#{principalArn}#{policyArn}", names={"clusterName": facts.CLUSTER},
        unique=once("clusterName principalArn policyArn", "ResourceInUseException"),
        checks=(
            when("accessScope.type", "namespace").needs("accessScope.namespaces"),
            matches(
                "policyArn", r"arn:aws[a-z-]*:eks::aws:cluster-access-policy/\w+", "a cluster access policy's ARN",
            ),
        ),
        states=(rules.entry_exists,),
    ),
    facts.ADDON: Resource(
        name="addonName", id="{clusterName}:{addonName}",
        outputs={"arn": "arn:aws:eks:{region}:{account}:addon/{clusterName}/{addonName}/{uuid}"},
        names={"clusterName": facts.CLUSTER}, unique=once("clusterName addonName", "ResourceInUseException"),
        checks=(nodes.check_add_on,), creates=(add_ons.becomes_active,), updates=(add_ons.stays_active,),
    ),
    facts.CLUSTER: Resource(
        id="{name}", outputs=outputs.cluster,
        unique=once("name", "ResourceInUseException"),
        role=Role(
            "roleArn", "eks.amazonaws.com",
            bare="The provided role doesn't have the Amazon EKS Managed Policies associated with it",
        ),
        checks=(
            when("computeConfig.enabled", True).takes("accessConfig.authenticationMode", "API", "API_AND_CONFIG_MAP"),
            matches("name", r"[0-9A-Za-z][A-Za-z0-9_-]{0,99}", "up to 100 letters, digits, hyphens and underscores"),
            one_of("enabledClusterLogTypes[]", "api", "audit", "authenticator", "controllerManager", "scheduler"),
            matches("version", r"1\.\d\d", "a minor version, such as 1.35"), rules.check_cluster,
        ),
        states=(
            network.one_vpc("vpcConfig.subnetIds", "vpcConfig.securityGroupIds"),
            network.two_zones(
                "vpcConfig.subnetIds", "InvalidParameterException",
                "Subnets specified must be in at least two different AZs",
            ),
            rules.in_zones_of_eks,
        ),
        updates=(rules.upgrades_one_step, rules.keeps_access_entries, rules.keeps_its_zones),
        held_by=Dependents(
            "ResourceInUseException", {facts.NODE_GROUP: "clusterName", facts.FARGATE_PROFILE: "clusterName"},
        ),
        protected=Protection("deletionProtection", "InvalidRequestException"),
    ),
    facts.FARGATE_PROFILE: Resource(
        name="fargateProfileName", id="{clusterName}:{name}",
        outputs={"arn": "arn:aws:eks:{region}:{account}:fargateprofile/{clusterName}/{name}/{uuid}"},
        names={"clusterName": facts.CLUSTER}, checks=(at_most("selectors", 5),),
    ),
    facts.NODE_GROUP: Resource(
        name="nodeGroupName", id="{clusterName}:{name}",
        outputs={
            "arn": "arn:aws:eks:{region}:{account}:nodegroup/{clusterName}/{name}/{uuid}",
            "resources": [{"autoscalingGroups": [{"name": "eks-{name}-{uuid_group}"}]}], "status": "ACTIVE",
        },
        names={"clusterName": facts.CLUSTER}, unique=once("clusterName nodeGroupName", "ResourceInUseException"),
        role=Role("nodeRoleArn", "ec2.amazonaws.com", begun=False),
        checks=(
            ordered("scalingConfig.minSize", "scalingConfig.desiredSize", "scalingConfig.maxSize"),
            when("launchTemplate").excludes("diskSize", "remoteAccess"),
            when("launchTemplate").then(when("amiType", "CUSTOM").excludes("version")), nodes.processors,
            within("scalingConfig.maxSize", 1, 450),
        ),
        states=(network.one_vpc("subnetIds"),),
        creates=(rules.nodes_can_join, key_use.machines_start("launchTemplate.id")),
    ),
    facts.POD_IDENTITY: Resource(
        id="a-{hex17}",
        outputs={
            "associationId": "{id}",
            "associationArn": "arn:aws:eks:{region}:{account}:podidentityassociation/{clusterName}/{id}",
        },
        names={"clusterName": facts.CLUSTER},
        unique=once("clusterName namespace serviceAccount", "ResourceInUseException"),
        role=Role("roleArn", "pods.eks.amazonaws.com"),
    ),
}  # fmt: skip
