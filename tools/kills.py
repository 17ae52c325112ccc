"""Kill runs of the offline cloud at random, run again, and see that nothing is lost or doubled: ``make kills``.

Each kill takes any set of a run's processes, at a random moment of an `up`, a refresh or a destroy: the command itself
(which holds the program), the engine, the provider, the policy server. The run that follows may be killed as well. Then
`up` has to succeed by itself; state and cloud have to agree one to one; a second `up` has to find nothing to change.
The seed is printed: the same seed makes the same choices, though not the same moments of a busy machine.
"""

import argparse
import functools
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, cast

from offline_cloud.cloud.model import Record
from offline_cloud.cloud.store import Store
from offline_cloud.recovery.settle import remove
from offline_cloud.state import State
from offline_cloud.workspace import Workspace, open_workspace

__all__ = ["Figures", "Target", "campaign", "disagreements", "held", "remove", "small", "strike", "whole"]

ROOT: Final = Path(__file__).resolve().parent.parent
STACK: Final = "dev"
OPERATIONS: Final = ("up", "up", "up", "refresh", "destroy")
LONGEST_SECONDS: Final = 300.0
PROCESSES: Final = ("command", "engine", "provider", "policies")
PROGRAM: Final = """
import pulumi
import pulumi_aws as aws
import pulumi_random as random

variant = {variant}
provider = aws.Provider("aws", region="eu-west-1")
on = pulumi.ResourceOptions(provider=provider)
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", tags={{"variant": str(variant % 2)}}, opts=on)
for number in range(2 + variant):
    subnet = aws.ec2.Subnet(
        f"subnet-{{number}}", vpc_id=vpc.id, cidr_block=f"10.0.{{number + 10 * (variant % 2)}}.0/24", opts=on
    )
    aws.sqs.Queue(f"queue-{{number}}", message_retention_seconds=3600 + variant, opts=on)
topic = aws.sns.Topic("fixed", name="fixed-name", opts=on)
password = random.RandomPassword("password", length=24, special=False, keepers={{"variant": str(variant // 2)}})
secret = aws.secretsmanager.Secret("secret", name=f"small/secret-{{variant // 2}}", recovery_window_in_days=0, opts=on)
aws.secretsmanager.SecretVersion("value", secret_id=secret.id, secret_string=password.result, opts=on)
pulumi.export("vpc", vpc.id)
"""
VARIANTS: Final = 4
POLICIES: Final = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy

PolicyPack("rules", enforcement_level=EnforcementLevel.MANDATORY, policies=[
    ResourceValidationPolicy("nothing", "nothing is refused", lambda args, report: None)])
"""


@dataclass
class Figures:
    """What the kills came to."""

    kills: int = 0
    during: Counter[str] = field(default_factory=Counter[str])
    sets: Counter[str] = field(default_factory=Counter[str])
    too_late: int = 0
    settled: int = 0
    """How often the next run found something to settle."""
    converged: int = 0
    failures: list[str] = field(default_factory=list[str])

    def line(self, seed: int, seconds: float) -> str:
        """Sum up in one line."""
        return (
            f"{self.kills} kills (seed {seed}) during {_counted(self.during)}; of {_counted(self.sets)}; "
            f"{self.too_late} came too late; {self.settled} times there was something to settle; "
            f"{self.converged} of {self.converged + len(self.failures)} times it converged, with nothing lost or "
            f"doubled, and a second `up` changed nothing ({seconds:.0f} s)"
        )


@dataclass(frozen=True)
class Target:
    """The project whose runs are killed; ``vary`` changes its program."""

    folder: Path
    stack: str
    vary: Callable[[int], None]
    policies: bool = True
    steps: int = 24
    """How often at most a run may write to state or cloud before it is killed."""
    afresh: bool = False
    """Whether each round starts from nothing: a run with nothing to change writes nothing, and no kill meets it."""

    @functools.cached_property
    def space(self) -> Workspace:
        return open_workspace(self.folder, self.stack, None)

    def start(self, operation: str, *more: str) -> "subprocess.Popen[str]":
        command = [sys.executable, "-m", "offline_cloud", operation, "--stack", self.stack, "--json", *more]
        path = os.pathsep.join([str(ROOT), os.environ.get("PYTHONPATH", "")]).strip(os.pathsep)
        return subprocess.Popen(
            command,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": path, "CI": "true"},
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def run(self, operation: str, *more: str) -> tuple[int, str, str]:
        """Run to the end; gives the exit code and what was said."""
        process = self.start(operation, *more)
        out, err = process.communicate(timeout=LONGEST_SECONDS)
        return process.returncode, out, err


def small(folder: Path) -> Target:
    """Write a small project into a folder: names given and generated, a secret, replacements of both kinds."""
    (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
    (folder / f"Pulumi.{STACK}.yaml").write_text("config: {}\n", encoding="utf-8")
    pack = folder / "policies"
    pack.mkdir(exist_ok=True)
    (pack / "PulumiPolicy.yaml").write_text("runtime: python\nname: rules\n", encoding="utf-8")
    (pack / "__main__.py").write_text(POLICIES, encoding="utf-8")

    def vary(variant: int) -> None:
        (folder / "__main__.py").write_text(PROGRAM.format(variant=variant % VARIANTS), encoding="utf-8")

    vary(0)
    return Target(folder, STACK, vary)


def whole(folder: Path, stack: str) -> Target:
    """Link this repository's program into a folder, so that its offline cloud is one of its own."""
    for file in ROOT.iterdir():
        if file.name not in (".offline-cloud", ".git", "build"):
            (folder / file.name).symlink_to(file)
    return Target(folder, stack, lambda _: None, policies=False, steps=400, afresh=True)


