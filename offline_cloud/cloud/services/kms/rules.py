"""What KMS accepts. Source: its API reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import documents, facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, text

_KEY_KEEPERS: Final = frozenset({"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"})


def replica_of(record: Record, world: World) -> Iterator[Diagnostic]:
    """A replica key has a multi-Region primary in another region."""
    primary = world.by_arn(text(record.inputs, "primaryKeyArn") or "")
    if primary is None:
        return
    if flag(primary.inputs, "multiRegion") is not True:
        reason = f"{facts.label(primary)} is not a multi-Region key"
        fix = "set multiRegion on the primary, which replaces it"
        yield reject("primaryKeyArn", "UnsupportedOperationException", reason, fix)
    if primary.region == record.region:
        yield reject(
            "primaryKeyArn", "InvalidRequestException", f"The primary is in {record.region} too", "use another region"
        )


def check_lockout(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """Somebody can still change a key's policy afterwards."""
    statements = documents.read(inputs)
    if not statements or inputs.get("bypassPolicyLockoutSafetyCheck") is True:
        return
    for statement in statements:
        names = documents.principals(statement, "AWS")
        trusted = any(name == "*" or name.endswith(":root") or ":role/" in name for name in names)
        actions = documents.strings(statement.get("Action"))
        if statement.get("Effect") == "Allow" and trusted and _KEY_KEEPERS & {*actions}:
            return
    reason = "The new key policy will not allow you to update the key policy in the future"
    yield reject("policy", "MalformedPolicyDocumentException", reason, "allow kms:* to arn:aws:iam::<account>:root")
