"""What dashboards, composite alarms and mute rules accept. Source: the CloudWatch API reference."""

import json
import re
from collections.abc import Iterator
from typing import Final, cast

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.core.registry import physical_name
from offline_cloud.cloud.core.wordings import (
    values,
)
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, items, number, objects, text

_WIDGET_WIDTH: Final = 24
_MUTED: Final = 100
_NAMED_ALARM: Final = re.compile(r"""ALARM\(\s*["']?(?P<name>[^"')]+)["']?\s*\)""")
_INVALID: Final = "InvalidParameterValue"


def check_dashboard(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    body = text(inputs, "dashboardBody")
    if body is None:
        return
    try:
        content = json.loads(body)
    except ValueError as error:
        yield reject("dashboardBody", "InvalidParameterInput", f"The body is no JSON: {error}", "use json.dumps")
        return
    # The body is parsed JSON, so it is made of the same values as any inputs.
    for index, widget in enumerate(objects(cast("Properties", {"body": content}), "body.widgets")):
        width, left = number(widget, "width") or 6, number(widget, "x") or 0
        if width + left > _WIDGET_WIDTH:
            reason = f"widget {index} ends at column {width + left}"
            fix = f"a dashboard is {_WIDGET_WIDTH} columns wide"
            yield reject("dashboardBody", "InvalidParameterInput", reason, fix)


def alarms_exist(record: Record, world: World) -> Iterator[Diagnostic]:
    """A composite alarm's rule names alarms that exist."""
    rule = text(record.inputs, "alarmRule")
    for name in re.findall(r"""(?:ALARM|OK|INSUFFICIENT_DATA)\(\s*["']?([^"')]+?)["']?\s*\)""", rule or ""):
        plain = name.rsplit(":alarm:", 1)[-1]
        if not _is_alarm(plain, record, world):
            reason = f"AlarmRule refers to an alarm that does not exist: {plain}"
            yield reject("alarmRule", "ValidationError", reason, "build the rule from the alarms' name outputs")


def _is_alarm(name: str, record: Record, world: World) -> bool:
    return any(facts.named(world, kind, name, record.region) for kind in (facts.METRIC_ALARM, facts.COMPOSITE_ALARM))


def muted_alarms_exist(record: Record, world: World) -> Iterator[Diagnostic]:
    """A mute rule names alarms that exist, a hundred at most."""
    path = "muteTargets.alarmNames"
    if len(items(record.inputs, path)) > _MUTED:
        message = f"a mute rule targets up to {_MUTED} alarms"
        yield reject(path, "ValidationError", message, "make a second rule for the rest")
    for where, name in facts.strings_at(record.inputs, f"{path}[]"):
        if not _is_alarm(name, record, world):
            yield reject(where, "ResourceNotFoundException", f"no alarm is named {name}", "use the alarms' outputs")


def alarm_is_not_watched(record: Record, world: World) -> Iterator[Diagnostic]:
    """An alarm stays while a composite alarm's rule names it."""
    name = physical_name(record)
    for composite in facts.peers(record, world, facts.COMPOSITE_ALARM):
        rule = text(composite.inputs, "alarmRule") or ""
        if name in {match["name"] for match in _NAMED_ALARM.finditer(rule)}:
            message = f"Cannot delete {name} as there are composite alarm(s) depending on it: {facts.label(composite)}"
            yield reject("", "ValidationError", message, facts.delete_first(composite))


def check_period(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    for where, period in values(inputs, "period"):
        if isinstance(period, int | float) and period not in (10, 20, 30) and period % 60:
            said = f"The period {period} is not valid"
            yield reject(where, _INVALID, said, "use 10, 20, 30 or a multiple of 60 seconds")
