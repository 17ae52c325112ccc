"""Buckets of a product's own, as a platform builds them on both runtimes: what they are, and who may do what."""

from functools import cache
from typing import Any

import pytest

from components.ingress.distribution import CORS_OF_S3
from components.platform import Platform
from settings import PlatformSettings
from tests.components.capabilities.on_runtimes import RUNTIMES, allowed, platform_of, settings_on
from tests.components.recording import ACCOUNT, Recorder

BUCKETS = {
    "uploads": {
        "expire_days": {"tmp/": 7},
        "noncurrent_days": 14,
        "cors": {"origins": ["app", "https://partner.example.org"], "methods": ["PUT"]},
        "backup": True,
        "cdn": {"host": "media", "prefixes": ["public/", "thumbnails/"]},
    },
    "reports": {"versions": False},
}


@cache
def _settings(runtime: str) -> PlatformSettings:
    changes: dict[str, Any] = {
        "buckets": BUCKETS,
        "services.api.buckets": {"uploads": "read-write", "reports": "write"},
        "services.worker.buckets": {"uploads": "read"},
        "services.api.environment.UPLOADS": {"output": "buckets.uploads.name"},
        "services.api.environment.UPLOADS_URL": {"text": "{buckets.uploads.url}/public"},
        "services.api.environment.MEDIA_URL": {"text": "https://{buckets.uploads.cdn_host}/public"},
    }
    return settings_on(runtime, changes)


@cache
def platform(runtime: str) -> Recorder[Platform]:
    return platform_of(_settings(runtime))


def _allowed(runtime: str, service: str) -> dict[str, Any]:
    return allowed(platform(runtime), runtime, service)


