"""What a destroyed stack leaves in the account, worked out from what it held: see docs/how-to/destroy-production.md."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

AS_THEY_ARE: Final = frozenset(
    {
        *("aws:kms/key:Key", "aws:kms/keyPolicy:KeyPolicy", "aws:kms/replicaKey:ReplicaKey"),
        *("aws:backup/vault:Vault", "aws:backup/vaultLockConfiguration:VaultLockConfiguration"),
        *("aws:efs/fileSystem:FileSystem", "aws:ecr/repository:Repository"),
        *("aws:s3/bucket:Bucket", "aws:s3/bucketPolicy:BucketPolicy", "aws:s3/bucketVersioning:BucketVersioning"),
        "aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    }
)
SNAPSHOT: Final = "aws:rds/snapshot:Snapshot"
AUTOMATED_BACKUP: Final = "aws:rds/automatedBackup:AutomatedBackup"
CACHE_SNAPSHOT: Final = "aws:elasticache/snapshot:Snapshot"
DELETED_SECRET: Final = "aws:secretsmanager/deletedSecret:DeletedSecret"
DELETED_KEY: Final = "aws:kms/deletedKey:DeletedKey"
_KEYS: Final = ("aws:kms/key:Key", "aws:kms/replicaKey:ReplicaKey")
_INSTANCE: Final = "aws:rds/instance:Instance"
_MADE_OF: Final = {
    "aws:elasticache/replicationGroup:ReplicationGroup": CACHE_SNAPSHOT,
    "aws:secretsmanager/secret:Secret": DELETED_SECRET,
}


def remains(resources: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count what production leaves of these resources, by type."""
    left: Counter[str] = Counter()
    for resource in resources:
        type_ = resource["type"]
        if type_ in AS_THEY_ARE:
            left[type_] += 1
        elif type_ in _MADE_OF:
            left[_MADE_OF[type_]] += 1
        elif type_ == _INSTANCE and "replicateSourceDb" not in resource["inputs"]:
            left.update((SNAPSHOT, AUTOMATED_BACKUP))
    return left


def keys(resources: Iterable[Mapping[str, Any]]) -> Counter[str]:
    """Count what a stack that keeps nothing leaves of these resources: its keys, until their waiting period ends."""
    return Counter(DELETED_KEY for resource in resources if resource["type"] in _KEYS)


def types(urns: Iterable[str]) -> Counter[str]:
    """Count what the account still holds, by type."""
    return Counter(urn.split("::")[2].rpartition("$")[2] for urn in urns)
