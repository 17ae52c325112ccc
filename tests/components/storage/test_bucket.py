from typing import Any

import pytest
from pulumi import Input, Output

from components.storage.bucket import CrossOrigin, SecureBucket, SecureBucketArgs
from settings.retention import NOTHING_KEPT
from tests.components.recording import Recorder, build

LOCK = "aws:s3/bucketObjectLockConfiguration:BucketObjectLockConfiguration"


def _bucket(**changes: Any) -> Recorder[SecureBucket]:
    given: dict[str, Any] = {"bucket_name": "shop-prod-logs", "key_arn": "arn:aws:kms:x", "protect": True, **changes}
    return build(lambda: SecureBucket("logs", SecureBucketArgs(**given)))


def test_nothing_in_it_can_become_public() -> None:
    recorder = _bucket()
    block = recorder.named("logs-public-access").inputs
    for switch in ("blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"):
        assert block[switch] is True
    assert recorder.named("logs-ownership").inputs["rule"] == {"objectOwnership": "BucketOwnerEnforced"}


def test_the_policy_is_set_once_public_access_is_blocked() -> None:
    recorder = _bucket()
    assert recorder.named("logs-policy").depends_on(recorder.named("logs-public-access"))


def test_objects_are_encrypted_with_the_given_key() -> None:
    (rule,) = _bucket().named("logs-encryption").inputs["rules"]
    default = rule["applyServerSideEncryptionByDefault"]
    assert default == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "arn:aws:kms:x"}
    assert rule["bucketKeyEnabled"] is True


def test_without_a_key_s3_encrypts_with_its_own() -> None:
    (rule,) = _bucket(key_arn=None).named("logs-encryption").inputs["rules"]
    assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "AES256"}
    assert rule["bucketKeyEnabled"] is False


def test_plain_http_is_refused() -> None:
    recorder = _bucket()
    (statement,) = recorder.named("logs-policy").document("policy")["Statement"]
    arn = recorder.value(recorder.result.arn)
    assert statement["Effect"] == "Deny"
    assert statement["Principal"] == "*"
    assert statement["Resource"] == [arn, f"{arn}/*"]
    assert statement["Condition"] == {"Bool": {"aws:SecureTransport": "false"}}


def test_a_log_service_may_be_let_in() -> None:
    def writer(arn: Output[str]) -> list[dict[str, Input[str]]]:
        return [{"Sid": "Writer", "Resource": arn}]

    recorder = _bucket(statements=writer)
    statements = recorder.named("logs-policy").document("policy")["Statement"]
    assert statements[1] == {"Sid": "Writer", "Resource": recorder.value(recorder.result.arn)}


@pytest.mark.parametrize("protect", [True, False])
def test_it_is_kept_with_its_objects_and_its_guards_whether_it_is_protected_or_not(protect: bool) -> None:
    recorder = _bucket(protect=protect)
    bucket = recorder.named("logs-bucket")
    assert {each.retain_on_delete for each in recorder.registrations if each.type.startswith("aws:s3/")} == {True}
    assert bucket.protect is protect
    assert bucket.inputs["forceDestroy"] is False


def test_a_bucket_that_is_not_to_stay_is_emptied_when_destroyed() -> None:
    recorder = _bucket(retention=NOTHING_KEPT)
    bucket = recorder.named("logs-bucket")
    assert {each.retain_on_delete for each in recorder.registrations} == {False}
    assert bucket.inputs["forceDestroy"] is True


def test_each_prefix_expires_after_its_days() -> None:
    recorder = _bucket(expire_days={"dumps/": 30, "": 400})
    rules = {rule["id"]: rule for rule in recorder.named("logs-lifecycle").inputs["rules"]}
    assert rules["expire-dumps"]["filter"] == {"prefix": "dumps/"}
    assert rules["expire-dumps"]["expiration"] == {"days": 30}
    assert rules["expire-all"]["expiration"] == {"days": 400}


def test_old_versions_and_broken_uploads_go() -> None:
    (rule,) = _bucket(noncurrent_days=9).named("logs-lifecycle").inputs["rules"]
    assert rule["noncurrentVersionExpiration"] == {"noncurrentDays": 9}
    assert rule["abortIncompleteMultipartUpload"] == {"daysAfterInitiation": 7}
    assert rule["expiration"] == {"expiredObjectDeleteMarker": True}


def test_life_cycle_and_lock_wait_for_versioning() -> None:
    recorder = _bucket(object_lock_days=30)
    versioning = recorder.named("logs-versioning")
    assert versioning.inputs["versioningConfiguration"] == {"status": "Enabled"}
    assert recorder.named("logs-lifecycle").depends_on(versioning)
    assert recorder.one(LOCK).depends_on(versioning)


def test_objects_are_locked_for_the_days_stated() -> None:
    recorder = _bucket(object_lock_days=30)
    assert recorder.named("logs-bucket").inputs["objectLockEnabled"] is True
    assert recorder.one(LOCK).inputs["rule"] == {"defaultRetention": {"mode": "GOVERNANCE", "days": 30}}


@pytest.mark.parametrize(("days", "enabled"), [(None, False), (0, True)])
def test_no_days_means_no_default_retention(days: int | None, enabled: bool) -> None:
    recorder = _bucket(object_lock_days=days)
    assert recorder.named("logs-bucket").inputs["objectLockEnabled"] is enabled
    assert recorder.of_type(LOCK) == []


def test_a_locked_bucket_keeps_versions() -> None:
    assert _bucket(versioned=False, object_lock_days=1).of_type("aws:s3/bucketVersioning:BucketVersioning")


def test_what_is_only_kept_for_a_while_may_go_without_versions() -> None:
    recorder = _bucket(versioned=False)
    assert recorder.of_type("aws:s3/bucketVersioning:BucketVersioning") == []
    (rule,) = recorder.named("logs-lifecycle").inputs["rules"]
    assert "noncurrentVersionExpiration" not in rule
    assert "expiration" not in rule


def test_pages_of_the_named_origins_alone_may_ask_from_a_browser() -> None:
    cors = CrossOrigin(
        origins=["https://app.example.com"],
        methods=["GET", "PUT"],
        headers=["*"],
        exposed_headers=["ETag"],
        max_age_seconds=600,
    )
    (rule,) = _bucket(cors=cors).named("logs-cors").inputs["corsRules"]
    assert rule == {
        "allowedOrigins": ["https://app.example.com"],
        "allowedMethods": ["GET", "PUT"],
        "allowedHeaders": ["*"],
        "exposeHeaders": ["ETag"],
        "maxAgeSeconds": 600,
    }
    assert not _bucket().of_type("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")
