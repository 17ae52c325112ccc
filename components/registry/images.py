"""ECR repositories for the product's images.

Replication to other regions and enhanced scanning are settings of a whole account's registry (ReplicationConfiguration,
RegistryScanningConfiguration), which two stacks would fight over. The one stack of an account that lists regions sets
replication; scanning is left to whoever runs the account.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import ecr

from components.options import stateful
from settings.retention import EVERYTHING_KEPT, RetentionSettings


def registry_address(account_id: Input[str], region: str, product: str) -> Output[str]:
    """Return where the product's images are in an account's ECR: a short name follows after a slash."""
    return Output.concat(account_id, f".dkr.ecr.{region}.amazonaws.com/{product}")


@dataclass(frozen=True, kw_only=True)
class ImagesArgs:
    """`names` are the images' short names; repositories are called <product>/<name>.

    They bear no stack's name, so that the image that was tested in one stack of an account is what another one runs.
    """

    product: str
    names: Sequence[str]
    region: str
    account_id: Input[str]
    data_key_arn: Input[str]
    images_kept: int
    untagged_days: int
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    copies_in: Sequence[str] = ()
    """Regions that get a copy of each image as it is pushed."""


class Images(ComponentResource):
    """One repository for each image: tags never move, each push is scanned, old images expire."""

    registry: Output[str]
    """Where the images are: <registry>/<name>:<tag>."""
    repositories: dict[str, ecr.Repository]

    def __init__(self, name: str, args: ImagesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Images", name, None, opts)
        self.registry = registry_address(args.account_id, args.region, args.product)
        self.repositories = {image: self._repository(f"{name}-{image}", image, args) for image in args.names}
        if args.copies_in:
            self._replicate(name, args)
        self.register_outputs({"registry": self.registry})

    def _replicate(self, name: str, args: ImagesArgs) -> None:
        """Copy what is pushed from now on, of this product alone; what was there before is pushed again to be copied.

        A digest is the same in every region, so a release that names its images by digest runs unchanged there.
        https://docs.aws.amazon.com/AmazonECR/latest/userguide/replication.html
        """
        rule = ecr.ReplicationConfigurationReplicationConfigurationRuleArgs(
            destinations=[
                ecr.ReplicationConfigurationReplicationConfigurationRuleDestinationArgs(
                    region=region, registry_id=args.account_id
                )
                for region in args.copies_in
            ],
            repository_filters=[
                ecr.ReplicationConfigurationReplicationConfigurationRuleRepositoryFilterArgs(
                    filter=f"{args.product}/", filter_type="PREFIX_MATCH"
                )
            ],
        )
        ecr.ReplicationConfiguration(
            f"{name}-copies",
            replication_configuration=ecr.ReplicationConfigurationReplicationConfigurationArgs(rules=[rule]),
            opts=ResourceOptions(parent=self),
        )

    def _repository(self, name: str, image: str, args: ImagesArgs) -> ecr.Repository:
        key = ecr.RepositoryEncryptionConfigurationArgs(encryption_type="KMS", kms_key=args.data_key_arn)
        repository = ecr.Repository(
            f"{name}-repository",
            name=f"{args.product}/{image}",
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration=ecr.RepositoryImageScanningConfigurationArgs(scan_on_push=True),
            encryption_configurations=[key],
            force_delete=not args.retention.images,
            opts=stateful(self, protect=args.protect, retain=args.retention.images),
        )
        ecr.LifecyclePolicy(
            f"{name}-lifecycle",
            repository=repository.name,
            policy=lifecycle(args.images_kept, args.untagged_days),
            opts=ResourceOptions(parent=self),
        )
        ecr.RepositoryPolicy(
            f"{name}-policy",
            repository=repository.name,
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": [_own_account_alone(args.account_id)]}),
            opts=ResourceOptions(parent=self),
        )
        return repository


def lifecycle(kept: int, untagged_days: int) -> str:
    """Return a lifecycle policy. ECR spares what an image index still refers to, tagged or not.

    https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
    """
    untagged = {"tagStatus": "untagged", "countType": "sinceImagePushed", "countUnit": "days"}
    tagged = {"tagStatus": "tagged", "tagPatternList": ["*"], "countType": "imageCountMoreThan"}
    rules = [
        _expire(1, f"Images without a tag go after {untagged_days} days", {**untagged, "countNumber": untagged_days}),
        _expire(2, f"The newest {kept} images stay", {**tagged, "countNumber": kept}),
    ]
    return json.dumps({"rules": rules})


def _expire(priority: int, description: str, selection: dict[str, object]) -> dict[str, object]:
    return {
        "rulePriority": priority,
        "description": description,
        "selection": selection,
        "action": {"type": "expire"},
    }


def _own_account_alone(account_id: Input[str]) -> dict[str, object]:
    """Refuse every other account, whatever its own policies say; who may push and pull is left to IAM.

    AWS services that scan and pull images act without an account, and are let through.
    """
    return {
        "Sid": "OwnAccountAlone",
        "Effect": "Deny",
        "Principal": "*",
        "Action": "ecr:*",
        "Condition": {
            "StringNotEquals": {"aws:PrincipalAccount": account_id},
            "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
        },
    }