def _arn(runtime: str, bucket: str) -> str:
    return str(platform(runtime).named(f"bucket-{bucket}-bucket").outputs["arn"])


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_a_bucket_is_protected_encrypted_with_the_data_key_and_named_within_63_characters(runtime: str) -> None:
    recorder = platform(runtime)
    key = recorder.value(recorder.result.foundation.encryption.data_key_arn)
    for name in BUCKETS:
        bucket = recorder.named(f"bucket-{name}-bucket")
        assert bucket.protect
        assert bucket.inputs["bucket"].startswith(f"shop-prod-{name}-")
        assert len(bucket.inputs["bucket"]) <= 63
        (rule,) = recorder.named(f"bucket-{name}-encryption").inputs["rules"]
        assert rule["applyServerSideEncryptionByDefault"] == {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": key}


def test_versions_expiry_and_origins_follow_the_file() -> None:
    recorder = platform("eks")
    rules = {rule["id"]: rule for rule in recorder.named("bucket-uploads-lifecycle").inputs["rules"]}
    assert rules["expire-tmp"]["expiration"] == {"days": 7}
    assert rules["housekeeping"]["noncurrentVersionExpiration"] == {"noncurrentDays": 14}
    versioned = [each.name for each in recorder.of_type("aws:s3/bucketVersioning:BucketVersioning")]
    assert "bucket-uploads-versioning" in versioned
    assert "bucket-reports-versioning" not in versioned
    (cors,) = recorder.of_type("aws:s3/bucketCorsConfiguration:BucketCorsConfiguration")
    (rule,) = cors.inputs["corsRules"]
    assert rule["allowedOrigins"] == ["https://app.example.com", "https://partner.example.org"]
    assert rule["allowedMethods"] == ["PUT"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_each_service_may_do_what_it_states_with_its_buckets_alone(runtime: str) -> None:
    recorder = platform(runtime)
    uploads, reports = _arn(runtime, "uploads"), _arn(runtime, "reports")
    both, reader = _allowed(runtime, "api"), _allowed(runtime, "worker")
    assert both["ListBuckets"]["Resource"] == [uploads]
    assert both["ReadObjects"]["Resource"] == [f"{uploads}/*"]
    assert both["WriteObjects"]["Resource"] == [f"{uploads}/*", f"{reports}/*"]
    assert both["WriteObjects"]["Action"] == ["s3:PutObject", "s3:DeleteObject", "s3:AbortMultipartUpload"]
    assert both["UseDataKey"]["Action"] == ["kms:Decrypt", "kms:GenerateDataKey"]
    assert reader["ReadObjects"]["Resource"] == [f"{uploads}/*"]
    assert "WriteObjects" not in reader
    assert reader["UseDataKey"]["Action"] == ["kms:Decrypt"]
    key = recorder.value(recorder.result.foundation.encryption.data_key_arn)
    assert reader["UseDataKey"]["Resource"] == [key]
    assert reader["UseDataKey"]["Condition"] == {"StringEquals": {"kms:ViaService": "s3.us-east-1.amazonaws.com"}}


def test_pods_start_once_their_role_is_handed_out() -> None:
    recorder = platform("eks")
    association = recorder.one("aws:eks/podIdentityAssociation:PodIdentityAssociation", "worker-secrets-association")
    assert association.inputs["serviceAccount"] == "worker"
    release = recorder.named("application-workload")
    assert recorder.comes_after(release, association)
    assert recorder.comes_after(release, recorder.named("bucket-uploads-bucket"))


def test_pods_reach_the_ranges_of_s3_and_their_credentials() -> None:
    values = platform("eks").named("application-workload").inputs["values"]
    egress = {flow["name"]: flow for flow in values["networkPolicies"]["worker-policy"]["egress"]}
    ranges = platform("eks").value(platform("eks").result.foundation.network.gateway_cidrs["s3"])
    assert egress["object-store"]["cidrs"] == ranges
    assert egress["object-store"]["ports"] == [{"number": 443, "protocol": "TCP"}]
    assert egress["pod-identity"]["cidrs"] == ["169.254.170.23/32"]


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_environment_names_the_bucket(runtime: str) -> None:
    recorder = platform(runtime)
    name = recorder.named("bucket-uploads-bucket").inputs["bucket"]
    outputs = {str(key): value for key, value in recorder.result.capabilities.outputs.items()}
    assert recorder.value(outputs["buckets.uploads.name"]) == name
    assert recorder.value(outputs["buckets.uploads.url"]) == f"https://{name}.s3.us-east-1.amazonaws.com"
    if runtime == "eks":
        rendered = str(recorder.named("application-workload").inputs["values"]["services"]["api"])
    else:
        rendered = str([each.inputs for each in recorder.of_type("aws:ecs/taskDefinition:TaskDefinition")])
    assert f"https://{name}.s3.us-east-1.amazonaws.com/public" in rendered
    assert "https://media.example.com/public" in rendered


def test_the_vault_keeps_what_asks_for_it_with_the_policies_of_s3() -> None:
    recorder = platform("eks")
    selections = [
        each for each in recorder.of_type("aws:backup/selection:Selection") if each.inputs["name"].startswith("bucket")
    ]
    assert [(each.inputs["name"], each.inputs["resources"]) for each in selections] == [
        ("bucket-uploads", [_arn("eks", "uploads")])
    ]
    attached = {
        each.inputs["policyArn"] for each in recorder.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    }
    assert {
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Backup",
        "arn:aws:iam::aws:policy/AWSBackupServiceRolePolicyForS3Restore",
    } <= attached


def test_cloudfront_alone_reads_what_is_served_and_nothing_else_of_the_bucket() -> None:
    recorder = platform("eks")
    statements = recorder.named("bucket-uploads-policy").document("policy")["Statement"]
    (reads,) = [each for each in statements if each["Effect"] == "Allow"]
    assert reads["Principal"] == {"Service": "cloudfront.amazonaws.com"}
    assert reads["Action"] == "s3:GetObject"
    assert reads["Resource"] == [f"{_arn('eks', 'uploads')}/{prefix}*" for prefix in ("public/", "thumbnails/")]
    assert reads["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:distribution/*"}}
    others = recorder.named("bucket-reports-policy").document("policy")["Statement"]
    assert [each["Sid"] for each in others] == ["TlsOnly"]


def test_cloudfront_decrypts_with_the_data_key_and_encrypts_nothing() -> None:
    policy = platform("eks").named("encryption-data-policy").document("policy")
    (statement,) = [each for each in policy["Statement"] if each["Sid"] == "ForCloudfront"]
    assert statement["Action"] == ["kms:Decrypt"]
    assert statement["Condition"] == {"ArnLike": {"aws:SourceArn": f"arn:aws:cloudfront::{ACCOUNT}:*"}}


@pytest.mark.parametrize("runtime", RUNTIMES)
def test_the_host_leads_to_a_distribution_that_signs_its_reads_of_the_bucket(runtime: str) -> None:
    recorder = platform(runtime)
    made = recorder.one("aws:cloudfront/distribution:Distribution", "cdn-uploads-distribution").inputs
    assert made["aliases"] == ["media.example.com"]
    (origin,) = made["origins"]
    bucket = recorder.named("bucket-uploads-bucket").inputs["bucket"]
    assert origin["domainName"] == f"{bucket}.s3.us-east-1.amazonaws.com"
    assert origin["originAccessControlId"] == "cdn-uploads-access-id"
    behavior = made["defaultCacheBehavior"]
    assert behavior["viewerProtocolPolicy"] == "redirect-to-https"
    assert set(behavior["allowedMethods"]) == {"GET", "HEAD", "OPTIONS"}
    assert "defaultRootObject" not in made
    record = recorder.named("cdn-uploads-dns-media.example.com").inputs
    assert record["aliases"][0]["name"] == "cdn-uploads-distribution-domainName"
    assert recorder.value(recorder.result.exports["bucket_hosts"]) == {"uploads": "media.example.com"}
    assert recorder.value(recorder.result.exports["distributions"]) == {"cdn-uploads": "cdn-uploads-distribution-id"}


def test_pages_of_the_buckets_origins_may_read_and_none_may_write_through_cloudfront() -> None:
    recorder = platform("eks")
    headers = recorder.named("cdn-uploads-headers").inputs
    cors = headers["corsConfig"]
    assert cors["accessControlAllowOrigins"]["items"] == ["https://app.example.com", "https://partner.example.org"]
    assert cors["accessControlAllowMethods"]["items"] == ["GET", "HEAD"]
    assert cors["accessControlExposeHeaders"]["items"] == ["ETag"]
    assert cors["originOverride"] is True
    policy = headers["securityHeadersConfig"]["contentSecurityPolicy"]["contentSecurityPolicy"]
    assert "sandbox" in policy
    behavior = recorder.named("cdn-uploads-distribution").inputs["defaultCacheBehavior"]
    assert behavior["originRequestPolicyId"] == CORS_OF_S3


def test_somebody_is_told_when_the_distribution_fails() -> None:
    alarms = [
        each.inputs
        for each in platform("eks").of_type("aws:cloudwatch/metricAlarm:MetricAlarm")
        if each.inputs.get("dimensions", {}).get("DistributionId") == "cdn-uploads-distribution-id"
    ]
    assert [(each["namespace"], each["metricName"]) for each in alarms] == [("AWS/CloudFront", "5xxErrorRate")]
