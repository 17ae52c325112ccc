"""Runs changes in copies of the project, several at a time."""

import json
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, cast

import yaml

from settings.raw import Raw
from tools.mutants.figures import Mutant, changed
from tools.mutants.table import ROOT

STACKS = {"waiver-exchange": "budget"}
"""The stack whose settings a change must still fit; prod where none is named."""
_COPIED = (
    ".github",
    "charts",
    "components",
    "docs",
    "policies",
    "offline_cloud",
    "schemas",
    "settings",
    "tests",
    "tools",
    "workloads",
)
_DROPPED = ("PYTHONDONTWRITEBYTECODE",)


@dataclass(frozen=True)
class Trial:
    """One change, and the requirements whose proofs must notice it."""

    product: str
    data: Raw
    mutant: Mutant
    requirements: tuple[str, ...]


@dataclass(frozen=True)
class Outcome:
    """What came of one change. `accepted` is false where the settings refuse every other value that was tried."""

    product: str
    figure: str
    before: str
    after: str
    accepted: bool
    noticed: Mapping[str, str]
    """Requirement → the proof that failed."""
    unnoticed: tuple[str, ...]
    seconds: float

    def lines(self) -> list[str]:
        """Say which proofs did not notice."""
        return [
            f"{self.product}: {name} did not notice {self.figure}: {self.before} → {self.after}"
            for name in self.unnoticed
        ]


class ProofsFailError(Exception):
    """The proofs do not pass before anything is changed."""


@dataclass
class _Worker:
    """A process in a copy of the project."""

    folder: Path
    process: "subprocess.Popen[str]" = field(init=False)

    def __post_init__(self) -> None:
        environment = {key: value for key, value in os.environ.items() if key not in _DROPPED}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tools.mutants.worker"],
            cwd=self.folder,
            env={**environment, "PYTHONPATH": str(self.folder)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )

    def ask(self, job: Mapping[str, Any]) -> dict[str, Any]:
        """Have one job done. Raises ProofsFailError when the worker ended or could not run the tests."""
        jobs, answers = self.process.stdin, self.process.stdout
        if jobs is None or answers is None:
            raise TypeError("the worker has no pipes")
        jobs.write(json.dumps(job) + "\n")
        jobs.flush()
        line = answers.readline()
        answer = cast("dict[str, Any]", json.loads(line)) if line else {"error": "the worker ended"}
        if "error" in answer:
            raise ProofsFailError(str(answer["error"]))
        return answer

    def end(self) -> None:
        self.process.communicate()


def run(trials: Sequence[Trial], folder: Path, workers: int, say: Callable[[str], object]) -> Iterator[Outcome]:
    """Run every change; gives outcomes as they come. Raises ProofsFailError when the unchanged proofs do not pass."""
    if not trials:
        return
    copies = [_copy(folder / str(number)) for number in range(min(workers, len(trials)))]
    crew = [_Worker(copy) for copy in copies]
    try:
        known = _Known.learn(crew[0], trials)
        say(f"{sum(map(len, known.tests.values()))} proofs of {len(known.tests)} requirements pass as they stand")
        yield from _shared_out(trials, crew, known)
    finally:
        for worker in crew:
            worker.end()


@dataclass(frozen=True)
class _Known:
    """The proofs as they stand: requirement → test → seconds, and the modules that all of them load."""

    tests: Mapping[str, Mapping[str, float]]
    modules: Sequence[str]

    @classmethod
    def learn(cls, worker: _Worker, trials: Sequence[Trial]) -> "_Known":
        wanted = sorted({name for trial in trials for name in trial.requirements})
        answer = worker.ask({"requirements": wanted, "paths": _files_with(wanted)})
        if answer["failed"]:
            listed = ", ".join(f"{name} ({test})" for name, test in answer["failed"].items())
            raise ProofsFailError(f"these proofs fail before anything is changed: {listed}")
        return cls(answer["ran"], answer["modules"])

    def job(self, trial: Trial) -> dict[str, Any]:
        tests = {test: name for name in trial.requirements for test in self.tests[name]}
        files: dict[str, list[str]] = {}
        for name in trial.requirements:
            for test in self.tests[name]:
                names = files.setdefault(test.partition("::")[0], [])
                if name not in names:
                    names.append(name)
        return {
            "product": trial.product,
            "stack": STACKS.get(trial.product, "prod"),
            "values": [_text(changed(trial.data, trial.mutant.figure, each.value)) for each in trial.mutant.changes],
            "requirements": list(trial.requirements),
            "paths": sorted(files),
            "files": files,
            "seconds": {test: self.tests[name][test] for test, name in tests.items()},
            "modules": self.modules,
        }


def _files_with(requirements: Sequence[str]) -> list[str]:
    """List the test files that name one of these requirements."""
    files = sorted((ROOT / "tests").rglob("test_*.py"))
    quoted = [f'"{name}"' for name in requirements]
    found = [path for path in files if any(name in text for text in [path.read_text()] for name in quoted)]
    return [str(path.relative_to(ROOT)) for path in found if path.parent.name != "platform"]


def _shared_out(trials: Sequence[Trial], crew: Sequence[_Worker], known: _Known) -> Iterator[Outcome]:
    waiting: queue.Queue[Trial] = queue.Queue()
    done: queue.Queue[Outcome | ProofsFailError] = queue.Queue()
    for trial in trials:
        waiting.put(trial)

    def work(worker: _Worker) -> None:
        while not waiting.empty():
            try:
                trial = waiting.get_nowait()
            except queue.Empty:
                return
            try:
                done.put(_outcome(trial, worker.ask(known.job(trial))))
            except ProofsFailError as error:
                done.put(error)
                return

    for worker in crew:
        threading.Thread(target=work, args=(worker,), daemon=True).start()
    for _ in trials:
        outcome = done.get()
        if isinstance(outcome, ProofsFailError):
            raise outcome
        yield outcome


def _outcome(trial: Trial, answer: Mapping[str, Any]) -> Outcome:
    mutant = trial.mutant
    failed = cast("Mapping[str, str]", answer["failed"])
    accepted = cast("int | None", answer["accepted"])
    return Outcome(
        product=trial.product,
        figure=mutant.figure.address,
        before=mutant.before,
        after=mutant.changes[accepted or 0].shown,
        accepted=accepted is not None,
        noticed=failed,
        unnoticed=tuple(name for name in trial.requirements if name not in failed),
        seconds=float(answer["seconds"]),
    )


def _text(data: Raw) -> str:
    return yaml.safe_dump(data, sort_keys=False, allow_unicode=True)


def _copy(folder: Path) -> Path:
    """Copy what the tests read; the tools are shared."""
    folder.mkdir(parents=True)
    for name in _COPIED:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy2(file, folder / file.name)
    (folder / ".tools").symlink_to(ROOT / ".tools")
    return folder
