"""Operations on the offline cloud: the real engine, its state, and what the account would answer."""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from typing import Any, cast

import yaml

from offline_cloud.cloud.store import Store
from offline_cloud.engine import Engine
from offline_cloud.errors import OfflineCloudError
from offline_cloud.kubernetes import schema
from offline_cloud.state import State
from offline_cloud.workspace import Workspace
from tools.operations import engine_commands, offline_account, offline_health
from tools.operations.cloud import Resource
from tools.operations.engine_commands import said_of_plan
from tools.operations.steps import StoppedError


class OfflineCloud:
    """The stack as `make up` made it. `fast` saves the state once in each run."""

    def __init__(self, space: Workspace, *, fast: bool = False) -> None:
        self._space = space
        self._fast = fast
        self.tag = engine_commands.StackTag(self._call)
        self._configuration: Mapping[str, Any] | None = None

    def state(self) -> Sequence[Resource]:
        try:
            found = State.read(self._space).resources
        except OfflineCloudError as error:
            raise StoppedError(str(error)) from None
        return [
            Resource(
                type=each.type,
                name=each.urn.rpartition("::")[2],
                stack=each.urn.split("::", 2)[0].rpartition(":")[2],
                id=each.id,
                inputs=each.inputs,
                outputs=each.outputs,
                protect=each.protect,
                going=each.replaced,
            )
            for each in found
        ]

    def configuration(self) -> Mapping[str, Any]:
        if self._configuration is None:
            self._configuration = engine_commands.configuration(self._call)
        return self._configuration

    def up(self) -> None:
        self._configuration = None
        code = self._run("offline_cloud", "up", *(["--fast"] if self._fast else []))
        if code:
            raise StoppedError(f"`up` ended with {code}; what it said stands above. Put that right, then go on")

    def planned(self, *, keeps: bool = False) -> Iterator[str]:
        code = self._run("tools.plan")
        yield from said_of_plan(code, keeps=keeps)

    def aws(self, service: str, command: str, **options: str) -> Mapping[str, Any]:
        with closing(Store(self._space.store)) as store:
            if service == "route53":
                return offline_health.answer(store, command, options)
            return offline_account.answer(store, self._space.stack, service, command, options)

    def kubectl(self, *words: str) -> Mapping[str, Any] | None:
        return None

    def removed_apis(self, cluster: str, before: str, after: str) -> Iterator[str]:
        for file in sorted((self._space.home / "manifests" / self._space.stack).glob("*.yaml")):
            for found in cast("Iterator[object]", yaml.load_all(file.read_text("utf-8"), yaml.CSafeLoader)):
                item = cast("Mapping[str, Any]", found if isinstance(found, dict) else {})
                version, kind = str(item.get("apiVersion")), str(item.get("kind"))
                if version in schema.served(before, kind) and version not in schema.served(after, kind):
                    name = f"{kind} {item['metadata']['name']}"
                    others = " or ".join(schema.served(after, kind)) or "nothing"
                    yield f"{file.stem}: Kubernetes {after} does not serve {version} of {name}; move it to {others}"

    def _run(self, module: str, *words: str) -> int:
        place = ["--project", str(self._space.root), "--stack", self._space.stack, "--workload", self._space.workload]
        return self.command(module, [*words, *place])

    def command(self, module: str, words: Sequence[str]) -> int:
        """Run a module of this project with what it says on the terminal; gives its exit code."""
        return subprocess.run([sys.executable, "-m", module, *words], check=False).returncode

    def _call(self, words: Sequence[str]) -> "subprocess.CompletedProcess[str]":
        try:
            with self._space.locked() as lock:
                self._space.prepare()
                engine = Engine(self._space, lock)
                engine.ensure_stack()
                return engine.call(*words)
        except OfflineCloudError as error:
            raise StoppedError(str(error)) from None
