"""Broken properties for the rules over databases, secrets, buckets, copies and tables that came later."""

from tests.policies.broken import CACHE, DELETED, INSTANCE, KEY, PARAMETERS, Broken

_CLUSTER, _MEMBER = "aws:rds/cluster:Cluster", "aws:rds/clusterInstance:ClusterInstance"
_PLAN, _TABLE = "aws:backup/plan:Plan", "aws:dynamodb/table:Table"
_PARAMETER, _ROTATION = "aws:ssm/parameter:Parameter", "aws:secretsmanager/secretRotation:SecretRotation"
_ENCRYPTION = "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration"
_LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"
_LIFECYCLE = "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration"
_NO_PARTS = [{"status": "Enabled", "expiration": {"days": 30}}]

BROKEN: list[Broken] = [
    ("database-customer-key", INSTANCE, "kmsKeyId", DELETED),
    ("database-customer-key", _CLUSTER, "kmsKeyId", DELETED),
    ("database-backups-outlive-it", INSTANCE, "deleteAutomatedBackups", True),
    ("database-sessions-logged", PARAMETERS, "parameters.1.value", "0"),
    ("database-statements-not-logged", PARAMETERS, "parameters.2.value", "all"),
    ("database-old-passwords-refused", PARAMETERS, "parameters.3.value", "md5+scram"),
    ("database-watched-closely", INSTANCE, "monitoringInterval", 0),
    ("database-user-own", INSTANCE, "username", "postgres"),
    ("database-user-own", _CLUSTER, "masterUsername", "Admin"),
    ("database-modern-authority", INSTANCE, "caCertIdentifier", "rds-ca-2019"),
    ("database-modern-authority", _MEMBER, "caCertIdentifier", "rds-ca-2019"),
    ("database-changes-in-window", INSTANCE, "applyImmediately", True),
    ("database-major-upgrade-meant", INSTANCE, "allowMajorVersionUpgrade", True),
    ("database-storage-grows", INSTANCE, "maxAllocatedStorage", DELETED),
    ("version-supported", INSTANCE, "engineVersion", "11.22"),
    ("secret-rotated-often", _ROTATION, "rotationRules.automaticallyAfterDays", 365),
    ("parameter-not-plain", _PARAMETER, "type", "String"),
    ("key-deleted-slowly", KEY, "deletionWindowInDays", 7),
    ("key-enabled", KEY, "isEnabled", False),
    ("key-enabled", "aws:kms/replicaKey:ReplicaKey", "enabled", False),
    ("bucket-list-private", "aws:s3/bucketAcl:BucketAcl", "acl", "public-read"),
    ("bucket-list-private", "aws:s3/bucket:Bucket", "acl", "authenticated-read"),
    (
        "bucket-owner-owns",
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "rule.objectOwnership",
        "ObjectWriter",
    ),
    ("bucket-locked-long", _LOCK, "rule.defaultRetention.days", 1),
    ("bucket-locked-long", _LOCK, "rule", DELETED),
    ("bucket-key-saves-requests", _ENCRYPTION, "rules.0.bucketKeyEnabled", False),
    ("bucket-uploads-ended", _LIFECYCLE, "rules", _NO_PARTS),
    ("bucket-uploads-ended", _LIFECYCLE, "rules.0.status", "Disabled"),
    ("bucket-no-website", "aws:s3/bucketWebsiteConfiguration:BucketWebsiteConfiguration", "bucket", "pages"),
    (
        "access-point-closed",
        "aws:s3/accessPoint:AccessPoint",
        "publicAccessBlockConfiguration.blockPublicPolicy",
        False,
    ),
    ("backup-kept-long", _PLAN, "rules.0.lifecycle.deleteAfter", 1),
    ("backup-every-day", _PLAN, "rules.0.schedule", "cron(0 4 1 * ? *)"),
    ("backup-every-day", _PLAN, "rules.0.schedule", "cron(0 4 ? * SUN *)"),
    ("backup-every-day", _PLAN, "rules.0.schedule", "rate(7 days)"),
    ("table-history", _TABLE, "pointInTimeRecovery.enabled", False),
    ("table-history", _TABLE, "pointInTimeRecovery", DELETED),
    ("table-customer-key", _TABLE, "serverSideEncryption.kmsKeyArn", DELETED),
    ("table-deletion-protection", _TABLE, "deletionProtectionEnabled", False),
    ("cache-machine-encrypted", "aws:elasticache/cluster:Cluster", "transitEncryptionEnabled", False),
    ("cache-minor-upgrades", CACHE, "autoMinorVersionUpgrade", False),
    ("cache-logs-delivered", CACHE, "logDeliveryConfigurations", DELETED),
    ("subscription-tls", "aws:sns/topicSubscription:TopicSubscription", "protocol", "http"),
]