def processes(process: "subprocess.Popen[str]") -> dict[str, int]:
    """Find the ids of a run's own processes, by what they are: the run started them, directly or not."""
    found = {"command": process.pid}
    waiting = _children(process.pid)
    while waiting:
        child = waiting.pop()
        with suppress(OSError):
            words = Path(f"/proc/{child}/cmdline").read_bytes().decode(errors="replace").split("\0")
            if words[0].endswith("/pulumi"):
                found["engine"] = child
            elif "offline_cloud.provider" in words:
                found["provider"] = child
            elif "offline_cloud.analyzer" in words:
                found["policies"] = child
            waiting += _children(child)
    return found


def _children(process: int) -> list[int]:
    children: list[int] = []
    with suppress(OSError):
        for thread in Path(f"/proc/{process}/task").iterdir():
            with suppress(OSError):
                children += [int(child) for child in (thread / "children").read_text().split()]
    return children


def kill(target: Target, chance: random.Random, longest: float, figures: Figures) -> None:
    """Start a run and kill a random set of its processes at a random moment; then wait until all of it has ended."""
    operation = chance.choice(OPERATIONS) if target.space.state_file.exists() else "up"
    options = ["--fast"] if chance.random() < 0.25 else []  # noqa: PLR2004
    if target.policies and operation == "up" and chance.random() < 0.25:  # noqa: PLR2004
        options.append("--policy")
    chosen, met = strike(target.space, target.start(operation, *options), chance, longest, target.steps)
    figures.too_late += not met
    figures.kills += 1
    figures.during[operation] += 1
    figures.sets[chosen] += 1


def strike(
    space: Workspace, running: "subprocess.Popen[str]", chance: random.Random, longest: float, most: int
) -> tuple[str, bool]:
    """Kill a random set of a run's processes, after at most so many seconds and writes, and wait until all have ended.

    Gives their names, and whether the run was still there to be killed.
    """
    moment = chance.uniform(0.1, 1.0) * longest
    steps = chance.randint(1, most)
    everything, wanted = chance.random() < 0.4, chance.sample(PROCESSES, chance.randint(1, 3))  # noqa: PLR2004
    _wait(space, running, moment if chance.random() < 0.3 else longest, steps, chance.random() < 0.8)  # noqa: PLR2004
    there = processes(running)
    chosen = [name for name in there if everything or name in wanted] or ["command"]
    met = running.poll() is None
    if met:
        # The engine first: what it had not saved by now it never will.
        for name in sorted(chosen, key=lambda name: name != "engine"):
            with suppress(ProcessLookupError):
                os.kill(there[name], signal.SIGKILL)
    running.communicate(timeout=LONGEST_SECONDS)
    return "+".join(sorted(chosen)), met


def _wait(space: Workspace, running: "subprocess.Popen[str]", seconds: float, steps: int, in_engine: bool) -> None:
    """Wait until the run has written so often to state or cloud, or so long, or until it ends."""
    deadline = time.monotonic() + seconds
    while in_engine and running.poll() is None and "engine" not in processes(running) and time.monotonic() < deadline:
        time.sleep(0.01)
    seen, last = 0, _written(space)
    while running.poll() is None and seen < steps and time.monotonic() < deadline:
        time.sleep(0.002)
        now = _written(space)
        seen, last = seen + (now != last), now


