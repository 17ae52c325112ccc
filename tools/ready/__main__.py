"""Say what a stack's first `up` would miss, before anything is created: `python -m tools.ready --stack prod`.

With AWS credentials it asks AWS, and only reads; without, it says of each line what it could not ask. Ends with 1 when
something is known to be missing, with 0 otherwise.
"""

import json
import os
import sys
from collections.abc import Iterator, Sequence

from rich.console import Console
from rich.text import Text

from tools.ready.account import Account, connect
from tools.ready.actions import policy
from tools.ready.case import Case
from tools.ready.checks import CHECKS
from tools.ready.line import Line, missing, not_asked, ok
from tools.stack import ROOT, asked, parser

_COLOURS = {"ok": "green", "missing": "bold red", "to do": "yellow", "not asked": "dim"}
_WIDTH = 10


def lines(case: Case, identity: str) -> Iterator[Line]:
    """Yield how everything stands; `identity` is what `connect` said of the credentials."""
    yield _credentials(case.account, identity)
    for check in CHECKS:
        yield from check(case)


def _credentials(account: Account, identity: str) -> Line:
    if not account.why_not:
        return ok("AWS credentials", identity)
    remedy = "`aws configure sso` and `aws sso login`, or set AWS_PROFILE"
    if identity:
        return missing("AWS credentials", identity, remedy)
    return not_asked("AWS credentials", account.why_not, remedy)


def show(found: Sequence[Line], console: Console) -> None:
    """Print every line, and the remedy below it where there is one."""
    for line in found:
        text = Text(line.state.ljust(_WIDTH), style=_COLOURS[line.state])
        text.append(f"{line.subject}: {line.found}", style="default")
        console.print(text, soft_wrap=True)
        if line.remedy:
            console.print(Text(f"{'':{_WIDTH}}  → {line.remedy}"), soft_wrap=True)
    counts = {state: sum(line.state == state for line in found) for state in _COLOURS}
    console.print(", ".join(f"{number} {state}" for state, number in counts.items() if number))


def main(arguments: Sequence[str]) -> int:
    """Print the lines; returns the exit code."""
    arguments_of = parser("tools.ready", "What a first `up` would miss.", default="prod")
    arguments_of.add_argument("--json", action="store_true", help="print the lines as JSON")
    arguments_of.add_argument("--policy", action="store_true", help="print the IAM policy that this asks with, and end")
    chosen = arguments_of.parse_args(arguments)
    if chosen.policy:
        print(json.dumps(policy(), indent=2))
        return 0
    settings = asked(chosen)
    if settings is None:
        return 1
    account, identity = connect(settings.stack.region)
    case = Case(settings=settings, account=account, project=ROOT, environment=os.environ)
    found = list(lines(case, identity))
    if chosen.json:
        print(json.dumps([vars(line) for line in found], indent=2))
    else:
        show(found, Console())
    return int(any(line.state == "missing" for line in found))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
