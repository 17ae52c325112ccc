"""The command line: ``python -m offline_cloud <command> --stack <stack>``."""

import argparse
import json
import os
import shutil
import sqlite3
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

from offline_cloud import account, hints, report, stack_references, tools, trial, waiting
from offline_cloud import engine as engines
from offline_cloud.cloud.store import DamagedStoreError, UnusableStoreError
from offline_cloud.engine import Engine, Finished, Options
from offline_cloud.errors import OfflineCloudError
from offline_cloud.faults import FaultSyntaxError
from offline_cloud.progress import Live, console, outputs_table
from offline_cloud.recovery import releases, repair, settle
from offline_cloud.state import State
from offline_cloud.workspace import Workspace, open_workspace

DESCRIPTION: Final = (
    "Run the project's program with the real Pulumi engine on an offline cloud: no account, no network."
)


def main(arguments: Sequence[str]) -> int:
    """Run one command; gives the exit code. Every expected failure is one clear line on standard error."""
    chosen = _parser().parse_args(arguments)
    try:
        return _COMMANDS[chosen.command](chosen)
    except OfflineCloudError as error:
        sys.stderr.write(f"error: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        sys.stderr.write("interrupted\n")
        return engines.INTERRUPTED
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is still buffered goes nowhere
        return 1
    except (DamagedStoreError, sqlite3.DatabaseError) as error:
        told = f"{error}; `{hints.command(_workspace(chosen), 'repair')}` repairs it"
    except (tools.MissingToolError, FaultSyntaxError, UnusableStoreError) as error:
        told = str(error)
    except OSError as error:
        told = _plainly(error)
    sys.stderr.write(f"error: {told}\n")
    return 1


def _plainly(error: OSError) -> str:
    """Say what the system refused, and of which file."""
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}; nothing can be read or written there, so put that right first"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m offline_cloud", description=DESCRIPTION)
    commands = parser.add_subparsers(dest="command", required=True, metavar="command")
    for name, text in _HELP.items():
        command = commands.add_parser(name, help=text, description=text)
        command.add_argument("--project", type=Path, default=Path(), help="folder of Pulumi.yaml (default: this one)")
        if name == "stacks":
            continue
        stack = "name of a Pulumi.<stack>.yaml; any name where the project has none"
        command.add_argument("--stack", required=name != "try", help=stack)
        command.add_argument("--workload", help="file in workloads/ (default: what the stack states)")
        if name in ("preview", "up", "refresh", "destroy"):
            _add_run_options(command, name)
        if name in ("preview", "up", "refresh", "destroy", "try"):
            _add_program_options(command)
        if name in ("objects", "outputs", "preview", "up", "destroy", "refresh"):
            command.add_argument("--json", action="store_true", help="print the result as JSON and nothing else")
        if name == "repair":
            command.add_argument(
                "--remove-strays", action="store_true", help="remove from the cloud what no state has: listed otherwise"
            )
        if name == "objects":
            command.add_argument("kind", nargs="?", help="only this kind, such as deployments")
        if name == "helm":
            command.add_argument("action", choices=("history", "rollback", "uninstall"), help="what helm would do")
            command.add_argument("release", help="name of the release")
        if name == "clock":
            move = command.add_mutually_exclusive_group()
            move.add_argument("--advance", metavar="3d", help="move it forward by weeks, days, hours or minutes")
            move.add_argument("--to", metavar="2026-12-07T03:00Z", help="move it forward to a time")
        if name == "reboot":
            command.add_argument("identifier", help="identifier of the database")
        if name == "pulumi":
            command.add_argument("arguments", nargs="*", help="arguments of `pulumi`, after --")
    return parser


def _add_program_options(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--account", type=Path, metavar="FILE", help="what stands in the account that the program is meant for"
    )
    command.add_argument(
        "-c",
        "--config",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="lay over the stack's configuration, as `pulumi config set --path` does",
    )


def _add_run_options(command: argparse.ArgumentParser, name: str) -> None:
    command.add_argument("--parallel", type=int, help="requests at a time (default: the engine's own)")
    command.add_argument(
        "--fast",
        action="store_true",
        help="save the state once, at the end: quicker, and a crash is settled from the cloud",
    )
    if name == "refresh":
        command.add_argument(
            "--preview-only", action="store_true", help="show what differs, and leave the state as it is"
        )
    command.add_argument("--events", type=Path, metavar="FILE", help="keep what the engine told, an event a line")
    if name == "preview":
        command.add_argument("--plan", type=Path, metavar="FILE", help="keep the engine's plan: what depends on what")
    policies = argparse.BooleanOptionalAction
    command.add_argument("--policy", action=policies, default=name == "preview", help="check the policies as well")


