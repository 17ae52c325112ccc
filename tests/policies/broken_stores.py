"""Broken databases, caches, buckets, vaults and logs."""

from tests.policies.broken import CACHE, DELETED, INSTANCE, LOG_GROUP, Broken

_CLUSTER, _MEMBER = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
_USER, _VAULT = "aws:elasticache/user:User", "aws:backup/vault:Vault"
_POINT, _VERSIONING = "aws:efs/accessPoint:AccessPoint", "aws:s3/bucketVersioning:BucketVersioning"

BROKEN: list[Broken] = [
    ("database-encrypted", _CLUSTER, "storageEncrypted", False),
    ("database-backups", _CLUSTER, "backupRetentionPeriod", 1),
    ("database-deletion-protection", _CLUSTER, "deletionProtection", False),
    ("database-final-snapshot", _CLUSTER, "skipFinalSnapshot", True),
    ("database-managed-password", _CLUSTER, "masterPassword", "in the state"),
    ("database-managed-password", _CLUSTER, "manageMasterUserPassword", DELETED),
    ("database-log-exports", _CLUSTER, "enabledCloudwatchLogsExports", []),
    ("database-not-public", _MEMBER, "publiclyAccessible", True),
    (
        "database-forced-tls",
        "aws:rds/clusterParameterGroup:ClusterParameterGroup",
        "parameters",
        [{"name": "rds.force_ssl", "value": "0"}],
    ),
    ("database-parameters-own", INSTANCE, "parameterGroupName", "default.postgres16"),
    ("database-parameters-own", INSTANCE, "parameterGroupName", DELETED),
    ("database-minor-upgrades", INSTANCE, "autoMinorVersionUpgrade", False),
    ("database-minor-upgrades", _MEMBER, "autoMinorVersionUpgrade", False),
    ("database-snapshots-tagged", INSTANCE, "copyTagsToSnapshot", DELETED),
    ("cache-tls-required", CACHE, "transitEncryptionMode", "preferred"),
    ("cache-parameters-own", CACHE, "parameterGroupName", "default.redis7.cluster.on"),
    ("cache-parameters-own", CACHE, "parameterGroupName", DELETED),
    ("cache-customer-key", CACHE, "kmsKeyId", DELETED),
    ("cache-user-confined", _USER, "accessString", "on ~* +@all"),
    ("cache-user-password", _USER, "noPasswordRequired", True),
    ("cache-user-password", _USER, "authenticationMode.type", "no-password-required"),
    ("file-access-point-confined", _POINT, "rootDirectory.path", "/"),
    ("file-access-point-confined", _POINT, "posixUser", DELETED),
    ("bucket-versioning-kept", _VERSIONING, "versioningConfiguration.status", "Suspended"),
    ("backup-vault-customer-key", _VAULT, "kmsKeyArn", DELETED),
    ("no-forced-deletion", _VAULT, "forceDestroy", True),
    ("no-forced-deletion", "aws:s3/bucket:Bucket", "forceDestroy", True),
    ("no-forced-deletion", "aws:ecr/repository:Repository", "forceDelete", True),
    ("log-retention-production", LOG_GROUP, "retentionInDays", 3),
]
