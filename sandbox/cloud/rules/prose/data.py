"""What the documentation of databases, caches, streams, file systems and buckets says in prose and no model states.

Sources: the API reference page of the operation that makes the type, and of what it takes, where nothing else is named.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Refusal, at, items, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, refusal
from sandbox.cloud.rules.wordings import (
    at_most,
    exactly_one,
    matches,
    one_of,
    ordered,
    unique,
    when,
    within,
)

_INVALID: Final = "InvalidParameterValue"
_BUCKET: Final = (
    r"(?!xn--|sthree-|amzn-s3-demo-)(?!.*(?:-s3alias|--ol-s3|\.mrap|--x-s3|--table-s3)$)(?!.*\.\.)"
    r"(?!\d+\.\d+\.\d+\.\d+$)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]"
)
_SCHEDULE: Final = r"cron\((\S+ ){5}\S+\)|rate\(\d+ (minute|hour|day)s?\)"
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
_DOTS: Final = r"[a-zA-Z0-9_.-]{3,255}"
_JSON_FREE_NAME: Final = "letters, digits, hyphens, underscores and dots"
_RESERVED: Final = r"(?!(?:rdsadmin|rdsrepladmin|rdstopmgr|rds_superuser|rds_replication|public|pg_\w+)$)"
_MASTER: Final = "a name that the engine has not reserved"
_LONG: Final = r"[^/@\" ]{8,128}"
_LONG_WORDS: Final = "8 to 128 characters without /, @, quotes and spaces"
_POSTGRES: Final = (
    when("engine", "postgres").asks("username", rf"{_RESERVED}(?!admin$).+", _MASTER),
    when("engine", "mysql", "mariadb").asks("username", rf"{_RESERVED}.{{1,32}}", _MASTER),
)
_RDS_NAME: Final = r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,254}(?<!-)"
_RDS_WORDS: Final = "letters, digits and single hyphens, a letter first"


def _keys_described(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """Each key of a table and of its indexes is among the attributes, and each attribute is a key."""
    indexes = [*objects(inputs, "globalSecondaryIndexes"), *objects(inputs, "localSecondaryIndexes")]
    keys = {key for each in (inputs, *indexes) for name in ("hashKey", "rangeKey") if (key := text(each, name))}
    described = {name for each in objects(inputs, "attributes") if (name := text(each, "name"))}
    if at(inputs, "attributes") is None or facts.has_unknown(inputs, "attributes"):
        return
    for key in sorted(keys - described):
        yield refusal("attributes", _INVALID, f"The key {key} is not described", f"add {key} to attributes")
    for name in sorted(described - keys) if not _has_key_schemas(indexes) else ():
        yield refusal("attributes", _INVALID, f"{name} is no key of the table or an index", "leave it out")


def _has_key_schemas(indexes: list[Properties]) -> bool:
    return any(items(each, "keySchemas") for each in indexes)


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:backup/plan:Plan": (
        unique("rules[].ruleName"), matches("rules[].schedule", _SCHEDULE, "cron(0 2 * * ? *) or rate(1 day)"),
        matches("name", r"[a-zA-Z0-9_.-]{1,50}", "up to 50 letters, digits and -_."),
        ordered("rules[0].startWindow", "rules[0].completionWindow"),
    ),
    "aws:backup/selection:Selection": (one_of("selectionTags[].type", "STRINGEQUALS"),),
    "aws:backup/vaultLockConfiguration:VaultLockConfiguration": (
        within("changeableForDays", 3, 36_500), ordered("minRetentionDays", "maxRetentionDays"),
    ),
    "aws:docdb/cluster:Cluster": (
        within("backupRetentionPeriod", 1, 35), one_of("storageType", "standard", "iopt1"),
        one_of("engine", "docdb"), matches("masterPassword", _LONG, _LONG_WORDS),
    ),
    "aws:dynamodb/table:Table": (
        matches("name", _DOTS, f"3 to 255 {_JSON_FREE_NAME}"), _keys_described,
        when("billingMode", "PROVISIONED").needs("readCapacity"),
        when("billingMode", "PROVISIONED").needs("writeCapacity"),
        when("billingMode", "PAY_PER_REQUEST").excludes("readCapacity", "writeCapacity"),
        when("streamEnabled", True).needs("streamViewType"),
    ),
    "aws:ebs/volume:Volume": (
        when("type", "io1", "io2").needs("iops"), within("throughput", 125, 2000),
        when("type", "gp2", "standard", "st1", "sc1").excludes("iops"),
        when("type", "gp2", "standard", "st1", "sc1", "io1", "io2").excludes("throughput"),
    ),
    "aws:efs/fileSystem:FileSystem": (
        when("throughputMode", "provisioned").needs("provisionedThroughputInMibps"),
        when("throughputMode", "bursting", "elastic").excludes("provisionedThroughputInMibps"),
        when("throughputMode", "elastic").takes("performanceMode", "generalPurpose"),
        when("availabilityZoneName").takes("performanceMode", "generalPurpose"),
        when("encrypted", False).excludes("kmsKeyId"),
    ),
    "aws:elasticache/cluster:Cluster": (
        within("snapshotRetentionLimit", 0, 35), within("numCacheNodes", 1, 60),
        matches("clusterId", r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,49}(?<!-)", "letters, digits and single hyphens"),
        one_of("azMode", "single-az", "cross-az"),
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": (matches("name", _RDS_NAME, _RDS_WORDS),),
    "aws:elasticache/replicationGroup:ReplicationGroup": (
        when("automaticFailoverEnabled", None, False).excludes("multiAzEnabled"),
        matches(
            "replicationGroupId", r"[a-zA-Z](?!.*--)[a-zA-Z0-9-]{0,39}(?<!-)", "letters, digits and single hyphens",
        ),
        *(
            when(path).then(when("transitEncryptionEnabled", None, False).excludes(path))
            for path in ("userGroupIds", "authToken", "transitEncryptionMode")
        ),
        when("userGroupIds").excludes("authToken"), at_most("userGroupIds", 1),
        *(when(path).excludes("numCacheClusters") for path in ("numNodeGroups", "replicasPerNodeGroup")),
        within("snapshotRetentionLimit", 0, 35),
    ),
    "aws:elasticache/serverlessCache:ServerlessCache": (within("snapshotRetentionLimit", 0, 35),),
    "aws:elasticache/subnetGroup:SubnetGroup": (
        matches("name", r"[a-zA-Z0-9-]{1,255}", "letters, digits and hyphens"),
    ),
    "aws:elasticache/user:User": (
        when("noPasswordRequired", True).excludes("passwords"),
        when("noPasswordRequired", None, False).needs("authenticationMode", "passwords", "passwordsWo"),
        matches("accessString", r"(on|off)(.*)?", "on or off in front, as in: on ~app:* +@read"),
    ),
    "aws:elasticache/userGroup:UserGroup": (
        matches("userGroupId", r"[a-zA-Z][a-zA-Z0-9-]*", "letters, digits and hyphens, a letter first"),
    ),
    "aws:kinesis/stream:Stream": (
        within("retentionPeriod", 24, 8760), when("encryptionType", "KMS").needs("kmsKeyId"),
        when("streamModeDetails.streamMode", "ON_DEMAND").excludes("shardCount"),
        when("streamModeDetails.streamMode", "PROVISIONED").needs("shardCount"),
    ),
    "aws:memorydb/cluster:Cluster": (
        within("numReplicasPerShard", 0, 5), within("snapshotRetentionLimit", 0, 35),
        matches("nodeType", r"db\.[a-z0-9]+\.[a-z0-9]+", "a node type, such as db.r7g.large"),
    ),
    "aws:neptune/cluster:Cluster": (within("backupRetentionPeriod", 1, 35),),
    "aws:rds/cluster:Cluster": (
        one_of("engine", "aurora-mysql", "aurora-postgresql", "mysql", "postgres"),
        one_of("engineMode", "provisioned", "serverless", "parallelquery", "global", "multimaster", ""),
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
    ),
    "aws:rds/eventSubscription:EventSubscription": (matches("name", r".{1,254}", "up to 254 characters"),),
    "aws:rds/instance:Instance": (
        *_NEW_DATABASE, *_STORAGE, *_OBSERVED, within("backupRetentionPeriod", 0, 35),
        matches("identifier", r"[a-z](?!.*--)[a-z0-9-]{0,62}(?<!-)", "lower-case letters, digits and single hyphens"),
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
    ),
    "aws:rds/parameterGroup:ParameterGroup": (matches("name", _RDS_NAME, _RDS_WORDS),),
    "aws:rds/proxy:Proxy": (within("idleClientTimeout", 1, 28_800),),
    "aws:rds/subnetGroup:SubnetGroup": (
        matches(
            "name", r"(?!default$)[a-zA-Z][a-zA-Z0-9._ -]{0,254}", "letters, digits and ._- or spaces, not default",
        ),
    ),
    "aws:redshift/cluster:Cluster": (
        within("automatedSnapshotRetentionPeriod", 0, 35), one_of("clusterType", "single-node", "multi-node"),
        when("clusterType", "multi-node").needs("numberOfNodes"),
    ),
    "aws:s3/bucket:Bucket": (
        matches("bucket", _BUCKET, "3 to 63 lower-case letters, digits, dots and hyphens, of no form that S3 keeps"),
    ),
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": (
        unique("rules[].id"), within("rules[].expiration.days", 1, 2_147_483_647, 0),
    ),
    "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration": (
        when("rule.defaultRetention").then(exactly_one("rule.defaultRetention.days", "rule.defaultRetention.years")),
    ),
}  # fmt: skip
