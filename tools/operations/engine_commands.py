"""The commands of `pulumi` that both worlds share: the stack's tags, its state and its history."""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from subprocess import CompletedProcess
from typing import Any, Final, cast

from tools.operations.cloud import Resource
from tools.operations.progress import TAG
from tools.operations.steps import StoppedError

Call = Callable[[Sequence[str]], "CompletedProcess[str]"]
"""Runs `pulumi` with these words on the stack, and captures what it says."""
_REPLACES: Final = 3
_UPDATES: Final = 20
"""Runs of the history that are looked at, the newest first: refreshes and failures stand between."""


def said(done: "CompletedProcess[str]", what: str) -> str:
    """Give what a command printed. Raises `StoppedError` with its own last line."""
    if done.returncode == 0:
        return done.stdout
    lines = [line for line in (done.stderr or done.stdout).splitlines() if line.strip()]
    raise StoppedError(f"{what}: {lines[-1].strip() if lines else f'ended with {done.returncode}'}")


def said_of_plan(code: int, *, keeps: bool) -> Iterator[str]:
    """Say what the exit code of `tools.plan` means: 3 where something is replaced that may be."""
    if code not in (0, _REPLACES):
        yield f"the plan ended with {code}, and says above what it refuses"
    elif keeps and code == _REPLACES:
        yield "the plan above replaces something, and this step may not: keep it, or replace it in an `up` of its own"


class StackTag:
    """The tag of a stack that holds an operation's progress."""

    def __init__(self, call: Call) -> None:
        self._call = call

    def read(self) -> str | None:
        found = said(self._call(["stack", "tag", "ls", "--json"]), "the stack's tags cannot be read")
        return cast("Mapping[str, str]", json.loads(found or "{}")).get(TAG)

    def write(self, text: str) -> None:
        said(self._call(["stack", "tag", "set", TAG, text]), "the progress cannot be written to the stack's tags")

    def remove(self) -> None:
        if self.read() is not None:
            said(self._call(["stack", "tag", "rm", TAG]), "the progress cannot be removed from the stack's tags")


def resources(exported: str) -> list[Resource]:
    """Read the resources of an exported state."""
    deployment = cast("Mapping[str, Any]", json.loads(exported).get("deployment") or {})
    return [Resource.of(each) for each in deployment.get("resources") or ()]


def configuration(call: Call) -> Mapping[str, Any]:
    """Give the configuration of the newest `up` that came to its end well; empty where there was none."""
    words = ["stack", "history", "--json", "--page-size", str(_UPDATES), "--page", "1"]
    runs = cast("Sequence[Mapping[str, Any]]", json.loads(said(call(words), "the history cannot be read") or "[]"))
    ups = (each for each in runs if each.get("kind") == "update" and each.get("result") == "succeeded")
    newest = next(ups, None)
    return cast("Mapping[str, Any]", newest.get("config") or {}) if newest else {}
