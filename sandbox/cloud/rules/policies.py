"""Whether policy documents are ones that IAM and the other services take. Source: the IAM policy grammar and quotas."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Literal, cast

from sandbox.cloud.model import ACCOUNT_ID, Properties, Record, Refusal, World, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import refusal
from sandbox.cloud.rules.references import arn_exists

Kind = Literal["identity", "trust", "resource"]
_KEYS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_KEYS: Final = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_KEY_KEEPERS: Final = frozenset({"*", "kms:*", "kms:Put*", "kms:PutKeyPolicy"})
_SID: Final = re.compile(r"^[A-Za-z0-9]*$")
_ACTION: Final = re.compile(r"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$")
_ROLE: Final = re.compile(rf"^arn:aws:iam::{ACCOUNT_ID}:role/(?!aws-service-role/|aws-reserved/|service-role/)")


@dataclass(frozen=True)
class Document:
    """An input that holds a policy: its kind, its quota in characters without white space, and the error code."""

    path: str
    kind: Kind
    limit: int
    code: str = "MalformedPolicyDocument"
    principals_exist: bool = False


DOCUMENTS: Final[dict[str, Document]] = {
    facts.ROLE: Document("assumeRolePolicy", "trust", 2_048, principals_exist=True),
    facts.ROLE_POLICY: Document("policy", "identity", 10_240),
    facts.POLICY: Document("policy", "identity", 6_144),
    facts.KEY: Document("policy", "resource", 32_768, "MalformedPolicyDocumentException", True),
    facts.REPLICA_KEY: Document("policy", "resource", 32_768, "MalformedPolicyDocumentException", True),
    "aws:kms/keyPolicy:KeyPolicy": Document("policy", "resource", 32_768, "MalformedPolicyDocumentException", True),
    "aws:s3/bucketPolicy:BucketPolicy": Document("policy", "resource", 20_480, "MalformedPolicy", True),
    "aws:sqs/queuePolicy:QueuePolicy": Document("policy", "resource", 262_144, "InvalidAttributeValue"),
    facts.QUEUE: Document("policy", "resource", 262_144, "InvalidAttributeValue"),
    "aws:sns/topicPolicy:TopicPolicy": Document("policy", "resource", 30_720, "InvalidParameter"),
    facts.TOPIC: Document("policy", "resource", 30_720, "InvalidParameter"),
    facts.SECRET: Document("policy", "resource", 20_480, "MalformedPolicyDocumentException", True),
    "aws:secretsmanager/secretPolicy:SecretPolicy": Document(
        "policy", "resource", 20_480, "MalformedPolicyDocumentException", True
    ),
    facts.ENDPOINT: Document("policy", "resource", 20_480, "InvalidPolicyDocument"),
    "aws:backup/vaultPolicy:VaultPolicy": Document("policy", "resource", 20_480, "InvalidParameterValueException"),
    "aws:ecr/repositoryPolicy:RepositoryPolicy": Document("policy", "resource", 10_240, "InvalidParameterException"),
    "aws:efs/fileSystemPolicy:FileSystemPolicy": Document("policy", "resource", 20_000, "InvalidPolicyException", True),
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": Document(
        "policyDocument", "resource", 5_120, "InvalidParameterException"
    ),
}
# ECR policies name no resource, and neither do trust policies.
_WITHOUT_RESOURCE: Final = frozenset({"aws:ecr/repositoryPolicy:RepositoryPolicy"})


def check(type: str, inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """Refuse a policy that is no policy: its JSON, grammar, length, and who could still change a key's policy."""
    rule = DOCUMENTS.get(type)
    body = text(inputs, rule.path) if rule else None
    if rule is None or body is None:
        return
    length = len(re.sub(r"\s", "", body))
    if length > rule.limit:
        yield refusal(
            rule.path, "LimitExceeded", f"The policy has {length} characters; the quota is {rule.limit}",
            "split it, or name actions by prefix",
        )  # fmt: skip
    try:
        document = json.loads(body)
    except ValueError as error:
        yield refusal(rule.path, rule.code, f"This policy contains invalid Json: {error}", "use json.dumps")
        return
    if not isinstance(document, dict):
        yield refusal(rule.path, rule.code, "A policy is a JSON object", "begin with Version and Statement")
        return
    problems = list(_grammar(cast("dict[str, object]", document), rule, type))
    for problem in problems:
        yield refusal(rule.path, rule.code, problem, "see the grammar of the IAM JSON policy language")
    if type.startswith("aws:kms/") and not problems and inputs.get("bypassPolicyLockoutSafetyCheck") is not True:
        yield from _lockout(cast("dict[str, object]", document), rule)


