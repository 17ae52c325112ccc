"""Commands to print in messages: they work as they are printed, in the form in which this run was started."""

import os
import shlex
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from offline_cloud.workspace import Workspace, own_workload

MADE: Final = ("preview", "up", "refresh", "destroy", "outputs", "export", "objects", "repair")
"""What `make` has a target for."""


def command(space: Workspace, verb: str, *arguments: str, configuration: Sequence[str] = ()) -> str:
    """Write the command that does ``verb`` to this stack of this workload."""
    workload = [] if own_workload(space.root, space.project, space.stack) == space.workload else [space.workload]
    if os.environ.get("MAKELEVEL") and verb in MADE and (space.root / "Makefile").exists():
        words = ["make", verb, f"STACK={space.stack}"]
        words += [f"WORKLOAD={name}" for name in workload]
        words += [f"CONFIG={' '.join(configuration)}"] if configuration else []
        words += [f"{argument.lstrip('-').replace('-', '_').upper()}=1" for argument in arguments]
        return shlex.join(words)
    words = [_python(), "-m", "offline_cloud", verb]
    words += [] if space.root == Path.cwd() else ["--project", str(space.root)]
    words += ["--stack", space.stack]
    words += [word for name in workload for word in ("--workload", name)]
    words += [word for setting in configuration for word in ("-c", setting)]
    return shlex.join([*words, *arguments])


def _python() -> str:
    """Name this Python as a shell would find it: by its path, unless it is the `python` on PATH."""
    here = Path(sys.executable)
    if shutil.which("python") == str(here):
        return "python"
    return str(here.relative_to(Path.cwd())) if here.is_relative_to(Path.cwd()) else str(here)
