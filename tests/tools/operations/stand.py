"""A small product on a stack that stands, whose operations are killed at every moment and gone on with."""

import os
import subprocess
import sys
from collections.abc import Generator, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from offline_cloud.cloud.store import Store
from offline_cloud.faults import VARIABLE
from offline_cloud.workspace import open_workspace
from tests import forked
from tests.platform.life import LINKED, ROOT, Project
from tools.kills import disagreements
from tools.operations.case import Case
from tools.operations.cloud import Resource
from tools.operations.engine import Asked, Engine
from tools.operations.files import Edits, Files
from tools.operations.offline import OfflineCloud
from tools.operations.progress import Progress, Tag
from tools.operations.registry import OPERATIONS
from tools.operations.steps import Plan, StoppedError, WaitingError

PRODUCT = "ledger"
FILE = """\
name: ledger
description: A ledger, which is as small as a product can be
services:
  api:
    image: {repository: ledger/api, tag: v1.0.0}
    ports: {http: {number: 8080}}
    replicas: {minimum: 2, maximum: 2}
    resources:
      requests: {cpu: 250m, memory: 512Mi}
      limits: {cpu: 250m, memory: 512Mi}
    probes:
      readiness: {http: {path: /health, port: http}}
      liveness: {http: {path: /health, port: http}}
    secrets: [DATABASE_URL, API_KEY] # what it signs on with
    uses: [database]
    database_pool: 10
ingress:
  rate_limit: {requests: 1000, window_seconds: 60}
  routes:
    - {host: "@", path: /, service: api, port: http, health_path: /health}
secrets:
  DATABASE_URL: {kind: wired, output: database.url}
  OLD_TOKEN: {kind: generated}
  API_KEY: {kind: generated, bytes: 16} # of those who call it
# The ledger itself.
database:
  version: "16" # until the next one
  name: ledger
  role: ledger
  instance_class: db.t4g.small
  extensions: [pg_trgm]
cache:
  version: "7.1"
  node_type: cache.t4g.small
  shards: 1
  replicas_per_shard: 1
  eviction: allkeys-lru
"""
STACK = """\
# A stack of the ledger.
config:
  groundwork:environment: {environment}
  groundwork:region: us-east-1
  groundwork:zones: [use1-az1, use1-az2, use1-az4]
  groundwork:domain: ledger.example
  groundwork:workload: ledger
  groundwork:network:
    cidr: 10.80.0.0/16
  groundwork:cluster: {{api_access: tunnel}}
  groundwork:monitoring: {{emails: [on-call@ledger.example]}}
"""


class KilledError(BaseException):
    """The process of the operation is gone."""


@dataclass
class Kills:
    """Kills a run at each moment that no earlier run was killed at, so that in the end every moment had its kill."""

    met: set[str] = field(default_factory=set[str])
    faults: Mapping[str, str] = field(default_factory=dict[str, str])
    """What the real engine dies at in the middle of the `up` of a step, by the step."""
    only: str = ""
    """The one moment to kill at; without it, every one."""

    @classmethod
    def one_of(cls, seed: str, moments: Sequence[str], faults: Mapping[str, str] | None = None) -> "Kills":
        """Kill at one of these moments, which the seed draws: each `up` takes many seconds."""
        return cls(faults=faults or {}, only=Random(seed).choice(sorted(moments)))

    def moment(self, label: str) -> None:
        if self.comes(label):
            self.met.add(label)
            raise KilledError(label)

    def comes(self, label: str) -> bool:
        """Whether this moment still has its kill before it."""
        return label not in self.met and self.only in ("", label)


@dataclass
class MortalTag:
    inner: Tag
    kills: Kills
    done: str = "nothing"
    """The last step that it was seen to hold."""

    def read(self) -> str | None:
        text = self.inner.read()
        if text is not None:
            self.done = Progress.read(text).done or "nothing"
        return text

    def write(self, text: str) -> None:
        self.done = Progress.read(text).done or "nothing"
        self.inner.write(text)
        self.kills.moment(f"after {self.done} was written down")

    def remove(self) -> None:
        self.kills.moment("before the progress goes")
        self.inner.remove()


class ForkedCloud(OfflineCloud):
    """The offline cloud, each of whose commands is forked from a process that has imported what all import."""

    def command(self, module: str, words: Sequence[str]) -> int:
        ended = forked.python(module, words, Path(words[words.index("--project") + 1]))
        sys.stdout.write(ended.out + ended.err)
        return ended.code