def statements(document: dict[str, object]) -> list[dict[str, object]]:
    """Give a policy's statements; one that is not in a list counts as a list of one."""
    found = document.get("Statement")
    listed = cast("list[object]", found) if isinstance(found, list) else [found]
    return [cast("dict[str, object]", it) for it in listed if isinstance(it, dict)]


def _grammar(document: dict[str, object], rule: Document, type: str) -> Iterator[str]:
    for key in sorted(document.keys() - _KEYS):
        yield f"Syntax error: unknown element {key}"
    if document.get("Version") not in (None, "2012-10-17", "2008-10-17"):
        yield f"Syntax error: Version {document.get('Version')} is none of 2012-10-17 and 2008-10-17"
    found = statements(document)
    if not found:
        yield "Policy statement must contain at least one statement"
    seen: set[object] = set()
    for number, statement in enumerate(found):
        sid = statement.get("Sid")
        if sid is not None and sid in seen:
            yield f"Statement IDs (SID) in a single policy must be unique: {sid}"
        seen.add(sid)
        yield from (f"statement {number}: {problem}" for problem in _statement(statement, rule, type))


def _statement(statement: dict[str, object], rule: Document, type: str) -> Iterator[str]:
    for key in sorted(statement.keys() - _STATEMENT_KEYS):
        yield f"unknown element {key}"
    if statement.get("Effect") not in ("Allow", "Deny"):
        yield "Effect must be Allow or Deny"
    sid = statement.get("Sid")
    if rule.kind != "resource" and isinstance(sid, str) and not _SID.match(sid):
        yield f"Statement IDs (SID) must be alpha-numeric: {sid}"
    if ("Action" in statement) == ("NotAction" in statement):
        yield "must contain actions: either Action or NotAction"
    for action in strings(statement.get("Action", [])):
        if not _ACTION.match(action):
            yield f"Actions/Conditions must be prefaced by a vendor: {action}"
    has_principal = "Principal" in statement or "NotPrincipal" in statement
    has_resource = "Resource" in statement or "NotResource" in statement
    if rule.kind == "identity" and has_principal:
        yield "Policy document should not specify a principal"
    if rule.kind != "identity" and not has_principal:
        yield "Missing required field Principal"
    if rule.kind == "trust" and has_resource:
        yield "Has prohibited field Resource"
    if rule.kind != "trust" and not has_resource and type not in _WITHOUT_RESOURCE:
        yield "must contain resources: Missing required field Resource"


def strings(value: object) -> list[str]:
    """Give a string, or the strings of a list."""
    if isinstance(value, str):
        return [value]
    return [it for it in cast("list[object]", value) if isinstance(it, str)] if isinstance(value, list) else []


def _lockout(document: dict[str, object], rule: Document) -> Iterator[Refusal]:
    for statement in statements(document):
        principal = statement.get("Principal")
        named = cast("dict[str, object]", principal).get("AWS", []) if isinstance(principal, dict) else principal
        trusted = any(name == "*" or name.endswith(":root") or ":role/" in name for name in strings(named))
        actions = strings(statement.get("Action", []))
        if statement.get("Effect") == "Allow" and trusted and _KEY_KEEPERS & {*actions}:
            return
    yield refusal(
        rule.path, rule.code, "The new key policy will not allow you to update the key policy in the future",
        "allow kms:* to arn:aws:iam::<account>:root",
    )  # fmt: skip


def principals_exist(record: Record, world: World) -> Iterator[Refusal]:
    """Refuse a policy that names a role of this account which does not exist."""
    rule = DOCUMENTS.get(record.type)
    body = text(record.inputs, rule.path) if rule and rule.principals_exist else None
    if rule is None or body is None or ":role/" not in body:
        return
    try:
        document = json.loads(body)
    except ValueError:
        return
    for statement in statements(cast("dict[str, object]", document)) if isinstance(document, dict) else []:
        principal = statement.get("Principal")
        named = cast("dict[str, object]", principal).get("AWS") if isinstance(principal, dict) else None
        for arn in strings(named):
            if _ROLE.match(arn) and not arn_exists(world, arn):
                yield refusal(
                    rule.path, rule.code, f"Invalid principal in policy: {arn}",
                    "take the ARN from the role's output, so that the role is created first",
                )  # fmt: skip