def _workspace(chosen: argparse.Namespace) -> Workspace:
    return open_workspace(chosen.project.resolve(), chosen.stack, chosen.workload)


def _take_account(file: Path | None) -> None:
    """Check the file of what stands in the account, and hand it to the provider; raises ``OfflineCloudError``."""
    if file is not None:
        os.environ[account.STANDING] = str(file.resolve())
        account.standing()


def _try(chosen: argparse.Namespace) -> int:
    """Run a program's whole life: nothing of it stays."""
    root = chosen.project.resolve()
    stack = trial.stack_of(root, chosen.stack)
    open_workspace(root, stack, chosen.workload).require_program()
    _take_account(chosen.account)
    options = [word for setting in chosen.config for word in ("-c", setting)]
    options += ["--workload", chosen.workload] if chosen.workload else []
    return trial.run(root, stack, options)


def _options(chosen: argparse.Namespace, state: State) -> Options:
    return Options(
        policies=chosen.policy and chosen.command in ("preview", "up"),
        fast=chosen.fast,
        parallel=chosen.parallel,
        # `pulumi destroy` previews first, and there a protected resource stops it before anything is deleted.
        rehearse=(chosen.command == "destroy" and state.protected) or _only_looks(chosen),
        arguments=("--save-plan", str(chosen.plan.resolve())) if chosen.command == "preview" and chosen.plan else (),
    )


def _only_looks(chosen: argparse.Namespace) -> bool:
    return chosen.command == "refresh" and chosen.preview_only


def _run(chosen: argparse.Namespace) -> int:
    space = _workspace(chosen)
    _take_account(chosen.account)
    tools.find("pulumi")
    with space.locked() as lock:
        engine = Engine(space, lock)
        space.require_room()
        state = _opened(engine)
        if not _only_looks(chosen):
            state = settle.settle(engine, state)
        standing = account.standing()
        stack_references.write(space, standing.stacks if standing else {})
        if chosen.command in ("preview", "up"):
            space.require_program()
        options = _options(chosen, state)
        if chosen.command in ("refresh", "destroy") and not state.resources:
            settle.conclude(space, chosen.command, (), _say)
            _say(f"stack {space.stack} of {space.workload} has no resources: nothing to {chosen.command}")
            return 0
        engine.lay_over(chosen.config)
        strays = settle.unmanaged(space, "kept") + settle.unmanaged(space, "cut off")
        with Live(chosen.command, len(state.resources) or None) as live:
            finished = engine.run(
                chosen.command,
                options,
                live.on_event,
                with_program=chosen.command in ("preview", "up"),
            )
        if finished.settled and not finished.interrupted and chosen.command != "preview":
            settle.note_left(space)
        if chosen.events is not None:
            shutil.copyfile(space.events, chosen.events)
        if finished.succeeded and not finished.rehearsed:
            settle.conclude(space, chosen.command, strays, _say)
    return _tell(chosen, space, finished)


def _say(line: str) -> None:
    sys.stderr.write(line + "\n")


def _tell(chosen: argparse.Namespace, space: Workspace, finished: Finished) -> int:
    if chosen.json:
        sys.stdout.write(json.dumps(report.as_json(space, chosen.command, finished), indent=2) + "\n")
        if not finished.succeeded:
            report.failure(console(sys.stderr), space, chosen.command, finished, chosen.config)
    elif finished.succeeded:
        report.success(console(), space, chosen.command, finished, chosen.config)
    else:
        report.failure(console(sys.stderr), space, chosen.command, finished, chosen.config)
    return finished.exit_code


def _opened(engine: Engine) -> State:
    """Prepare the workspace and the stack; raises ``OfflineCloudError`` when the state is damaged."""
    engine.workspace.prepare()
    for line in repair.undo_cut_off_write(engine.workspace):
        _say(line)
    state = State.read(engine.workspace)
    if state.salt:
        engine.workspace.restore_salt(state.salt)
    settle.refuse_lost_state(engine.workspace)
    engine.ensure_stack()
    return state


def _outputs(chosen: argparse.Namespace) -> int:
    space = _workspace(chosen)
    with space.locked() as lock:
        engine = Engine(space, lock)
        _opened(engine)
        outputs = engines.outputs(engine)
    if chosen.json:
        sys.stdout.write(json.dumps(outputs, indent=2, sort_keys=True) + "\n")
    elif outputs:
        console().print(outputs_table(outputs))
    else:
        _say(f"stack {space.stack} of {space.workload} has no outputs; `{hints.command(space, 'up')}` makes them")
    return 0


