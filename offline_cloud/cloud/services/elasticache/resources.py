"""What is known of each type of ElastiCache, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.pending import used_by_pending
from offline_cloud.cloud.core.resource import Dependents, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.windows import windows
from offline_cloud.cloud.core.wordings import at_most, matches, when, within
from offline_cloud.cloud.services.ec2 import network
from offline_cloud.cloud.services.elasticache import deletion, outputs, returned, rules

_NAME: Final = r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,254}(?<!-)"
_WORDS: Final = "letters, digits and single hyphens, a letter first"

RESOURCES: Resources = {
    "aws:elasticache/cluster:Cluster": Resource(
        checks=(
            within("snapshotRetentionLimit", 0, 35), within("numCacheNodes", 1, 60),
            matches("clusterId", r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,49}(?<!-)", "letters, digits and single hyphens"),
            windows("snapshotWindow", "maintenanceWindow", 60, apart=False),
        ),
    ),
    facts.CACHE_PARAMETERS: Resource(
        id="{name}", missing=Missing("CacheParameterGroupNotFound", "default([.:-].*)?"),
        unique=once("name", "CacheParameterGroupAlreadyExists"), checks=(matches("name", _NAME, _WORDS),),
        held_by=Dependents("InvalidCacheParameterGroupState", {facts.CACHE: "parameterGroupName"}),
        deletes=(used_by_pending("InvalidCacheParameterGroupState"),),
    ),
    facts.CACHE: Resource(
        name="replicationGroupId", id="{name}", outputs=outputs.replication_group,
        names={
            "subnetGroupName": facts.CACHE_SUBNETS, "parameterGroupName": facts.CACHE_PARAMETERS,
            "userGroupIds[]": facts.CACHE_USER_GROUP,
        },
        unique=once("replicationGroupId", "ReplicationGroupAlreadyExists"),
        checks=(
            when("automaticFailoverEnabled", None, False).excludes("multiAzEnabled"),
            matches(
                "replicationGroupId", r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)",
                "letters, digits and single hyphens",
            ),
            *(
                when(path).then(when("transitEncryptionEnabled", None, False).excludes(path))
                for path in ("userGroupIds", "authToken", "transitEncryptionMode")
            ),
            when("userGroupIds").excludes("authToken"), at_most("userGroupIds", 1),
            *(when(path).excludes("numCacheClusters") for path in ("numNodeGroups", "replicasPerNodeGroup")),
            within("snapshotRetentionLimit", 0, 35), rules.check_group,
            windows("snapshotWindow", "maintenanceWindow", 60, apart=False),
        ),
        states=(rules.cluster_mode_fits,), deletes=(deletion.final_snapshot,), leaves=deletion.leaves,
        waits=deletion.UPGRADES.waiting, deferred=deletion.UPGRADES.fields,
    ),
    "aws:elasticache/serverlessCache:ServerlessCache": Resource(checks=(within("snapshotRetentionLimit", 0, 35),)),
    facts.CACHE_SUBNETS: Resource(
        id="{name}",
        outputs={"arn": "arn:aws:elasticache:{region}:{account}:subnetgroup:{name}", "vpcId": "{vpc_subnetIds}"},
        missing=Missing("CacheSubnetGroupNotFoundFault", "default([.:-].*)?"),
        unique=once("name", "CacheSubnetGroupAlreadyExists"),
        checks=(matches("name", r"[a-zA-Z0-9-]{1,255}", "letters, digits and hyphens"),),
        states=(network.one_vpc("subnetIds"),),
        held_by=Dependents("CacheSubnetGroupInUse", {facts.CACHE: "subnetGroupName"}),
    ),
    facts.CACHE_USER: Resource(
        name="userId", id="{userId}", outputs={"arn": "arn:aws:elasticache:{region}:{account}:user:{userId}"},
        described=returned.user, missing=Missing("UserNotFound", "default([.:-].*)?"),
        unique=once("userId", "UserAlreadyExists"),
        checks=(
            when("noPasswordRequired", True).excludes("passwords"),
            when("noPasswordRequired", None, False).needs("authenticationMode", "passwords", "passwordsWo"),
            matches("accessString", r"(on|off)(.*)?", "on or off in front, as in: on ~app:* +@read"), rules.check_user,
        ),
    ),
    facts.CACHE_USER_GROUP: Resource(
        name="userGroupId", id="{userGroupId}",
        outputs={"arn": "arn:aws:elasticache:{region}:{account}:usergroup:{userGroupId}"},
        described=returned.user_group, names={"userIds[]": facts.CACHE_USER}, missing=Missing("UserGroupNotFound"),
        unique=once("userGroupId", "UserGroupAlreadyExists"),
        checks=(matches("userGroupId", r"[a-zA-Z][a-zA-Z0-9-]*", "letters, digits and hyphens, a letter first"),),
        states=(rules.has_default_user, rules.engines_agree, rules.users_authenticate),
        held_by=Dependents("InvalidUserGroupState", {facts.CACHE: "userGroupIds[]"}),
    ),
    "aws:elasticache/userGroupAssociation:UserGroupAssociation": Resource(
        id="{userGroupId},{userId}", names={"userId": facts.CACHE_USER, "userGroupId": facts.CACHE_USER_GROUP},
    ),
}  # fmt: skip
