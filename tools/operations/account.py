"""Operations on a real account: `pulumi`, `aws` and `kubectl` as they are installed, with the caller's credentials."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from settings.stacks import stack_file
from tools.operations import engine_commands
from tools.operations.cloud import Resource
from tools.operations.engine_commands import said, said_of_plan
from tools.operations.steps import StoppedError

_PLAN: Final = ("preview", "--json", "--show-sames", "--config", "groundwork:preview=plan")


class Account:
    """One stack in the account that the caller's credentials are of."""

    def __init__(self, root: Path, stack: str, region: str) -> None:
        self._root, self._stack, self._region = root, stack, region
        self.tag = engine_commands.StackTag(self._call)
        self._configuration: Mapping[str, Any] | None = None

    def state(self) -> Sequence[Resource]:
        return engine_commands.resources(said(self._call(["stack", "export"]), "the state cannot be read"))

    def configuration(self) -> Mapping[str, Any]:
        if self._configuration is None:
            self._configuration = engine_commands.configuration(self._call)
        return self._configuration

    def up(self) -> None:
        self._configuration = None
        code = subprocess.run(self._pulumi(["up", "--yes", "--skip-preview"]), cwd=self._root, check=False).returncode
        if code:
            raise StoppedError(f"`pulumi up` ended with {code}; what it said stands above. Put that right, then go on")

    def planned(self, *, keeps: bool = False) -> Iterator[str]:
        with tempfile.TemporaryDirectory(prefix="groundwork-") as name:
            # `--config` is saved to the file that it is laid over, so it is laid over a copy.
            copy, preview = Path(name) / "plan.yaml", Path(name) / "preview.json"
            copy.write_bytes((self._root / stack_file(self._stack)).read_bytes())
            preview.write_text(self._call([*_PLAN, "--config-file", str(copy)]).stdout, "utf-8")
            command = [sys.executable, "-m", "tools.plan", "--stack", self._stack, "--from", str(preview)]
            code = subprocess.run(command, cwd=self._root, check=False).returncode
        yield from said_of_plan(code, keeps=keeps)

    def aws(self, service: str, command: str, **options: str) -> Mapping[str, Any]:
        words = [word for key, value in options.items() for word in (f"--{key.replace('_', '-')}", value) if word]
        line = ["aws", service, command, *words, "--region", self._region, "--output", "json"]
        return _json(line, self._root)

    def kubectl(self, *words: str) -> Mapping[str, Any] | None:
        return _json(["kubectl", *words, "--output", "json"], self._root)

    def removed_apis(self, cluster: str, before: str, after: str) -> Iterator[str]:
        """Ask EKS's upgrade insights: https://docs.aws.amazon.com/eks/latest/userguide/cluster-insights.html."""
        for each in self.aws("eks", "list-insights", cluster_name=cluster).get("insights") or ():
            if each.get("kubernetesVersion") == after and each["insightStatus"]["status"] == "ERROR":
                reason = each["insightStatus"].get("reason", "")
                yield f"{each['name']}: {reason}: aws eks describe-insight --cluster-name {cluster} --id {each['id']}"

    def _pulumi(self, words: Sequence[str]) -> list[str]:
        return ["pulumi", *words, "--stack", self._stack, "--non-interactive"]

    def _call(self, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        return _captured(self._pulumi(words), self._root)


def _captured(command: Sequence[str], folder: Path) -> "subprocess.CompletedProcess[str]":
    try:
        return subprocess.run(
            command, cwd=folder, env={**os.environ, "AWS_PAGER": ""}, capture_output=True, text=True, check=False
        )
    except FileNotFoundError:
        raise StoppedError(f"{command[0]} is not on the PATH; install it, then go on") from None


def _json(command: Sequence[str], folder: Path) -> Mapping[str, Any]:
    out = said(_captured(command, folder), " ".join(command[:3]))
    return cast("Mapping[str, Any]", json.loads(out or "{}"))
