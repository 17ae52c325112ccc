"""The policy document that a program composes: the provider asks AWS nothing for it, and neither is that needed here.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
"""

import json
from collections.abc import Iterable
from typing import Final, cast

from offline_cloud.cloud.model import Diagnostic, Properties, Value, digest, items, objects, text
from offline_cloud.lookups.question import Answer, Question

_VERSION: Final = "2012-10-17"
_LISTS: Final = {
    "actions": "Action",
    "notActions": "NotAction",
    "resources": "Resource",
    "notResources": "NotResource",
}


def compose(question: Question) -> Answer:
    """Give the document as JSON, or say what is wrong with its parts."""
    given = question.arguments
    statements: list[Properties] = []
    for path in ("sourceJson", "sourcePolicyDocuments"):
        for document in _documents(given, path):
            if isinstance(document, Diagnostic):
                return document
            statements = _laid_over(statements, _statements_of(document))
    own = [_statement(stated) for stated in objects(given, "statements")]
    doubled = _doubled(statement.get("Sid") for statement in own)
    if doubled:
        return Diagnostic("statements", f"duplicate Sid ({doubled})", "remove the Sid, or make it one of its own")
    statements = _laid_over(statements, own)
    for path in ("overrideJson", "overridePolicyDocuments"):
        for document in _documents(given, path):
            if isinstance(document, Diagnostic):
                return document
            statements = _laid_over(statements, _statements_of(document))
    body: dict[str, object] = {"Version": text(given, "version") or _VERSION}
    if text(given, "policyId"):
        body["Id"] = text(given, "policyId")
    body["Statement"] = statements
    written = json.dumps(body, indent=2, ensure_ascii=False)
    return {
        "id": str(int(digest(written, length=8), 16)),
        "json": written,
        "minifiedJson": json.dumps(body, separators=(",", ":"), ensure_ascii=False),
        "version": str(body["Version"]),
    }


def _documents(given: Properties, path: str) -> "Iterable[Properties | Diagnostic]":
    stated = given.get(path)
    for number, source in enumerate([stated] if isinstance(stated, str) else items(given, path)):
        if not isinstance(source, str) or not source:
            continue
        try:
            loaded = cast("Value", json.loads(source))
        except ValueError as error:
            yield Diagnostic(f"{path}[{number}]", f"is no JSON: {error}", "give the text of a policy document")
            continue
        yield loaded if isinstance(loaded, dict) else Diagnostic(f"{path}[{number}]", "is no policy document")


def _statements_of(document: Properties) -> list[Properties]:
    return objects(document, "Statement")


def _laid_over(below: list[Properties], above: list[Properties]) -> list[Properties]:
    """Put statements after others; one with a Sid takes the place of the statement that has the same."""
    places = {text(statement, "Sid"): place for place, statement in enumerate(below) if text(statement, "Sid")}
    merged = list(below)
    for statement in above:
        place = places.get(text(statement, "Sid"))
        if place is None:
            merged.append(statement)
        else:
            merged[place] = statement
    return merged


def _statement(stated: Properties) -> Properties:
    written: Properties = {}
    if text(stated, "sid"):
        written["Sid"] = text(stated, "sid")
    written["Effect"] = text(stated, "effect") or "Allow"
    for key, name in _LISTS.items():
        values = items(stated, key)
        if values:
            written[name] = _one_or_many(values)
    for key, name in (("principals", "Principal"), ("notPrincipals", "NotPrincipal")):
        principals = _principals(objects(stated, key))
        if principals:
            written[name] = principals
    conditions = _conditions(objects(stated, "conditions"))
    if conditions:
        written["Condition"] = conditions
    return written


def _principals(stated: list[Properties]) -> Value:
    if any(text(entry, "type") == "*" for entry in stated):
        return "*"
    found: dict[str, list[Value]] = {}
    for entry in stated:
        found.setdefault(text(entry, "type") or "", []).extend(items(entry, "identifiers"))
    return {kind: _one_or_many(identifiers) for kind, identifiers in found.items()}


def _conditions(stated: list[Properties]) -> Properties:
    found: dict[str, dict[str, list[Value]]] = {}
    for entry in stated:
        variables = found.setdefault(text(entry, "test") or "", {})
        variables.setdefault(text(entry, "variable") or "", []).extend(items(entry, "values"))
    return {
        test: {variable: _one_or_many(values, ordered=True) for variable, values in variables.items()}
        for test, variables in found.items()
    }


def _one_or_many(values: list[Value], *, ordered: bool = False) -> Value:
    """Write a list of one as its only value; the provider sorts the others downwards, but for those of conditions."""
    if len(values) == 1:
        return values[0]
    return values if ordered else list[Value](sorted((str(value) for value in values), reverse=True))


def _doubled(names: Iterable[Value]) -> str:
    seen: set[Value] = set()
    for name in names:
        if name and name in seen:
            return str(name)
        seen.add(name)
    return ""
