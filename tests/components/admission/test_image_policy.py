"""Whose signature a product's images must carry, and what the controller may ask for."""

from fnmatch import fnmatchcase
from typing import Any

import pytest

from components.admission.image_policy import policy_values
from components.admission.signing_key import controller_permissions, endpoint_statements
from components.invariants import InvariantError
from settings import PlatformSettings
from settings.workload.trust import CosignPolicy, ImagePolicy, KeylessIdentity
from tests.charts.ai_trading import REGISTRY, ai_trading
from tests.charts.whole_platform import platform

_KEY = "arn:aws:kms:us-east-1:111122223333:key/0123"
_OTHERS = "arn:aws:kms:us-east-1:444455556666:key/0123"
_IDENTITY = KeylessIdentity(issuer="https://token.actions.githubusercontent.com", subject="someone")
_PEM = "-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----\n"


def _with(cosign: CosignPolicy, *unsigned: str) -> PlatformSettings:
    settings = ai_trading("prod")
    policy = ImagePolicy(cosign=cosign, unsigned=unsigned)
    return settings.model_copy(update={"workload": settings.workload.model_copy(update={"image_policy": policy})})


@pytest.mark.requirement("AT-69")
@pytest.mark.parametrize(
    ("cosign", "expected"),
    [
        (CosignPolicy(kms_key=_KEY), {"key": {"kms": _KEY}}),
        (CosignPolicy(public_key=_PEM), {"key": {"data": _PEM}}),
    ],
)
def test_a_key_may_be_given_in_its_two_forms(cosign: CosignPolicy, expected: dict[str, Any]) -> None:
    values = policy_values(_with(cosign), REGISTRY).to_helm()
    assert {key: values[key] for key in expected} == expected
    assert "keyless" not in values


@pytest.mark.requirement("AT-69")
def test_images_are_named_as_their_registry_names_them() -> None:
    unsigned = ("busybox", "quay.io/shop/tool", "docker.io/grafana/k6", "docker.io/redis", "docker.io/library/nginx")
    values = policy_values(_with(CosignPolicy(kms_key=_KEY), *unsigned), None)
    assert values.signed == (
        "index.docker.io/ai-trading/data-processor",
        "index.docker.io/ai-trading/ml-service",
        "index.docker.io/ai-trading/trading-app",
    )
    hub = {f"index.docker.io/{name}" for name in ("library/busybox", "library/redis", "library/nginx", "grafana/k6")}
    assert hub | {"quay.io/shop/tool"} <= set(values.unsigned)
    assert not [name for name in values.unsigned if name.startswith("docker.io/")]
    assert "public.ecr.aws/docker/library/postgres" in values.unsigned


@pytest.mark.parametrize(
    ("cosign", "expected"),
    [
        (CosignPolicy(kms_key=_KEY), "legacy"),
        (CosignPolicy(public_key=_PEM), "legacy"),
        (CosignPolicy(keyless=_IDENTITY), "bundle"),
        (CosignPolicy(keyless=_IDENTITY, signature_format="legacy"), "legacy"),
    ],
)
def test_a_keyless_signature_is_looked_for_in_cosign_3s_bundles_and_a_keys_is_not(
    cosign: CosignPolicy, expected: str
) -> None:
    assert policy_values(_with(cosign), REGISTRY).format == expected


def test_the_controller_asks_kms_for_one_key_and_only_when_there_is_one() -> None:
    assert controller_permissions(CosignPolicy(public_key=_PEM)) == []
    (statement,) = controller_permissions(CosignPolicy(kms_key=_KEY))
    assert statement["Resource"] == _KEY
    (by_alias,) = controller_permissions(CosignPolicy(kms_key="arn:aws:kms:us-east-1:111122223333:alias/signing"))
    assert by_alias["Condition"] == {"StringEquals": {"kms:RequestAlias": "alias/signing"}}


def test_the_endpoint_lets_through_what_the_controller_asks_of_the_region() -> None:
    elsewhere = _with(CosignPolicy(kms_key=_KEY.replace("us-east-1", "eu-west-1")))
    assert endpoint_statements(_with(CosignPolicy(kms_key=_KEY))) == controller_permissions(CosignPolicy(kms_key=_KEY))
    assert endpoint_statements(elsewhere) == []
    assert endpoint_statements(_with(CosignPolicy(public_key=_PEM))) == []


@pytest.mark.parametrize("key", [_OTHERS, _OTHERS.replace("key/0123", "alias/signing")])
def test_a_key_of_another_account_is_reached_through_the_endpoint_of_kms(key: str) -> None:
    recorder = platform(_with(CosignPolicy(kms_key=key)))
    policy = recorder.named("network-endpoints-kms").document("policy")
    account = policy["Statement"][0]["Condition"]["StringEquals"]["aws:PrincipalAccount"]
    asked = {"kms:RequestAlias": "alias/signing"} if "alias" in key else {}
    of_others = {"aws:PrincipalAccount": account, "aws:ResourceAccount": "444455556666", **asked}
    there = _OTHERS
    assert _passes(policy, "kms:GetPublicKey", there, of_others)
    assert not _passes(policy, "kms:Decrypt", there, of_others)
    assert not _passes(policy, "kms:GetPublicKey", there.replace("444455556666", "777788889999"), of_others)
    assert not _passes(policy, "kms:GetPublicKey", there, {**of_others, "aws:PrincipalAccount": "444455556666"})


def _passes(policy: dict[str, Any], action: str, resource: str, known: dict[str, str]) -> bool:
    """Judge a request as IAM does, by the statements that allow."""
    return any(
        any(fnmatchcase(action, each) for each in _listed(statement["Action"]))
        and fnmatchcase(resource, statement["Resource"])
        and all(known.get(key) == value for key, value in statement["Condition"]["StringEquals"].items())
        for statement in policy["Statement"]
    )


def _listed(value: str | list[str]) -> list[str]:
    return [value] if isinstance(value, str) else value


def test_a_product_that_asks_for_nothing_has_no_policy() -> None:
    settings = ai_trading("prod")
    nothing = settings.model_copy(update={"workload": settings.workload.model_copy(update={"image_policy": None})})
    with pytest.raises(InvariantError, match="asks for signatures"):
        policy_values(nothing, None)
