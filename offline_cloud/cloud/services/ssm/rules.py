"""Automation documents of Systems Manager, and who starts them.

Sources: CreateDocument in the Systems Manager API reference; "Data elements and parameters" of Automation.
"""

import json
import re
from collections.abc import Iterator
from typing import Final, cast

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, text

_STEP_NAME: Final = re.compile(r"^[a-zA-Z0-9_]{1,128}$")
_ACTIONS: Final = frozenset(
    """
    aws:approve aws:assertAwsResourceProperty aws:branch aws:changeInstanceState aws:createImage aws:createStack
    aws:createTags aws:deleteImage aws:deleteStack aws:executeAutomation aws:executeAwsApi aws:executeScript
    aws:executeStateMachine aws:invokeLambdaFunction aws:invokeWebhook aws:loop aws:pause aws:runCommand
    aws:runInstances aws:sleep aws:updateVariable aws:waitForAwsResourceProperty
    """.split()  # noqa: SIM905  # one word each, easier to compare with the source
)
_INVALID: Final = "InvalidDocumentContent"
Steps = list[dict[str, object]]


def check_document(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    if text(inputs, "documentType") != "Automation" or text(inputs, "documentFormat") not in (None, "JSON"):
        return
    content = text(inputs, "content")
    if content is None:
        return
    try:
        document = json.loads(content)
    except ValueError as error:
        yield reject("content", _INVALID, f"The content is no JSON: {error}", "write it with json.dumps")
        return
    stated = cast("dict[str, object]", document) if isinstance(document, dict) else {}
    steps = cast("Steps", stated.get("mainSteps") or [])
    if not steps or stated.get("schemaVersion") != "0.3":
        yield reject("content", _INVALID, "An automation has schemaVersion 0.3 and mainSteps", "add both")
        return
    yield from _steps(steps)


def _steps(steps: Steps) -> Iterator[Diagnostic]:
    names = [str(step.get("name")) for step in steps]
    for step, name in zip(steps, names, strict=True):
        if not _STEP_NAME.match(name) or names.count(name) > 1:
            yield reject("content", _INVALID, f"Step name {name} is not valid, or not the only one", "rename it")
        if step.get("action") not in _ACTIONS:
            yield reject("content", _INVALID, f"Step {name}: no action {step.get('action')}", "see Automation actions")
        failure = step.get("onFailure", "Abort")
        if failure not in ("Abort", "Continue") and not str(failure).startswith("step:"):
            reason = f"Step {name}: onFailure {failure} is none of Abort, Continue and step:<name>"
            yield reject("content", _INVALID, reason, "take one of them")
        for flag in ("isCritical", "isEnd"):
            if not isinstance(step.get(flag, False), bool | str):
                yield reject("content", _INVALID, f"Step {name}: {flag} is true or false", "write a boolean")
        for target in _targets(step):
            if target not in names:
                yield reject("content", _INVALID, f"Step {name} leads to {target}, which is no step", "name a step")


def _targets(step: dict[str, object]) -> Iterator[str]:
    """Where a step may lead; `onFailure` also knows Abort and Continue."""
    if "nextStep" in step:
        yield str(step["nextStep"])
    failure = str(step.get("onFailure", ""))
    if failure.startswith("step:"):
        yield failure.removeprefix("step:")
