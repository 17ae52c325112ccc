"""What is known of each type of RDS, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.pending import used_by_pending
from offline_cloud.cloud.core.resource import Dependents, Missing, Protection, Resource, Resources, Role
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.windows import windows
from offline_cloud.cloud.core.wordings import matches, one_of, ordered, when, within
from offline_cloud.cloud.services.ec2 import network
from offline_cloud.cloud.services.rds import copies, deletion, outputs, pending, returned, rules

_RESERVED: Final = r"(?!(?:rdsadmin|rdsrepladmin|rdstopmgr|rds_superuser|rds_replication|public|pg_\w+)$)"
_MASTER: Final = "a name that the engine has not reserved"
_LONG: Final = r"[^/@\" ]{8,128}"
_LONG_WORDS: Final = "8 to 128 characters without /, @, quotes and spaces"
ADVANCED_DAYS: Final = 465
"""Days that the advanced mode of Database Insights keeps what it has seen, at least."""
_NEW: Final = when("replicateSourceDb", None).then
_FROM_NOTHING: Final = (when("snapshotIdentifier", None), when("restoreToPointInTime", None))
_NEW_DATABASE: Final = tuple(
    _NEW(_FROM_NOTHING[0].then(_FROM_NOTHING[1].then(rule)))
    for rule in (
        when("identifier").needs("username"), when("identifier").needs("engine"),
        when("identifier").needs("manageMasterUserPassword", "password", "passwordWo"),
    )
)  # fmt: skip
_STORAGE: Final = (
    when("storageType", "gp2", "gp3").then(within("allocatedStorage", 20, 65_536)),
    when("storageType", "io1", "io2").then(within("allocatedStorage", 100, 65_536)),
    when("storageType", "io1", "io2").needs("iops"), when("storageType", "gp2").excludes("iops"),
    ordered("allocatedStorage", "maxAllocatedStorage", strictly=True),
)  # fmt: skip
_OBSERVED: Final = (
    one_of("monitoringInterval", 0, 1, 5, 10, 15, 30, 60),
    when("monitoringInterval", 1, 5, 10, 15, 30, 60).needs("monitoringRoleArn"),
    one_of("performanceInsightsRetentionPeriod", 7, 731, *(31 * month for month in range(1, 24))),
    when("performanceInsightsEnabled", False).excludes("performanceInsightsRetentionPeriod"),
    when("databaseInsightsMode", "advanced").then(
        when("performanceInsightsEnabled", None, False).excludes("databaseInsightsMode"),
        within("performanceInsightsRetentionPeriod", ADVANCED_DAYS, 731),
        when("performanceInsightsRetentionPeriod", None).needs("performanceInsightsRetentionPeriod"),
    ),
)
_POSTGRES: Final = (
    when("engine", "postgres").asks("username", rf"{_RESERVED}(?!admin$).+", _MASTER),
    when("engine", "mysql", "mariadb").asks("username", rf"{_RESERVED}.{{1,32}}", _MASTER),
)

RESOURCES: Resources = {
    "aws:rds/cluster:Cluster": Resource(
        checks=(
            matches(
                "clusterIdentifier", r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,62}(?<!-)", "letters, digits and single hyphens",
            ),
            matches("masterUsername", rf"{_RESERVED}.+", _MASTER), within("backupRetentionPeriod", 1, 35),
            when("engine", "aurora-postgresql", "postgres").asks("masterUsername", r"(?!admin$).+", _MASTER),
            matches("masterPassword", _LONG, _LONG_WORDS),
            when("manageMasterUserPassword", True).excludes("masterPassword"),
            within("serverlessv2ScalingConfiguration.minCapacity", 0, 256),
            within("serverlessv2ScalingConfiguration.maxCapacity", 1, 256),
            ordered("serverlessv2ScalingConfiguration.minCapacity", "serverlessv2ScalingConfiguration.maxCapacity"),
            windows("preferredBackupWindow", "preferredMaintenanceWindow", 30, apart=True),
        ),
    ),
    "aws:rds/clusterInstance:ClusterInstance": Resource(
        checks=(windows("preferredBackupWindow", "preferredMaintenanceWindow", 30, apart=True),),
    ),
    "aws:rds/eventSubscription:EventSubscription": Resource(
        id="{name}", outputs={"arn": "arn:aws:rds:{region}:{account}:es:{name}", "customerAwsId": "{account}"},
        unique=once("name", "SubscriptionAlreadyExist"),
    ),
    facts.DATABASE: Resource(
        name="identifier", id="db-{capitals26}", outputs=outputs.database, described=returned.database,
        names={"dbSubnetGroupName": facts.DATABASE_SUBNETS, "parameterGroupName": facts.DATABASE_PARAMETERS},
        missing=Missing("DBInstanceNotFound"), unique=once("identifier", "DBInstanceAlreadyExists"),
        role=Role(
            "monitoringRoleArn", "monitoring.rds.amazonaws.com", "InvalidParameterValue",
            bare="IAM role ARN value is invalid or does not include the required permissions for: ENHANCED_MONITORING",
        ),
        checks=(
            *_NEW_DATABASE, *_STORAGE, *_OBSERVED,
            matches(
                "identifier", r"[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)", "lower-case letters, digits and single hyphens",
            ),
            when("replicateSourceDb").excludes(
                "username", "dbName", "manageMasterUserPassword", "snapshotIdentifier", "password", "passwordWo",
            ),
            when("manageMasterUserPassword", True).excludes("password", "passwordWo"),
            when("multiAz", True).excludes("availabilityZone"), when("storageEncrypted", False).excludes("kmsKeyId"),
            one_of("caCertIdentifier", "rds-ca-2019", "rds-ca-rsa2048-g1", "rds-ca-rsa4096-g1", "rds-ca-ecc384-g1"),
            one_of(
                "enabledCloudwatchLogsExports[]", "postgresql", "upgrade", "iam-db-auth-error", "audit", "error",
                "general", "slowquery", "alert", "listener", "trace", "oemagent", "agent", "diag.log", "notify.log",
            ),
            *_POSTGRES, matches("password", _LONG, _LONG_WORDS),
            one_of(
                "licenseModel", "license-included", "bring-your-own-license", "general-public-license",
                "postgresql-license", "marketplace-license",
            ),
            rules.check_gp3, windows("backupWindow", "maintenanceWindow", 30, apart=True),
        ),
        states=(rules.family_fits,), creates=(rules.source,), updates=(rules.keeps_backups,),
        deletes=(deletion.final_snapshot,), leaves=deletion.leaves,
        waits=pending.waiting, deferred=pending.FIELDS, maintained=pending.raised,
        protected=Protection("deletionProtection", "InvalidParameterCombination"),
    ),
    facts.DATABASE_COPIES: Resource(
        id="arn:aws:rds:{region}:{account}:auto-backup:ab-{hex32}",
        missing=Missing("DBInstanceNotFound"),
        unique=once(
            "sourceDbInstanceArn", "InvalidDBInstanceState",
            "The automated backups of {sourceDbInstanceArn} are replicated into this region already",
        ),
        checks=(within("retentionPeriod", 1, 35),), creates=(copies.source,), states=(copies.readable,),
    ),
    facts.DATABASE_PARAMETERS: Resource(
        id="{name}", outputs={"arn": "arn:aws:rds:{region}:{account}:pg:{name}"}, described=returned.parameters,
        missing=Missing("DBParameterGroupNotFound", "default([.:-].*)?"),
        unique=once("name", "DBParameterGroupAlreadyExists"),
        held_by=Dependents("InvalidDBParameterGroupState", {facts.DATABASE: "parameterGroupName"}),
        deletes=(used_by_pending("InvalidDBParameterGroupState"),), waits=pending.of_parameters,
    ),
    facts.PROXY: Resource(
        id="{name}",
        outputs={
            "arn": "arn:aws:rds:{region}:{account}:db-proxy:prx-0{hex16}",
            "endpoint": "{name}.proxy-{hash12_rds}.{region}.rds.amazonaws.com",
        },
        missing=Missing("DBProxyNotFoundFault"), unique=once("name", "DBProxyAlreadyExistsFault"),
        checks=(within("idleClientTimeout", 1, 28_800),),
        states=(network.one_vpc("vpcSubnetIds", "vpcSecurityGroupIds"),),
    ),
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": Resource(
        id="{dbProxyName}",
        outputs={"arn": "arn:aws:rds:{region}:{account}:target-group:prx-tg-0{hex16}", "name": "default"},
        names={"dbProxyName": facts.PROXY},
    ),
    "aws:rds/proxyEndpoint:ProxyEndpoint": Resource(
        name="dbProxyEndpointName", id="{dbProxyName}/{name}",
        outputs={
            "arn": "arn:aws:rds:{region}:{account}:db-proxy-endpoint:prx-endpoint-0{hex16}",
            "endpoint": "{name}.endpoint.proxy-{hash12_rds}.{region}.rds.amazonaws.com", "vpcId": "{vpc_vpcSubnetIds}",
        },
        names={"dbProxyName": facts.PROXY},
    ),
    "aws:rds/proxyTarget:ProxyTarget": Resource(
        id="{dbProxyName}/{targetGroupName}/RDS_INSTANCE/{dbInstanceIdentifier:{dbClusterIdentifier}}",
        outputs=outputs.proxy_target, names={"dbProxyName": facts.PROXY, "dbInstanceIdentifier": facts.DATABASE},
    ),
    facts.DATABASE_SUBNETS: Resource(
        id="{name}",
        outputs={
            "arn": "arn:aws:rds:{region}:{account}:subgrp:{name}", "vpcId": "{vpc_subnetIds}",
            "supportedNetworkTypes": ["IPV4"],
        },
        missing=Missing("DBSubnetGroupNotFoundFault", "default([.:-].*)?"),
        unique=once("name", "DBSubnetGroupAlreadyExists"),
        checks=(
            matches(
                "name", r"(?!default$)[a-zA-Z][a-zA-Z0-9._ -]{0,254}",
                "letters, digits and ._- or spaces, not default",
            ),
        ),
        states=(
            network.one_vpc("subnetIds"),
            network.two_zones(
                "subnetIds", "DBSubnetGroupDoesNotCoverEnoughAZs",
                "The DB subnet group doesn't meet Availability Zone (AZ) coverage requirement",
            ),
        ),
        held_by=Dependents("InvalidDBSubnetGroupStateFault", {facts.DATABASE: "dbSubnetGroupName"}),
    ),
}  # fmt: skip
