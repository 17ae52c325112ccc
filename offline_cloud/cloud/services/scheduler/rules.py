"""What EventBridge Scheduler refuses."""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, text

_EXPRESSION: Final = re.compile(
    r"^(rate\([1-9][0-9]* (minute|hour|day)s?\)|cron\((\S+ ){5}\S+\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$"
)


def expression(inputs: Properties, _region: str) -> Iterator[Diagnostic]:
    expression = text(inputs, "scheduleExpression")
    if expression is None:
        return
    fields = expression[5:-1].split() if expression.startswith("cron(") else []
    one_day = not fields or [fields[2], fields[4]].count("?") == 1 if len(fields) > 4 else not fields  # noqa: PLR2004
    if not _EXPRESSION.match(expression) or not one_day:
        fix = "write rate(1 day), at(…), or cron with six fields of which one day is '?'"
        yield reject("scheduleExpression", "ValidationException", f"Invalid Schedule Expression {expression}", fix)
