"""What a stack takes over is imported, left as it is, and protected; everything else is made as ever."""

import pytest
from pulumi import ComponentResource, ResourceOptions
from pulumi_aws import rds, route53, s3

from components.existing.taken_over import taken_over
from settings.existing import ExistingBucket, ExistingDatabase, ExistingSettings, ExistingZone
from tests.components.recording import Recorder, build

_DATABASE = ExistingDatabase(
    identifier="old",
    take_over=True,
    username="postgres",
    master_secret="arn:aws:secretsmanager:us-east-1:111122223333:secret:shop/prod/existing-master-AbCdEf",
    kms_key="arn:aws:kms:us-east-1:111122223333:key/old",
    subnet_group="old",
    security_group="sg-0123456789abcdef0",
)


def _built(existing: ExistingSettings) -> Recorder[None]:
    def program() -> None:
        above = ComponentResource("groundwork:components:Platform", "platform", None, taken_over(existing))
        below = ResourceOptions(parent=above)
        route53.Zone("ingress-zone", name="example.com", opts=below)
        route53.Zone("network-zone", name="shop.internal", opts=below)
        s3.Bucket("bucket-uploads-bucket", bucket="shop-uploads", opts=below)
        s3.Bucket("bucket-reports-bucket", bucket="shop-reports", opts=below)
        rds.Instance("database-primary", identifier="old", instance_class="db.m7g.large", opts=below)

    return build(program)


@pytest.mark.parametrize(
    ("existing", "name", "id"),
    [
        (ExistingSettings(zone=ExistingZone(id="Z1", take_over=True)), "ingress-zone", "Z1"),
        (
            ExistingSettings(buckets={"uploads": ExistingBucket(name="shop-uploads", take_over=True)}),
            "bucket-uploads-bucket",
            "shop-uploads",
        ),
        (ExistingSettings(database=_DATABASE), "database-primary", "old"),
    ],
)
def test_the_one_resource_is_imported_protected_and_left_as_it_is(
    existing: ExistingSettings, name: str, id: str
) -> None:
    recorder = _built(existing)
    imported = recorder.named(name)
    assert (imported.import_id, imported.protect, imported.retain_on_delete) == (id, True, True)
    assert imported.inputs.keys() | {"tags", "tagsAll"} <= set(imported.ignore_changes)
    others = [each for each in recorder.registrations if each.name != name]
    assert not any(each.import_id or each.protect or each.ignore_changes for each in others)


def test_a_database_that_is_adjusted_stays_imported_and_takes_the_stacks_settings() -> None:
    adjusted = _DATABASE.model_copy(update={"adjust": True})
    imported = _built(ExistingSettings(database=adjusted)).named("database-primary")
    assert (imported.import_id, imported.protect) == ("old", True)
    assert "manageMasterUserPassword" in imported.ignore_changes
    assert not {"instanceClass", "parameterGroupName", "tags"} & set(imported.ignore_changes)


def test_what_is_only_used_is_not_imported() -> None:
    assert taken_over(ExistingSettings(zone=ExistingZone(id="Z1"))) is None
