"""Where Pulumi keeps the state, and what encrypts the secrets in it."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import cast
from urllib.parse import SplitResult, parse_qs, urlsplit

import yaml

from settings.stacks import stack_file
from tools.ready.account import AbsentError, NotAskedError
from tools.ready.case import Case
from tools.ready.line import Line, missing, not_asked, ok, to_do

_STATE, _SECRETS = "state", "the state's secrets"
_PULUMI_CLOUD = "https://"


def check(case: Case) -> Iterator[Line]:
    backend = _backend(case)
    yield from _where(case, backend)
    yield from _provider(case, backend)


def _backend(case: Case) -> str:
    """Return PULUMI_BACKEND_URL, or where `pulumi login` led last."""
    stated = case.environment.get("PULUMI_BACKEND_URL", "")
    home = Path(case.environment.get("PULUMI_HOME") or Path(case.environment.get("HOME", "~")).expanduser() / ".pulumi")
    if stated:
        return stated
    try:
        return str(json.loads((home / "credentials.json").read_text(encoding="utf-8")).get("current") or "")
    except (OSError, ValueError):
        return ""


def _where(case: Case, backend: str) -> Iterator[Line]:
    if not backend:
        remedy = "pulumi login s3://<state-bucket>, or set PULUMI_BACKEND_URL"
        yield missing(_STATE, "nobody said where it is kept", remedy)
    elif backend.startswith("file://"):
        yield to_do(_STATE, f"{backend} is on this machine alone", "pulumi login s3://<state-bucket> for a team")
    elif backend.startswith("s3://"):
        yield from _bucket(case, urlsplit(backend))
    else:
        yield ok(_STATE, backend)


def _bucket(case: Case, backend: SplitResult) -> Iterator[Line]:
    bucket = backend.netloc
    region = parse_qs(backend.query).get("region", [None])[0]
    create = f"aws s3api create-bucket --bucket {bucket}"
    versioning = f"aws s3api put-bucket-versioning --bucket {bucket} --versioning-configuration Status=Enabled"
    try:
        status = case.account.ask("s3", "get_bucket_versioning", region, Bucket=bucket).get("Status")
    except AbsentError:
        yield missing(_STATE, f"there is no bucket {bucket}", create)
    except NotAskedError as why:
        yield not_asked(_STATE, f"bucket {bucket}: {why}", f"aws s3api get-bucket-versioning --bucket {bucket}")
    else:
        if status == "Enabled":
            yield ok(_STATE, f"bucket {bucket}, versioned")
        else:
            yield missing(_STATE, f"bucket {bucket} keeps no old versions", versioning)


def _provider(case: Case, backend: str) -> Iterator[Line]:
    name = stack_file(case.stack)
    stated = cast("dict[str, object]", yaml.safe_load((case.project / name).read_text(encoding="utf-8")) or {})
    provider = str(stated.get("secretsprovider") or "")
    if provider.startswith("awskms://"):
        yield from _key(case, provider)
    elif provider and provider != "passphrase":
        yield ok(_SECRETS, provider)
    elif "encryptionsalt" in stated:
        given = {"PULUMI_CONFIG_PASSPHRASE", "PULUMI_CONFIG_PASSPHRASE_FILE"} & set(case.environment)
        if given:
            yield ok(_SECRETS, f"a passphrase, in {min(given)}")
        else:
            yield missing(_SECRETS, "a passphrase, which is not set here", "set PULUMI_CONFIG_PASSPHRASE")
    elif backend.startswith(_PULUMI_CLOUD):
        yield ok(_SECRETS, "Pulumi Cloud's own")
    else:
        remedy = (
            f'pulumi stack init {case.stack} --secrets-provider="awskms://alias/<key>?region={case.account.region}"'
        )
        yield missing(_SECRETS, f"{name} names no secrets provider", remedy)


def _key(case: Case, provider: str) -> Iterator[Line]:
    parts = urlsplit(provider)
    key = f"{parts.netloc}{parts.path}".strip("/")
    region = parse_qs(parts.query).get("region", [None])[0]
    try:
        state = case.account.ask("kms", "describe_key", region, KeyId=key)["KeyMetadata"]["KeyState"]
    except AbsentError:
        yield missing(_SECRETS, f"there is no key {key}", f"create the key, and `aws kms create-alias` for {key}")
    except NotAskedError as why:
        yield not_asked(_SECRETS, f"key {key}: {why}", f"aws kms describe-key --key-id {key}")
    else:
        if state == "Enabled":
            yield ok(_SECRETS, f"key {key}")
        else:
            yield missing(
                _SECRETS,
                f"key {key} is {state}",
                "enable it, or name another with `pulumi stack change-secrets-provider`",
            )
