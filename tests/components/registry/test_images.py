import json
from typing import Any

import pulumi
import pytest

from components.registry.images import Images, ImagesArgs, lifecycle, registry_address
from settings.retention import NOTHING_KEPT
from tests.components.recording import ACCOUNT, Recorder, build

REPOSITORY = "aws:ecr/repository:Repository"
KEY = "arn:aws:kms:us-east-1:111122223333:key/data"


def _images(**changes: Any) -> Recorder[Images]:
    given: dict[str, Any] = {
        "product": "shop",
        "names": ("api", "worker"),
        "region": "us-east-1",
        "account_id": pulumi.Output.from_input(ACCOUNT),
        "data_key_arn": KEY,
        "images_kept": 100,
        "untagged_days": 14,
        "protect": True,
        **changes,
    }
    return build(lambda: Images("images", ImagesArgs(**given)))


@pytest.mark.requirement("AT-08")
@pytest.mark.requirement("OB-117")
def test_each_image_has_a_repository_of_its_own_named_after_the_product() -> None:
    recorder = _images()
    assert [each.inputs["name"] for each in recorder.of_type(REPOSITORY)] == ["shop/api", "shop/worker"]
    assert set(recorder.result.repositories) == {"api", "worker"}


@pytest.mark.requirement("GX-32")
@pytest.mark.requirement("OB-117")
def test_a_pushed_tag_never_moves() -> None:
    for repository in _images().of_type(REPOSITORY):
        assert repository.inputs["imageTagMutability"] == "IMMUTABLE"


@pytest.mark.requirement("AT-68")
def test_every_push_is_scanned() -> None:
    for repository in _images().of_type(REPOSITORY):
        assert repository.inputs["imageScanningConfiguration"] == {"scanOnPush": True}


def test_images_are_encrypted_with_the_data_key() -> None:
    for repository in _images().of_type(REPOSITORY):
        assert repository.inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": KEY}]


def test_a_protected_repository_is_kept_with_its_images() -> None:
    for repository in _images().of_type(REPOSITORY):
        assert repository.protect
        assert repository.retain_on_delete
    for repository in _images(protect=False).of_type(REPOSITORY):
        assert repository.retain_on_delete
        assert repository.inputs["forceDelete"] is False


def test_a_repository_that_is_not_to_stay_goes_with_its_images() -> None:
    for repository in _images(retention=NOTHING_KEPT).of_type(REPOSITORY):
        assert not repository.retain_on_delete
        assert repository.inputs["forceDelete"] is True


def test_what_nobody_needs_expires() -> None:
    recorder = _images(images_kept=30, untagged_days=7)
    untagged, tagged = recorder.named("images-api-lifecycle").document("policy")["rules"]
    assert untagged["selection"] == {
        "tagStatus": "untagged",
        "countType": "sinceImagePushed",
        "countUnit": "days",
        "countNumber": 7,
    }
    assert tagged["selection"] == {
        "tagStatus": "tagged",
        "tagPatternList": ["*"],
        "countType": "imageCountMoreThan",
        "countNumber": 30,
    }
    assert {rule["action"]["type"] for rule in (untagged, tagged)} == {"expire"}
    assert untagged["rulePriority"] < tagged["rulePriority"]


def test_a_lifecycle_policy_is_within_what_ecr_takes() -> None:
    assert len(lifecycle(1000, 3650)) < 30_720
    assert all(len(rule["description"]) <= 256 for rule in json.loads(lifecycle(1000, 3650))["rules"])


def test_no_other_account_gets_in() -> None:
    recorder = _images()
    (statement,) = recorder.named("images-api-policy").document("policy")["Statement"]
    assert (statement["Effect"], statement["Principal"], statement["Action"]) == ("Deny", "*", "ecr:*")
    assert statement["Condition"] == {
        "StringNotEquals": {"aws:PrincipalAccount": ACCOUNT},
        "BoolIfExists": {"aws:PrincipalIsAWSService": "false"},
    }
    assert "Resource" not in statement


def test_policies_belong_to_their_repository() -> None:
    recorder = _images()
    for image in ("api", "worker"):
        repository = recorder.named(f"images-{image}-repository")
        for part in ("lifecycle", "policy"):
            assert recorder.named(f"images-{image}-{part}").depends_on(repository)
            assert recorder.named(f"images-{image}-{part}").inputs["repository"] == f"shop/{image}"


def test_the_registry_is_where_docker_pushes_to() -> None:
    recorder = _images()
    expected = f"{ACCOUNT}.dkr.ecr.us-east-1.amazonaws.com/shop"
    assert recorder.value(recorder.result.registry) == expected
    assert recorder.value(registry_address(ACCOUNT, "us-east-1", "shop")) == expected
