"""Rules over machines that nobody but their program runs: instances, volumes, images and snapshots."""

import base64
import binascii
from collections.abc import Iterator

from policies.about import critical, high, medium
from policies.credentials import holds_credential
from policies.rule import resource_rule
from policies.view import UNKNOWN, Resource

_INSTANCE = "aws:ec2/instance:Instance"
_TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


@resource_rule(
    "instance-metadata-v2",
    "Instances answer metadata requests only with a token",
    _INSTANCE,
    about=high(
        "A request that a program is tricked into sends the instance's credentials away.",
        "Set metadataOptions.httpTokens to required.",
        "CKV_AWS_79",
        "CIS AWS 5.7",
        "PCI DSS 8.2.8",
        "SOC 2 CC7.2",
    ),
)
def instance_metadata_v2(instance: Resource) -> Iterator[str]:
    off = instance.value("metadataOptions.httpEndpoint") == "disabled"
    if not off and not instance.is_set("metadataOptions.httpTokens", "required"):
        yield "metadataOptions.httpTokens must be required (IMDSv2)"


@resource_rule(
    "instance-disks-encrypted",
    "Instances' disks are encrypted",
    _INSTANCE,
    about=medium(
        "Whoever gets hold of a disk or its snapshot reads it.",
        "Set encrypted in rootBlockDevice and in each of ebsBlockDevices.",
        "CKV_AWS_8",
        "CIS AWS 5.1.1",
        "PCI DSS 3.5.1",
    ),
)
def instance_disks_encrypted(instance: Resource) -> Iterator[str]:
    for disk in ("rootBlockDevice", *instance.places("ebsBlockDevices")):
        if instance.value(disk) is not UNKNOWN and not instance.is_set(f"{disk}.encrypted"):
            yield f"{disk}.encrypted is off; switch it on"


@resource_rule(
    "instance-not-public",
    "Machines have no public address",
    _INSTANCE,
    _TEMPLATE,
    about=high(
        "A machine answers to the whole internet.",
        "Leave associatePublicIpAddress off, and let a load balancer answer.",
        "CKV_AWS_88",
        "PCI DSS 1.4.5",
        "SOC 2 CC6.6",
    ),
)
def instance_not_public(machine: Resource) -> Iterator[str]:
    for owner in ("", *(f"{each}." for each in machine.places("networkInterfaces"))):
        path = f"{owner}associatePublicIpAddress"
        if machine.value(path) in (True, "true"):
            yield f"{path} is on; switch it off"


@resource_rule(
    "start-script-no-credentials",
    "A machine's start script holds no credential",
    _INSTANCE,
    _TEMPLATE,
    about=critical(
        "Whoever may describe the machine, or runs on it, reads the credential.",
        "Let the script fetch it with the machine's role.",
        "CKV_AWS_46",
    ),
)
def start_script_no_credentials(machine: Resource) -> Iterator[str]:
    for path in ("userData", "userDataBase64"):
        text = machine.value(path)
        if isinstance(text, str) and holds_credential(_decoded(text)):
            yield f"{path} holds a credential; let the script fetch it with the machine's role"


def _decoded(text: str) -> str:
    """A start script, whether it is given as text or in Base64."""
    try:
        return base64.b64decode(text, validate=True).decode("utf-8", "replace")
    except (binascii.Error, ValueError):
        return text


@resource_rule(
    "volume-encrypted",
    "Volumes are encrypted",
    "aws:ebs/volume:Volume",
    about=medium(
        "Whoever gets hold of the volume or its snapshot reads it.",
        "Set encrypted, and kmsKeyId to a customer key.",
        "CKV_AWS_3",
        "CIS AWS 5.1.1",
        "PCI DSS 3.5.1",
    ),
)
def volume_encrypted(volume: Resource) -> Iterator[str]:
    if not volume.is_set("encrypted"):
        yield "encrypted is off; switch it on: it cannot be done later"


@resource_rule(
    "volume-encryption-default",
    "The account encrypts every new volume",
    "aws:ebs/encryptionByDefault:EncryptionByDefault",
    about=medium(
        "A volume that somebody makes by hand is readable to whoever gets hold of it.",
        "Leave enabled on.",
        "CKV_AWS_106",
        "CIS AWS 5.1.1",
    ),
)
def volume_encryption_default(default: Resource) -> Iterator[str]:
    if default.value("enabled") is False:
        yield "enabled is off; switch it on"


@resource_rule(
    "machine-image-not-public",
    "Machine images are shared with accounts that are named",
    "aws:ec2/amiLaunchPermission:AmiLaunchPermission",
    about=critical(
        "Anybody starts the image and reads what is on it.",
        "Name the account in accountId.",
        "CKV_AWS_205",
        "SOC 2 CC6.6",
    ),
)
def machine_image_not_public(permission: Resource) -> Iterator[str]:
    if permission.value("group") == "all":
        yield "the image is shared with everybody; name an account"


@resource_rule(
    "snapshot-not-public",
    "Snapshots are shared with accounts that are named",
    "aws:rds/snapshot:Snapshot",
    "aws:rds/clusterSnapshot:ClusterSnapshot",
    about=critical(
        "Anybody restores the database.",
        "Name the accounts in sharedAccounts.",
        "PCI DSS 10.3.2",
    ),
)
def snapshot_not_public(snapshot: Resource) -> Iterator[str]:
    if "all" in snapshot.items("sharedAccounts"):
        yield "sharedAccounts holds all, which is everybody; name accounts"


@resource_rule(
    "snapshot-sharing-blocked",
    "The account's block of public snapshots stays on",
    "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess",
    about=high(
        "A slip publishes a disk.",
        "Set state to block-all-sharing.",
        "PCI DSS 10.3.2",
        "SOC 2 CC6.6",
    ),
)
def snapshot_sharing_blocked(block: Resource) -> Iterator[str]:
    if block.value("state") == "unblocked":
        yield "state is unblocked; set block-all-sharing"


RULES = (
    instance_metadata_v2,
    instance_disks_encrypted,
    instance_not_public,
    start_script_no_credentials,
    volume_encrypted,
    volume_encryption_default,
    machine_image_not_public,
    snapshot_not_public,
    snapshot_sharing_blocked,
)
