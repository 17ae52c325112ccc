"""Policy documents: how they are read, and whether IAM and the other services take them.

Sources: the IAM policy grammar and quotas.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Final, TypeAlias, cast

from offline_cloud.cloud.core import registry
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.references import arn_exists
from offline_cloud.cloud.core.resource import Document
from offline_cloud.cloud.model import ACCOUNT_ID, Diagnostic, Properties, Record, World, text

Statement: TypeAlias = Mapping[str, object]

_KEYS: Final = frozenset({"Version", "Id", "Statement"})
_STATEMENT_KEYS: Final = frozenset(
    {"Sid", "Effect", "Principal", "NotPrincipal", "Action", "NotAction", "Resource", "NotResource", "Condition"}
)
_SID: Final = re.compile(r"^[A-Za-z0-9]*$")
_ACTION: Final = re.compile(r"^(\*|[a-z0-9-]+:[A-Za-z0-9*?]+)$")
_ROLE: Final = re.compile(rf"^arn:aws:iam::{ACCOUNT_ID}:role/(?!aws-service-role/|aws-reserved/|service-role/)")


def read(properties: Properties, path: str = "policy") -> list[Statement] | None:
    """Read the statements of a policy; ``None`` where it is absent, not known yet, or no policy."""
    try:
        document = json.loads(text(properties, path) or "null")
    except ValueError:
        return None
    return statements(cast("Mapping[str, object]", document)) if isinstance(document, dict) else None


def statements(document: Mapping[str, object]) -> list[Statement]:
    """Give a policy's statements; one that is not in a list counts as a list of one."""
    found = document.get("Statement")
    listed = cast("list[object]", found) if isinstance(found, list) else [found]
    return [cast("Statement", it) for it in listed if isinstance(it, dict)]


def strings(value: object) -> list[str]:
    """Give a string, or the strings of a list."""
    if isinstance(value, str):
        return [value]
    return [it for it in cast("list[object]", value) if isinstance(it, str)] if isinstance(value, list) else []


def covers(statement: Statement, action: str) -> bool:
    """Tell whether a statement speaks of an action."""
    return any(fnmatchcase(action.lower(), pattern.lower()) for pattern in strings(statement.get("Action")))


def concerns(statement: Statement, arn: str) -> bool:
    """Tell whether a statement speaks of a resource."""
    return any(fnmatchcase(arn, pattern) for pattern in strings(statement.get("Resource")))


def allows(statement: Statement, action: str) -> bool:
    """Tell whether a statement allows an action."""
    return statement.get("Effect") == "Allow" and covers(statement, action)


def principals(statement: Statement, *kinds: str) -> list[str]:
    """Give whom a statement names, of some kinds such as ``AWS`` or ``Service``, or of all; ``*`` is of every kind."""
    stated = statement.get("Principal")
    if not isinstance(stated, dict):
        return strings(stated)
    named = cast("dict[str, object]", stated)
    return [name for kind in kinds or named for name in strings(named.get(kind))]


def check(type: str, inputs: Properties) -> Iterator[Diagnostic]:
    """Refuse a policy that is no policy: its JSON, its grammar and its length."""
    rule = registry.of(type).document
    body = text(inputs, rule.path) if rule else None
    if rule is None or body is None:
        return
    length = len(re.sub(r"\s", "", body))
    if length > rule.limit:
        reason = f"The policy has {length} characters; the quota is {rule.limit}"
        yield reject(rule.path, "LimitExceeded", reason, "split it, or name actions by prefix")
    try:
        document = json.loads(body)
    except ValueError as error:
        yield reject(rule.path, rule.code, f"This policy contains invalid Json: {error}", "use json.dumps")
        return
    if not isinstance(document, dict):
        yield reject(rule.path, rule.code, "A policy is a JSON object", "begin with Version and Statement")
        return
    for reason in _grammar(cast("dict[str, object]", document), rule):
        yield reject(rule.path, rule.code, reason, "see the grammar of the IAM JSON policy language")


def _grammar(document: dict[str, object], rule: Document) -> Iterator[str]:
    for key in sorted(document.keys() - _KEYS):
        yield f"Syntax error: unknown element {key}"
    if document.get("Version") not in (None, "2012-10-17", "2008-10-17"):
        yield f"Syntax error: Version {document.get('Version')} is none of 2012-10-17 and 2008-10-17"
    found = statements(document)
    if not found:
        yield "Policy statement must contain at least one statement"
    sids = [statement.get("Sid") for statement in found]
    for number, statement in enumerate(found):
        if sids[number] is not None and sids[number] in sids[:number]:
            yield f"Statement IDs (SID) in a single policy must be unique: {sids[number]}"
        yield from (f"statement {number}: {reason}" for reason in _statement(statement, rule))


def _statement(statement: Statement, rule: Document) -> Iterator[str]:
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
    if rule.kind != "trust" and rule.names_resources and not has_resource:
        yield "must contain resources: Missing required field Resource"


def principals_exist(record: Record, world: World) -> Iterator[Diagnostic]:
    """Refuse a policy that names a role of this account which does not exist."""
    rule = registry.of(record.type).document
    if rule is None or not rule.principals_exist or ":role/" not in (text(record.inputs, rule.path) or ""):
        return
    found: Sequence[Statement] = read(record.inputs, rule.path) or ()
    for arn in (name for statement in found for name in principals(statement, "AWS")):
        if _ROLE.match(arn) and not arn_exists(world, arn):
            fix = "take the ARN from the role's output, so that the role is created first"
            yield reject(rule.path, rule.code, f"Invalid principal in policy: {arn}", fix)
