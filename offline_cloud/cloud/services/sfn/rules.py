"""What Step Functions accepts."""

import json
from collections.abc import Iterator
from typing import cast

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, text


def check_states(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """A state machine is written in JSON, and starts at one of its states."""
    definition = text(inputs, "definition")
    try:
        machine = json.loads(definition) if definition else None
    except ValueError:
        yield reject("definition", "InvalidDefinition", "The definition is no JSON", "write it with json.dumps")
        return
    stated = cast("dict[str, object]", machine) if isinstance(machine, dict) else {}
    states = stated.get("States")
    if isinstance(states, dict) and stated.get("StartAt") not in states:
        yield reject("definition", "InvalidDefinition", "StartAt names none of the States", "name one of them")