def _written(space: Workspace) -> tuple[int, ...]:
    written: list[int] = []
    for file in (space.state_file, space.store.with_name("cloud.db-wal")):
        with suppress(OSError):
            written.append(file.stat().st_mtime_ns)
    return tuple(written)


def held(space: Workspace) -> list[Record]:
    """Give what there is in the cloud."""
    with closing(Store(space.store)) as store:
        return store.records()


def disagreements(space: Workspace) -> list[str]:
    """Compare state and cloud, one to one, and look for files that a kill left behind."""
    found: list[str] = []
    state = State.read(space)
    with closing(Store(space.store)) as store:
        held = Counter((record.type, record.id, record.urn) for record in store.records())
        strays = len(store.unmanaged("cut off")) + len(store.unmanaged("kept"))
    wanted = Counter((item.type, item.id, item.urn) for item in state.resources if item.in_cloud)
    found += [f"in the cloud alone: {key}" for key in (held - wanted)]
    found += [f"in the state alone: {key}" for key in (wanted - held)]
    found += [f"twice: {key}" for key, count in Counter(urn for _, _, urn in held.elements()).items() if count > 1]
    found += [f"{len(state.pending)} requests pending"] if state.pending else []
    found += [f"{strays} in no state"] if strays else []
    for file in (space.backend / ".pulumi").rglob("*"):
        if file.suffix == ".tmp":
            found.append(f"left behind: {file.name}")
        if file.name.endswith((".json", ".json.bak")) and not _reads(file):
            found.append(f"cannot be read: {file.name}")
    return found


def _reads(file: Path) -> bool:
    try:
        json.loads(file.read_bytes())
    except ValueError:
        return False
    return True


def converge(target: Target) -> str:
    """Run again until it holds; gives what went wrong, or nothing."""
    code, _, said = target.run("up")
    if code != 0:
        return f"`up` after the kill failed: {said[-1500:]}"
    if wrong := disagreements(target.space):
        return "; ".join(wrong)
    code, out, said = target.run("up")
    if code != 0:
        return f"the second `up` failed: {said[-1500:]}"
    changes = cast("dict[str, int]", json.loads(out)["changes"])
    return "" if set(changes) == {"same"} else f"the second `up` changed something: {changes}"


def campaign(target: Target, count: int, seed: int, say: Callable[[str], None], longest_chain: int = 3) -> Figures:
    """Kill ``count`` runs, up to ``longest_chain`` of them before one may end; gives what came of it."""
    figures, chance = Figures(), random.Random(seed)  # noqa: S311  # chance, not secrecy
    began = time.monotonic()
    target.run("up")
    longest = time.monotonic() - began
    while figures.kills < count:
        if target.afresh:
            shutil.rmtree(target.folder / ".offline-cloud", ignore_errors=True)
        target.vary(chance.randrange(VARIANTS))
        for _ in range(chance.randint(1, longest_chain)):
            if figures.kills < count:
                kill(target, chance, longest, figures)
        target.vary(chance.randrange(VARIANTS))
        figures.settled += target.space.unsettled.exists()
        began = time.monotonic()
        wrong = converge(target)
        longest = 0.5 * longest + 0.25 * (time.monotonic() - began)
        if wrong:
            figures.failures.append(f"after {figures.kills} kills: {wrong}")
            say(figures.failures[-1])
        figures.converged += not wrong
        say(f"  {figures.kills} of {count} kills, {len(figures.failures)} failures")
    return figures


def _counted(counter: Counter[str]) -> str:
    return ", ".join(f"{count} {name}" for name, count in sorted(counter.items(), key=lambda item: -item[1]))


def main(arguments: Sequence[str]) -> int:
    """Run the campaign that was asked for; 1 when anything did not converge."""
    parser = argparse.ArgumentParser(prog="python -m tools.kills", description=__doc__)
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--stack", help="kill runs of this stack of the real program, not of a small one")
    chosen = parser.parse_args(arguments)
    print(f"seed {chosen.seed}", flush=True)
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        target = whole(Path(folder), chosen.stack) if chosen.stack else small(Path(folder))
        figures = campaign(target, chosen.count, chosen.seed, lambda line: print(line, flush=True))
    print(figures.line(chosen.seed, time.monotonic() - began))
    return 1 if figures.failures else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
