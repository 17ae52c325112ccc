"""A small project in a folder of its own, run on the offline cloud as a user would run it."""

import json
import os
import signal
import sqlite3
import subprocess
import sys
import textwrap
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tests import forked
from tests.forked import Ended

ROOT = Path(__file__).resolve().parents[2]
PRELUDE = """
import pulumi
import pulumi_aws as aws
import pulumi_random as random

provider = aws.Provider("aws", region="eu-west-1")
on = pulumi.ResourceOptions(provider=provider)
"""
NETWORK = (
    PRELUDE
    + """
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=on)
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.1.0/24", opts=on)
pulumi.export("vpc", vpc.id)
"""
)


@dataclass(frozen=True)
class Project:
    """A project whose program can be replaced between runs."""

    folder: Path

    def program(self, text: str) -> "Project":
        (self.folder / "__main__.py").write_text(textwrap.dedent(text), encoding="utf-8")
        return self

    def environment(self, variables: Mapping[str, str]) -> dict[str, str]:
        return {**os.environ, "PYTHONPATH": str(ROOT), "CI": "true", **variables}

    def start(self, *arguments: str, **variables: str) -> "subprocess.Popen[str]":
        return subprocess.Popen(
            [sys.executable, "-m", "offline_cloud", *arguments, "--stack", "dev"],
            cwd=self.folder,
            env=self.environment(variables),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, *arguments: str, **variables: str) -> Ended:
        return forked.offline_cloud([*arguments, "--stack", "dev"], self.folder, self.environment(variables))

    def up(self, **variables: str) -> dict[str, int]:
        """Run `up`, which has to succeed; gives the number of resources by what happened to them."""
        ran = self.run("up", "--json", **variables)
        assert ran.code == 0, ran.err
        return ran.changes

    @property
    def home(self) -> Path:
        return self.folder / ".offline-cloud" / "default"

    def held(self) -> list[str]:
        """Name the types in the store, in the order they were created."""
        connection = sqlite3.connect(self.home / "cloud.db")
        try:
            return [str(row[0]) for row in connection.execute("SELECT type FROM records ORDER BY sequence")]
        finally:
            connection.close()

    def ids(self) -> list[str]:
        """Give the ids in the store, in the order they were created."""
        connection = sqlite3.connect(self.home / "cloud.db")
        try:
            return [str(row[0]) for row in connection.execute("SELECT id FROM records ORDER BY sequence")]
        finally:
            connection.close()

    def wait_for_held(self, type: str, seconds: float = 30) -> None:
        """Wait until the store has a record of a type."""
        deadline = time.monotonic() + seconds
        while True:
            with suppress(sqlite3.OperationalError):
                if type in self.held():
                    return
            assert time.monotonic() < deadline, f"{type} did not turn up"
            time.sleep(0.02)

    @property
    def state_file(self) -> Path:
        return self.home / "state" / ".pulumi" / "stacks" / "small" / "dev.json"

    def state(self) -> dict[str, list[dict[str, object]]]:
        return dict(json.loads(self.state_file.read_text(encoding="utf-8"))["checkpoint"]["latest"])

    def engine_of(self, process: "subprocess.Popen[str]") -> int:
        """Give the process id of the engine that a run started."""
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            if Path(f"/proc/{child}/cmdline").read_bytes().split(b"\0")[0].endswith(b"pulumi"):
                return int(child)
        raise AssertionError("the run has no engine")

    def kill_all(self, process: "subprocess.Popen[str]") -> None:
        """End every process of a run at once, and nothing but them."""
        children = Path(f"/proc/{process.pid}/task").glob("*/children")
        for child in [child for file in children for child in file.read_text().split()]:
            with suppress(ProcessLookupError):  # it may end as soon as the one before it has
                kill(int(child))
        kill(process.pid)
        process.communicate()

    def wait_for_creating(self, type: str, seconds: float = 20) -> None:
        """Wait until the engine's state has the creation of a resource of a type under way."""
        deadline = time.monotonic() + seconds
        while type not in self._creating():
            assert time.monotonic() < deadline, f"no {type} was being created"
            time.sleep(0.05)

    def _creating(self) -> list[str]:
        try:
            pending = self.state().get("pending_operations", [])
        except (FileNotFoundError, KeyError, ValueError):  # not there, or the engine is writing it
            return []
        return [
            str(cast("dict[str, object]", each["resource"])["type"]) for each in pending if each["type"] == "creating"
        ]


def kill(process: int) -> None:
    os.kill(process, signal.SIGKILL)