def _export(chosen: argparse.Namespace) -> int:
    space = _workspace(chosen)
    with space.locked() as lock:
        engine = Engine(space, lock)
        _opened(engine)
        sys.stdout.write(engines.export(engine))
    return 0


def _objects(chosen: argparse.Namespace) -> int:
    space = _workspace(chosen)
    from offline_cloud.kubernetes import inventory  # noqa: PLC0415  # it takes time to load, and only a list needs it

    listed = inventory.of_store(space.store, space.stack, chosen.kind)
    if chosen.json:
        sys.stdout.write(json.dumps([asdict(line) for line in listed], indent=2) + "\n")
    elif listed:
        sys.stdout.write("\n".join(inventory.lines(listed)) + "\n")
    else:
        what, again = chosen.kind or "Kubernetes objects", hints.command(space, "up")
        _say(f"stack {space.stack} of {space.workload} has no {what}; `{again}` installs the releases")
    return 0


def _stacks(chosen: argparse.Namespace) -> int:
    root = chosen.project.resolve()
    found = report.stacks(root)
    console().print(found)
    return 0


def _repair(chosen: argparse.Namespace) -> int:
    space = _workspace(chosen)
    with space.locked() as lock:
        space.prepare()
        for line in repair.repair(Engine(space, lock), chosen.remove_strays):
            sys.stdout.write(line + "\n")
    return 0


def _helm(chosen: argparse.Namespace) -> int:
    return _in_cloud(chosen, lambda space: releases.settle(space, chosen.action, chosen.release))


def _clock(chosen: argparse.Namespace) -> int:
    return _in_cloud(chosen, lambda space: waiting.clock(space, chosen.advance, chosen.to))


def _pending(chosen: argparse.Namespace) -> int:
    return _in_cloud(chosen, waiting.pending)


def _reboot(chosen: argparse.Namespace) -> int:
    return _in_cloud(chosen, lambda space: waiting.reboot(space, chosen.identifier))


def _in_cloud(chosen: argparse.Namespace, does: Callable[[Workspace], Iterator[str]]) -> int:
    """Do something to the cloud alone, while no run is under way, and print its lines."""
    space = _workspace(chosen)
    with space.locked():
        for line in does(space):
            sys.stdout.write(line + "\n")
    return 0


def _unprotect(chosen: argparse.Namespace) -> int:
    return _pulumi_command(chosen, ["state", "unprotect", "--all", "--yes"])


def _pulumi(chosen: argparse.Namespace) -> int:
    return _pulumi_command(chosen, chosen.arguments)


def _pulumi_command(chosen: argparse.Namespace, arguments: Sequence[str]) -> int:
    space = _workspace(chosen)
    with space.locked() as lock:
        engine = Engine(space, lock)
        _opened(engine)
        return engine.pass_through(arguments)


_HELP: Final = {
    "preview": "show what `up` would change, policies included",
    "up": "create or update the stack",
    "refresh": "compare the engine's state with the offline cloud",
    "destroy": "delete everything in the stack",
    "try": "run any project's program through its life: preview, up, up again, destroy",
    "outputs": "print the stack's outputs",
    "objects": "list the Kubernetes objects of the stack: python -m offline_cloud objects --stack prod deployments",
    "export": "print the engine's state as JSON and nothing else",
    "stacks": "list the stacks and what each has in the offline cloud",
    "repair": "repair a damaged store or state, keeping what was damaged",
    "helm": "settle a release that was cut off: python -m offline_cloud helm --stack prod rollback openibank",
    "clock": "show the cloud's time, or move it: python -m offline_cloud clock --stack prod --advance 3d",
    "pending": "list what waits for a maintenance window, a reboot or the end of a recovery window",
    "reboot": "reboot a database: python -m offline_cloud reboot --stack prod <identifier>",
    "unprotect": "release the stack's protected resources, so that destroy may delete them",
    "pulumi": "run any pulumi command on the stack: python -m offline_cloud pulumi --stack prod -- stack history",
}
_COMMANDS: Final[dict[str, Callable[[argparse.Namespace], int]]] = {
    "preview": _run,
    "up": _run,
    "refresh": _run,
    "destroy": _run,
    "try": _try,
    "outputs": _outputs,
    "objects": _objects,
    "export": _export,
    "stacks": _stacks,
    "repair": _repair,
    "helm": _helm,
    "clock": _clock,
    "pending": _pending,
    "reboot": _reboot,
    "unprotect": _unprotect,
    "pulumi": _pulumi,
}
