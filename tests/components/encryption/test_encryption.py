from typing import Any

from components.encryption.customer_key import CustomerKey, CustomerKeyArgs
from components.encryption.encryption import Encryption, EncryptionArgs
from components.encryption.key_policies import KeyScope, no_other_users
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT, RetentionSettings
from tests.components.recording import ACCOUNT, Recorder, build

KEY = "aws:kms/key:Key"
POLICY = "aws:kms/keyPolicy:KeyPolicy"
LABELS = ("cluster", "data", "logs", "notifications", "secrets")


def _encryption(
    *, protect: bool = True, retention: RetentionSettings = EVERYTHING_KEPT, replica_regions: tuple[str, ...] = ()
) -> Recorder[Encryption]:
    args = EncryptionArgs(prefix="shop-prod", protect=protect, retention=retention, replica_regions=replica_regions)
    return build(lambda: Encryption("encryption", args))


def _statements(recorder: Recorder[Encryption], label: str) -> dict[str, dict[str, Any]]:
    document = recorder.one(POLICY, f"encryption-{label}-policy").document("policy")
    return {statement["Sid"]: statement for statement in document["Statement"]}


def test_every_key_rotates_and_is_kept_when_protected() -> None:
    keys = _encryption().of_type(KEY)
    assert [key.name for key in keys] == [f"encryption-{label}-key" for label in LABELS]
    for key in keys:
        assert key.inputs["enableKeyRotation"] is True
        assert key.inputs["deletionWindowInDays"] == 30
        assert key.protect
        assert key.retain_on_delete


def test_a_key_stays_as_long_as_anything_that_it_encrypts() -> None:
    alone = NOTHING_KEPT.model_copy(update={"final_snapshots": True})
    for key in _encryption(protect=False, retention=alone).of_type(KEY):
        assert (key.protect, key.retain_on_delete) == (False, True)


def test_a_stack_that_leaves_nothing_gets_rid_of_its_keys() -> None:
    for key in _encryption(protect=False, retention=NOTHING_KEPT).of_type(KEY):
        assert not key.retain_on_delete
        assert key.inputs["deletionWindowInDays"] == 7


def test_each_key_has_an_alias_under_the_prefix() -> None:
    aliases = _encryption().of_type("aws:kms/alias:Alias")
    assert [alias.inputs["name"] for alias in aliases] == [f"alias/shop-prod/{label}" for label in LABELS]


def test_the_account_administers_every_key() -> None:
    recorder = _encryption()
    for label in LABELS:
        statement = _statements(recorder, label)["AccountAdministers"]
        assert statement["Principal"] == {"AWS": f"arn:aws:iam::{ACCOUNT}:root"}


def test_only_this_accounts_log_groups_use_the_logs_key() -> None:
    statement = _statements(_encryption(), "logs")["LogGroups"]
    assert statement["Principal"] == {"Service": "logs.us-east-1.amazonaws.com"}
    context = statement["Condition"]["ArnLike"]["kms:EncryptionContext:aws:logs:arn"]
    assert context == f"arn:aws:logs:us-east-1:{ACCOUNT}:log-group:*"


def test_what_launches_machines_uses_the_data_key_for_volumes_alone() -> None:
    statements = _statements(_encryption(), "data")
    reads, attaches = statements["LaunchersReadVolumes"], statements["LaunchersAttachVolumes"]
    assert reads["Condition"]["StringEquals"]["kms:ViaService"] == "ec2.us-east-1.amazonaws.com"
    assert {"kms:Decrypt", "kms:DescribeKey", "kms:GenerateDataKey*"} <= set(reads["Action"])
    assert attaches["Action"] == "kms:CreateGrant"
    assert attaches["Condition"]["Bool"] == {"kms:GrantIsForAWSResource": "true"}
    linked = f"arn:aws:iam::{ACCOUNT}:role/aws-service-role"
    for statement in (reads, attaches):
        assert statement["Condition"]["StringEquals"]["aws:PrincipalArn"] == [
            f"{linked}/autoscaling.amazonaws.com/AWSServiceRoleForAutoScaling",
            f"{linked}/spot.amazonaws.com/AWSServiceRoleForEC2Spot",
        ]


def test_a_service_that_works_with_the_data_key_does_so_for_this_accounts_own_alone() -> None:
    args = EncryptionArgs(prefix="shop-prod", protect=True, data_key_users=("sns",))
    recorder = build(lambda: Encryption("encryption", args))
    statement = _statements(recorder, "data")["ForSns"]
    assert statement["Principal"] == {"Service": "sns.amazonaws.com"}
    assert statement["Action"] == ["kms:GenerateDataKey*", "kms:Decrypt"]
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:sns:us-east-1:{ACCOUNT}:*"}}
    assert "ForSns" not in _statements(recorder, "secrets")


def test_everyone_named_by_a_wildcard_is_narrowed_by_the_account() -> None:
    recorder = _encryption()
    for label in LABELS:
        for statement in _statements(recorder, label).values():
            if statement["Principal"] == {"AWS": "*"}:
                assert statement["Condition"]["StringEquals"]["kms:CallerAccount"] == ACCOUNT


def test_alarms_can_be_published_to_an_encrypted_topic() -> None:
    statements = _statements(_encryption(), "notifications")
    services = {name for each in statements.values() for name in each["Principal"].get("Service", [])}
    assert {"cloudwatch.amazonaws.com", "events.rds.amazonaws.com", "elasticache.amazonaws.com"} <= services
    assert statements["PublishersOfThisAccount"]["Condition"] == {"StringEquals": {"aws:SourceAccount": ACCOUNT}}


def test_users_of_a_key_wait_for_its_policy() -> None:
    recorder = _encryption()
    dependencies = recorder.value(recorder.result.logs_key_arn.resources())
    policy = recorder.one(POLICY, "encryption-logs-policy")
    assert policy.urn in {recorder.urn(resource) for resource in dependencies}


def test_the_account_is_known_without_a_look_up() -> None:
    recorder = _encryption()
    assert recorder.value(recorder.result.account_id) == ACCOUNT


def test_the_secrets_key_is_replicated_with_its_policy_and_alias() -> None:
    recorder = _encryption(replica_regions=("eu-west-1",))
    replica = recorder.one("aws:kms/replicaKey:ReplicaKey")
    assert replica.inputs["region"] == "eu-west-1"
    assert replica.inputs["primaryKeyArn"] == recorder.value(recorder.result.secrets_key_arn)
    assert replica.protect
    alias = recorder.named("encryption-secrets-eu-west-1-alias")
    assert alias.inputs["region"] == "eu-west-1"
    assert set(recorder.result.secrets_replica_key_arns) == {"eu-west-1"}


def test_a_region_can_be_added_later_without_a_new_secrets_key() -> None:
    assert _encryption().named("encryption-secrets-key").inputs["multiRegion"] is True


def test_a_key_with_replicas_is_a_multi_region_key() -> None:
    args = CustomerKeyArgs(
        alias="x", description="x", users=no_other_users, protect=False, replica_regions=("eu-west-1",)
    )
    assert build(lambda: CustomerKey("key", args)).named("key-key").inputs["multiRegion"] is True


def test_the_scope_is_read_from_the_arn() -> None:
    scope = KeyScope.of("arn:aws-us-gov:kms:us-gov-west-1:123456789012:key/mrk-1")
    assert scope == KeyScope(partition="aws-us-gov", region="us-gov-west-1", account="123456789012")
