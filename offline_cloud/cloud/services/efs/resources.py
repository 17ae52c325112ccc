"""What is known of each type of EFS, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Document, Missing, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import when
from offline_cloud.cloud.services.ec2 import transit

RESOURCES: Resources = {
    facts.ACCESS_POINT: Resource(
        id="fsap-0{hex16}",
        outputs={
            "fileSystemArn": "arn:aws:elasticfilesystem:{region}:{account}:file-system/{fileSystemId}",
            "ownerId": "{account}",
        },
        ids={"fileSystemId": facts.FILE_SYSTEM}, missing=Missing("AccessPointNotFound"),
    ),
    "aws:efs/backupPolicy:BackupPolicy": Resource(id="{fileSystemId}", ids={"fileSystemId": facts.FILE_SYSTEM}),
    facts.FILE_SYSTEM: Resource(
        id="fs-0{hex16}", outputs={"dnsName": "{id}.efs.{region}.amazonaws.com", "ownerId": "{account}"},
        missing=Missing("FileSystemNotFound"), unique=once("creationToken", "FileSystemAlreadyExists"),
        checks=(
            when("throughputMode", "provisioned").needs("provisionedThroughputInMibps"),
            when("throughputMode", "bursting", "elastic").excludes("provisionedThroughputInMibps"),
            when("throughputMode", "elastic").takes("performanceMode", "generalPurpose"),
            when("availabilityZoneName").takes("performanceMode", "generalPurpose"),
            when("encrypted", False).excludes("kmsKeyId"),
        ),
        held_by=Dependents("FileSystemInUse", {facts.MOUNT_TARGET: "fileSystemId"}),
    ),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": Resource(
        id="{fileSystemId}", ids={"fileSystemId": facts.FILE_SYSTEM},
        document=Document("policy", "resource", 20_000, "InvalidPolicyException", principals_exist=True),
    ),
    facts.MOUNT_TARGET: Resource(
        id="fsmt-0{hex16}",
        outputs={
            "dnsName": "{fileSystemId}.efs.{region}.amazonaws.com",
            "fileSystemArn": "arn:aws:elasticfilesystem:{region}:{account}:file-system/{fileSystemId}",
            "networkInterfaceId": "eni-0{hex17}", "ownerId": "{account}",
        },
        ids={"fileSystemId": facts.FILE_SYSTEM}, unique=once("fileSystemId subnetId", "MountTargetConflict"),
        creates=(transit.enforced,),
    ),
}  # fmt: skip
