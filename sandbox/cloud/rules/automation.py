"""Automation documents of Systems Manager, and who starts them.

Sources: CreateDocument in the Systems Manager API reference; "Data elements and parameters" of Automation.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Final, cast

from sandbox.cloud.model import Properties, Record, Refusal, World, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal

_STEP_NAME: Final = re.compile(r"^[a-zA-Z0-9_]{1,128}$")
_ACTIONS: Final = frozenset(
    """
    aws:approve aws:assertAwsResourceProperty aws:branch aws:changeInstanceState aws:createImage aws:createStack
    aws:createTags aws:deleteImage aws:deleteStack aws:executeAutomation aws:executeAwsApi aws:executeScript
    aws:executeStateMachine aws:invokeLambdaFunction aws:invokeWebhook aws:loop aws:pause aws:runCommand
    aws:runInstances aws:sleep aws:updateVariable aws:waitForAwsResourceProperty
    """.split()  # noqa: SIM905  # one word each, easier to compare with the source
)
_AUTOMATION: Final = re.compile(r":automation-definition/([^:]+)")
_INVALID: Final = "InvalidDocumentContent"

Steps = list[dict[str, object]]


def check_document(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    if text(inputs, "documentType") != "Automation" or text(inputs, "documentFormat") not in (None, "JSON"):
        return
    content = text(inputs, "content")
    if content is None:
        return
    try:
        document = json.loads(content)
    except ValueError as error:
        yield refusal("content", _INVALID, f"The content is no JSON: {error}", "write it with json.dumps")
        return
    stated = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    steps = cast("Steps", stated.get("mainSteps") or [])
    if not steps or stated.get("schemaVersion") != "0.3":
        yield refusal("content", _INVALID, "An automation has schemaVersion 0.3 and mainSteps", "add both")
        return
    yield from _steps(steps)


def _steps(steps: Steps) -> Iterator[Refusal]:
    names = [str(step.get("name")) for step in steps]
    for step, name in zip(steps, names, strict=True):
        if not _STEP_NAME.match(name) or names.count(name) > 1:
            yield refusal("content", _INVALID, f"Step name {name} is not valid, or not the only one", "rename it")
        if step.get("action") not in _ACTIONS:
            yield refusal("content", _INVALID, f"Step {name}: no action {step.get('action')}", "see Automation actions")
        failure = step.get("onFailure", "Abort")
        if failure not in ("Abort", "Continue") and not str(failure).startswith("step:"):
            reason = f"Step {name}: onFailure {failure} is none of Abort, Continue and step:<name>"
            yield refusal("content", _INVALID, reason, "take one of them")
        for flag in ("isCritical", "isEnd"):
            if not isinstance(step.get(flag, False), bool | str):
                yield refusal("content", _INVALID, f"Step {name}: {flag} is true or false", "write a boolean")
        for target in _targets(step):
            if target not in names:
                yield refusal("content", _INVALID, f"Step {name} leads to {target}, which is no step", "name a step")


def _targets(step: dict[str, object]) -> Iterator[str]:
    """Where a step may lead; `onFailure` also knows Abort and Continue."""
    if "nextStep" in step:
        yield str(step["nextStep"])
    failure = str(step.get("onFailure", ""))
    if failure.startswith("step:"):
        yield failure.removeprefix("step:")


def starts_what_exists(record: Record, world: World) -> Iterator[Refusal]:
    """A rule starts an automation of its own region, by a role."""
    named = _AUTOMATION.search(text(record.inputs, "arn") or "")
    if named is None:
        return
    if record.inputs.get("roleArn") is None:
        message = f"RoleArn is required for target {text(record.inputs, 'arn')}"
        yield refusal("roleArn", "ValidationException", message, "give a role that may start it")
    if facts.named(world, facts.SSM_DOCUMENT, named[1], record.region) is None:
        message = f"There is no document {named[1]} in {record.region}"
        yield refusal("arn", "InvalidDocument", message, "put the ARN together from the document's name")


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {facts.SSM_DOCUMENT: (check_document,)}
STATES: Final[Table] = {facts.EVENT_TARGET: (starts_what_exists,)}
