"""Changes that one `up` cannot make: `python -m tools.operations upgrade-postgresql --stack prod --to 17`.

Without a name it lists the operations, and says what is under way. The exit code is 0 where an operation is finished or
nothing was asked for, 3 where it waits for a person, and 1 where something is wrong.
"""

import argparse
import getpass
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from offline_cloud.errors import OfflineCloudError
from offline_cloud.workspace import open_workspace
from tools.operations.account import Account
from tools.operations.case import Case
from tools.operations.cloud import Cloud
from tools.operations.engine import Asked, Engine, describe
from tools.operations.files import Files
from tools.operations.offline import OfflineCloud
from tools.operations.progress import Progress, UnreadableError
from tools.operations.registry import OPERATIONS, Operation
from tools.operations.steps import Plan, StoppedError, WaitingError

FINE, WRONG, WAITS = 0, 1, 3
_WHO: Final = 40
"""Characters of who went on with it: the tag has room for so many."""


def main(arguments: Sequence[str]) -> int:
    """Run, or go on with, one operation; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    try:
        space = open_workspace(chosen.project.resolve(), chosen.stack, chosen.workload)
        files = Files(space.root, space.stack, space.workload, datetime.now(UTC).date())
        cloud: Cloud = _account(files) if chosen.real else OfflineCloud(space, fast=chosen.fast)
        engine = Engine(cloud.tag, _who(), lambda: datetime.now(UTC), _say, _ask)
        return _asked(chosen, engine, cloud, files)
    except WaitingError as error:
        _say(str(error))
        return WAITS
    except (StoppedError, UnreadableError, OfflineCloudError) as error:
        sys.stderr.write("".join(f"error: {line}\n" for line in str(error).splitlines() if line.strip()))
        return WRONG


def _asked(chosen: argparse.Namespace, engine: Engine, cloud: Cloud, files: Files) -> int:
    def plan_of(progress: Progress) -> Plan:
        return _operation(progress.name).plan(Case(cloud, files, progress))

    if chosen.abandon:
        engine.abandon(plan_of)
    elif not chosen.name:
        _list(engine)
    else:
        _operation(chosen.name)
        asked = Asked(
            name=chosen.name,
            stack=f"{files.stack}/{files.product}",
            of=chosen.of,
            to=chosen.to,
            confirm=chosen.confirm,
            by_hand=chosen.done,
            step=chosen.step,
        )
        engine.run(asked, plan_of)
    return FINE


def _operation(name: str) -> Operation:
    if name not in OPERATIONS:
        raise StoppedError(f"there is no operation {name!r}; there are {', '.join(OPERATIONS)}")
    return OPERATIONS[name]


def _list(engine: Engine) -> None:
    progress = engine.progress()
    print(describe(progress) if progress else "no operation is under way on this stack")
    for each in OPERATIONS.values():
        print(f"\n{each.name}  {each.told}\n  {each.title}; it changes {', '.join(each.changes)}")


def _account(files: Files) -> Account:
    # Read as it stands: between two steps the settings may wait for a value that a person still sets.
    return Account(files.root, files.stack, str(files.given(("region",))))


def _who() -> str:
    return f"{getpass.getuser()}@{socket.gethostname()}"[:_WHO]


def _say(line: str) -> None:
    print(line, flush=True)


def _ask(question: str) -> str:
    """Ask on a terminal; elsewhere nobody can answer."""
    return input(question) if sys.stdin.isatty() else ""


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tools.operations", description="Changes in steps.")
    parser.add_argument("name", nargs="?", default="", help="the operation; without it, list them")
    parser.add_argument("--stack", required=True, help="name of a Pulumi.<stack>.yaml")
    parser.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
    parser.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
    parser.add_argument("--of", default="", help="what it is done to")
    parser.add_argument("--to", default="", help="what it comes to")
    parser.add_argument("--confirm", default="", metavar="NAME", help="the name that a question asks for")
    parser.add_argument("--done", default="", metavar="STEP", help="the step by hand that you have done")
    parser.add_argument("--step", default="", help="take this step and no further one")
    parser.add_argument("--abandon", action="store_true", help="forget what is under way, and say how to go back")
    parser.add_argument("--real", action="store_true", help="on a real account, with pulumi, aws and kubectl")
    parser.add_argument("--fast", action="store_true", help="save the state once in each run of the offline cloud")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
