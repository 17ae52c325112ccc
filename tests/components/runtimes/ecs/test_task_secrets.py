"""What tasks are handed: the shared configuration, lists, users, keys, and a key beside the one before it."""

from functools import cache
from typing import Any

import pytest

from components.platform import Platform
from tests.components.recording import Recorder
from tests.components.runtimes.ecs.test_platform import containers, platform, settings, task_of

FUNCTIONS = ("rest", "oauth", "ws")


@cache
def budget() -> Recorder[Platform]:
    return platform(settings("budget"))


def _handed(recorder: Recorder[Platform], name: str) -> dict[str, Any]:
    return {each["name"]: each["valueFrom"] for each in containers(task_of(recorder, name))[name]["secrets"]}


@pytest.mark.requirement("WX-13")
@pytest.mark.parametrize("function", FUNCTIONS)
def test_every_function_gets_the_shared_configuration(function: str) -> None:
    main = containers(task_of(budget(), function))[function]
    assert {each["name"]: each["value"] for each in main["environment"]} == {
        "PUBLIC_HOST": "waiver.exchange",
        "OAUTH_CALLBACK_PATH": "/oauth/callback",
    }


@pytest.mark.requirement("WX-21")
def test_both_signing_keys_are_named_by_arn_version_and_property() -> None:
    handed = _handed(budget(), "rest")
    for name, key in (("JWT_SECRET", "current"), ("JWT_SECRET_PREVIOUS", "previous")):
        arn, version = handed[name].split(f":{key}::")
        assert arn.startswith("arn:aws:secretsmanager:")
        assert "jwt-secret" in arn
        assert version == "secrets-jwt-secret-version-versionId"


@pytest.mark.requirement("WX-20")
def test_the_providers_credentials_are_read_from_their_owners_entries() -> None:
    handed = _handed(budget(), "oauth")
    for name in ("OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"):
        assert handed[name].endswith(f":secret:waiver-exchange/budget/{name}")
    assert not {"OAUTH_CLIENT_ID", "OAUTH_CLIENT_SECRET"} & set(_handed(budget(), "rest"))


@pytest.mark.requirement("WX-54")
def test_the_redirect_address_host_has_a_name_and_a_certificate() -> None:
    recorder = budget()
    certificate = recorder.one("aws:acm/certificate:Certificate").inputs
    assert certificate["domainName"] == "waiver.exchange"
    names = {
        each.inputs["name"] for each in recorder.of_type("aws:route53/record:Record") if each.inputs["type"] == "A"
    }
    assert "waiver.exchange" in names