class MortalCloud:
    """The offline cloud, asked by a process that is killed before, in the middle of and after what it does."""

    def __init__(self, inner: OfflineCloud, kills: Kills) -> None:
        self._inner, self._kills = inner, kills
        self.tag = MortalTag(inner.tag, kills)

    def state(self) -> Sequence[Resource]:
        return self._inner.state()

    def configuration(self) -> Mapping[str, Any]:
        return self._inner.configuration()

    def up(self) -> None:
        step = self.tag.done
        self._kills.moment(f"before `up` after {step}")
        fault = self._kills.faults.get(step)
        if fault and self._kills.comes(f"in `up` after {step}"):
            with _faulty(fault):
                try:
                    self._inner.up()
                except StoppedError:
                    self._kills.moment(f"in `up` after {step}")
            raise AssertionError(f"{fault} met nothing in the `up` after {step}")
        self._inner.up()
        self._kills.moment(f"after `up` after {step}")

    def planned(self, *, keeps: bool = False) -> Iterator[str]:
        yield from self._inner.planned(keeps=keeps)

    def aws(self, service: str, command: str, **options: str) -> Mapping[str, Any]:
        changes = not command.startswith(("describe", "get", "list"))
        if changes:
            self._kills.moment(f"before {command}")
        answer = self._inner.aws(service, command, **options)
        if changes:
            self._kills.moment(f"after {command}")
        return answer

    def kubectl(self, *words: str) -> Mapping[str, Any] | None:
        return self._inner.kubectl(*words)

    def removed_apis(self, cluster: str, before: str, after: str) -> Iterator[str]:
        yield from self._inner.removed_apis(cluster, before, after)


@contextmanager
def _faulty(fault: str) -> Generator[None]:
    os.environ[VARIABLE] = fault
    try:
        yield
    finally:
        del os.environ[VARIABLE]


@dataclass
class Stand:
    """A stack of the small product, in a folder of its own."""

    folder: Path
    stack: str
    said: list[str] = field(default_factory=list[str])
    runs: int = 0

    @classmethod
    def make(cls, folder: Path, environment: str, **settings: str) -> "Stand":
        """Write the files of a stack; each further setting is a line of YAML by its key."""
        for name in (*LINKED, "tools"):
            if name != "workloads":
                (folder / name).symlink_to(ROOT / name)
        (folder / "workloads").mkdir()
        (folder / "workloads" / f"{PRODUCT}.yaml").write_text(FILE)
        text = STACK.format(environment=environment) + "".join(
            f"  groundwork:{key}: {value}\n" for key, value in settings.items()
        )
        (folder / "Pulumi.small.yaml").write_text(text)
        return cls(folder, "small")

    @property
    def files(self) -> Files:
        return Files(self.folder, self.stack, PRODUCT, datetime.now(UTC).date())

    @property
    def cloud(self) -> OfflineCloud:
        return ForkedCloud(open_workspace(self.folder, self.stack, PRODUCT), fast=True)

    def up(self) -> None:
        Project(self.folder, PRODUCT).ok("up", self.stack, "--fast")

    def changes(self) -> Mapping[str, int]:
        """What a further `up` would do."""
        return Project(self.folder, PRODUCT).ok("preview", self.stack, "--json", "--no-policy").changes

    def types(self, type_: str) -> dict[str, Resource]:
        return {each.name: each for each in self.cloud.state() if each.type == type_}

    def value(self, name: str) -> object:
        """What the account keeps in place of a secret's value: the same for the same value."""
        with closing(Store(open_workspace(self.folder, self.stack, PRODUCT).store)) as store:
            records = store.of_type("aws:secretsmanager/secretVersion:SecretVersion")
            found = [each.inputs["secretString"] for each in records if each.urn.endswith(f"::{name}-version")]
        assert len(found) == 1, f"{name} has {len(found)} values"
        return found[0]

    def write(self, edits: Edits) -> None:
        self.files.write(edits)

    def run(self, asked: Asked, kills: Kills | None = None, who: str = "ann@laptop") -> None:
        """One process of `make operation`, which knows nothing of those before it."""
        cloud = MortalCloud(self.cloud, kills) if kills else self.cloud
        engine = Engine(cloud.tag, who, lambda: datetime.now(UTC), self.said.append)

        def plan_of(progress: Progress) -> Plan:
            return OPERATIONS[progress.name].plan(Case(cloud, self.files, progress))

        self.runs += 1
        engine.run(asked, plan_of)

    def through(self, asked: Asked, kills: Kills) -> int:
        """Go on after each kill, as another person each time, until it is finished; gives the number of kills."""
        given = asked
        for number in range(1, 80):
            try:
                self.run(given, kills, f"person-{number}@machine-{number}")
            except KilledError:
                continue
            except WaitingError as error:
                text = str(error)
                word = text.rpartition("CONFIRM=" if "CONFIRM=" in text else "DONE=")[2]
                given = replace(asked, confirm=word) if "CONFIRM=" in text else replace(asked, by_hand=word)
            else:
                return len(kills.met)
        raise AssertionError(f"it never came to its end: {self.said[-8:]}")

    def agrees(self) -> None:
        """State and cloud have the same, settings are what stands, and nothing is under way."""
        space = open_workspace(self.folder, self.stack, PRODUCT)
        with closing(Store(space.store)) as store:
            left = {f"in the cloud alone: {(each.type, each.id, each.urn)}" for each in store.unmanaged("left")}
        assert set(disagreements(space)) <= left, "beside what deletions left in the account on purpose"
        assert set(self.changes()) == {"same"}
        assert self.cloud.tag.read() is None


def command(stand: Stand, *words: str) -> "subprocess.CompletedProcess[str]":
    """Run `python -m tools.operations` as `make operation` does."""
    line = [sys.executable, "-m", "tools.operations", *words, "--project", str(stand.folder), "--stack", stand.stack]
    return subprocess.run(line, cwd=ROOT, capture_output=True, text=True, check=False)
