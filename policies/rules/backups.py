"""Rules over copies of data: that there are some, and that nobody can take them away."""

from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import critical, high, medium
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_BUCKET = "aws:s3/bucket:Bucket"
_VAULT = "aws:backup/vault:Vault"
_HOLDS_COPIES = ("backup", "dump")
_FORCED: Final = ("forceDestroy", "forceDelete")


def _copies(resources: Sequence[Resource], companion: str, message: str) -> Iterator[tuple[Resource, str]]:
    """Production buckets for backups whose component holds no resource of the type `companion`."""
    accompanied = {resource.parent for resource in resources if resource.type == companion}
    for bucket in resources:
        for_copies = bucket.type == _BUCKET and any(word in bucket.name.lower() for word in _HOLDS_COPIES)
        if for_copies and bucket.held_to(PRODUCTION) and bucket.parent not in accompanied:
            yield bucket, message


@stack_rule(
    "backup-bucket-versioned",
    "A production's bucket for backups keeps what is written over",
    about=high(
        "One wrong upload, or a program that was taken over, replaces every backup.",
        "Add a BucketVersioning beside the bucket, Enabled.",
        "CKV_AWS_21",
        "PCI DSS 10.3.4",
        "SOC 2 CC7.4",
    ),
)
def backup_bucket_versioned(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    yield from _copies(resources, "aws:s3/bucketVersioning:BucketVersioning", "add a BucketVersioning, Enabled")


@stack_rule(
    "backup-bucket-locked",
    "Nobody deletes a production's backups before their time",
    level=Level.ADVISORY,
    about=high(
        "Whoever takes over the account deletes the backups before the data.",
        "Add a BucketObjectLockConfiguration beside the bucket, with a default retention.",
        "CKV_AWS_143",
        "PCI DSS 10.3.4",
        "SOC 2 PI1.5",
    ),
)
def backup_bucket_locked(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    yield from _copies(
        resources,
        "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration",
        "add a BucketObjectLockConfiguration with a default retention",
    )


@resource_rule(
    "bucket-versioning-kept",
    "Versioning that was switched on stays on",
    "aws:s3/bucketVersioning:BucketVersioning",
    environments=PRODUCTION,
    about=high(
        "What is written over or deleted from now on is gone.",
        "Set versioningConfiguration.status to Enabled.",
        "CKV_AWS_21",
        "PCI DSS 10.3.4",
    ),
)
def bucket_versioning_kept(versioning: Resource) -> Iterator[str]:
    if not versioning.is_set("versioningConfiguration.status", "Enabled"):
        yield "versioningConfiguration.status is not Enabled; set it"


@stack_rule(
    "backup-vault-locked",
    "Nobody deletes a production's recovery points before their time",
    level=Level.ADVISORY,
    about=high(
        "Whoever takes over the account deletes the recovery points before the data.",
        "Add a backup.VaultLockConfiguration for the vault.",
    ),
)
def backup_vault_locked(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    locks = Counter(each.parent for each in resources if each.type.endswith(":VaultLockConfiguration"))
    vaults = Counter(each.parent for each in resources if each.type == _VAULT)
    for vault in resources:
        if vault.type == _VAULT and vault.held_to(PRODUCTION) and locks[vault.parent] < vaults[vault.parent]:
            yield vault, "no VaultLockConfiguration beside it; add one"


@resource_rule(
    "backup-vault-customer-key",
    "Recovery points are encrypted with a customer key",
    _VAULT,
    about=medium(
        "Nothing but IAM stands between an identity of the account and the copies.",
        "Set kmsKeyArn to the platform's data key.",
        "CKV_AWS_166",
        "PCI DSS 3.5.1",
        "SOC 2 PI1.5",
    ),
)
def backup_vault_customer_key(vault: Resource) -> Iterator[str]:
    if not vault.has("kmsKeyArn"):
        yield "kmsKeyArn is not set; name the platform's data key"


@stack_rule(
    "files-backed-up",
    "A production's shared files are backed up",
    about=high(
        "What only the shared files hold is lost with one wrong command.",
        "Add the file system to a backup.Selection, or switch its own backups on.",
        "CKV2_AWS_18",
        "PCI DSS 10.3.3",
        "SOC 2 A1.1",
    ),
)
def files_backed_up(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A selection names what it takes by ARNs that a preview does not know: one that may mean files is believed."""
    if any(_takes_files(each) for each in resources):
        return
    for system in resources:
        if system.type == "aws:efs/fileSystem:FileSystem" and system.held_to(PRODUCTION):
            yield system, "no backup.Selection takes it and its own backups are off; add it to one"


def _takes_files(resource: Resource) -> bool:
    if resource.type == "aws:efs/backupPolicy:BackupPolicy":
        return resource.is_set("backupPolicy.status", "ENABLED")
    if resource.type != "aws:backup/selection:Selection":
        return False
    if resource.value("resources") is UNKNOWN or resource.has("selectionTags"):
        return True
    arns = [resource.value(place) for place in resource.places("resources")]
    return UNKNOWN in arns or any(arn == "*" or ":elasticfilesystem:" in str(arn) for arn in arns)


@resource_rule(
    "no-forced-deletion",
    "In production nothing is emptied to be deleted",
    _BUCKET,
    _VAULT,
    "aws:ecr/repository:Repository",
    environments=PRODUCTION,
    about=critical(
        "A change that replaces the resource deletes everything in it.",
        "Leave forceDestroy or forceDelete off.",
    ),
)
def no_forced_deletion(resource: Resource) -> Iterator[str]:
    for switch in _FORCED:
        if resource.value(switch) is True and not resource.has("tags.Retiring"):
            yield f"{switch} is on; switch it off"


@stack_rule(
    "bucket-logs-elsewhere",
    "No bucket logs to itself",
    about=medium(
        "Every entry makes another one, without end.",
        "Name another bucket in targetBucket.",
    ),
)
def bucket_logs_elsewhere(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    for logging in resources:
        source, target = logging.value("bucket"), logging.value("targetBucket")
        if logging.type == "aws:s3/bucketLogging:BucketLogging" and isinstance(source, str) and source == target:
            yield logging, f"{source} logs to itself; name another bucket"


RULES = (
    backup_bucket_versioned,
    backup_bucket_locked,
    bucket_versioning_kept,
    backup_vault_locked,
    backup_vault_customer_key,
    files_backed_up,
    no_forced_deletion,
    bucket_logs_elsewhere,
)
