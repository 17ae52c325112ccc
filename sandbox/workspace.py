"""One folder per workload under ``.sandbox``: the engine's project and state, the store, and the lock on them all."""

import fcntl
import json
import os
import time
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

from sandbox.errors import SandboxError

# The state holds values of an offline cloud; the passphrase only keeps them out of sight.
PASSPHRASE: Final = "sandbox"  # noqa: S105
ANALYZER: Final = "pulumi-analyzer-policy-python"
LOCK_PATIENCE_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.2


@dataclass(frozen=True)
class Workspace:
    """Where a stack of a workload lives. ``root`` is the folder of ``Pulumi.yaml`` and the program."""

    root: Path
    project: str
    stack: str
    workload: str

    @property
    def home(self) -> Path:
        return self.root / ".sandbox" / self.workload

    @property
    def directory(self) -> Path:
        """The engine's project folder: copies of the project's files, with the encryption salt added."""
        return self.home / "project"

    @property
    def backend(self) -> Path:
        return self.home / "state"

    @property
    def store(self) -> Path:
        return self.home / "cloud.db"

    @property
    def tools(self) -> Path:
        return self.root / ".sandbox" / "bin"

    @property
    def state_file(self) -> Path:
        return self.backend / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"

    @property
    def policy_pack(self) -> Path | None:
        pack = self.root / "policies"
        return pack if (pack / "PulumiPolicy.yaml").exists() else None

    def stacks(self) -> list[str]:
        """Name the stacks that have a file next to the program."""
        return sorted(path.name.split(".", 2)[1] for path in self.root.glob("Pulumi.*.yaml"))

    def prepare(self) -> None:
        """Copy the project's files to where the engine runs; the salt of an earlier run is kept."""
        for folder in (self.directory, self.backend, self.tools):
            folder.mkdir(parents=True, exist_ok=True)
        project = _load(self.root / "Pulumi.yaml")
        project["runtime"] = "python"
        project.pop("main", None)
        _save(self.directory / "Pulumi.yaml", project)
        copy = self.directory / f"Pulumi.{self.stack}.yaml"
        settings = _load(self.root / copy.name)
        salt = _load(copy).get("encryptionsalt") if copy.exists() else None
        if salt is not None:
            settings["encryptionsalt"] = salt
        _save(copy, settings)
        self._link_sources()

    def _link_sources(self) -> None:
        """Let the engine find files that the program names relative to the project, such as a function's code."""
        for source in self.root.iterdir():
            link = self.directory / source.name
            if not source.name.startswith((".", "Pulumi.")) and not link.exists():
                link.unlink(missing_ok=True)
                link.symlink_to(source.resolve())

    def restore_salt(self, salt: str) -> None:
        """Put back the salt that the state was encrypted with, where the copy of the stack file was lost."""
        copy = self.directory / f"Pulumi.{self.stack}.yaml"
        settings = _load(copy)
        if settings.get("encryptionsalt") != salt:
            settings["encryptionsalt"] = salt
            _save(copy, settings)

    @contextmanager
    def locked(self) -> Generator[int]:
        """Hold the workload's folder; gives the lock's descriptor, for the engine to hold as well.

        The system lets go of the lock when its holders end, however they end, so no lock is ever stale.
        Raises ``SandboxError`` with the holder's process id.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._acquire(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            self._drop_engine_locks()
            self._drop_broken_attributes()
            yield descriptor
        finally:
            os.close(descriptor)

    def _acquire(self, descriptor: int) -> None:
        deadline = time.monotonic() + LOCK_PATIENCE_SECONDS
        while True:
            try:
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                holder = os.pread(descriptor, 20, 0).decode(errors="replace").strip()
                # A killed run leaves the engine behind for the moment it takes to save what it had done.
                if _alive(holder) or time.monotonic() > deadline:
                    raise SandboxError(
                        f"another run (process {holder or 'unknown'}) is using {self.home}; "
                        f"wait for it to end, or end it with: kill {holder}"
                    ) from None
                time.sleep(POLL_SECONDS)
            else:
                return

    def _drop_broken_attributes(self) -> None:
        """Remove side files that a kill left half written: the engine needs none of them, but reads all it finds."""
        for file in self.backend.rglob("*.attrs"):
            try:
                json.loads(file.read_bytes())
            except ValueError:
                file.unlink()

    def _drop_engine_locks(self) -> None:
        """Remove the locks of engines that were killed: whoever holds the folder knows that no engine is running."""
        for lock in (self.backend / ".pulumi" / "locks").rglob("*.json"):
            lock.unlink(missing_ok=True)


def open_workspace(root: Path, stack: str, workload: str | None) -> Workspace:
    """Find the project in ``root`` and the workload of a stack; raises ``SandboxError``."""
    if not (root / "Pulumi.yaml").exists():
        raise SandboxError(f"there is no Pulumi.yaml in {root}; run this in the project's folder")
    project = str(_load(root / "Pulumi.yaml").get("name", "project"))
    stack_file = root / f"Pulumi.{stack}.yaml"
    if not stack_file.exists():
        known = Workspace(root, project, stack, "").stacks()
        raise SandboxError(
            f"there is no stack {stack!r}: {stack_file.name} is missing; stacks: {', '.join(known) or 'none'}"
        )
    configuration = cast("dict[str, object] | None", _load(stack_file).get("config"))
    stated = (configuration or {}).get(f"{project}:workload")
    return Workspace(root, project, stack, workload or (stated if isinstance(stated, str) else "default"))


def _alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def _load(path: Path) -> dict[str, object]:
    try:
        loaded = cast("object", yaml.safe_load(path.read_text(encoding="utf-8")))
    except yaml.YAMLError as error:
        raise SandboxError(f"{path.name} cannot be read as YAML: {' '.join(str(error).split())}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise SandboxError(f"{path.name} must be a map of keys to values")
    return cast("dict[str, object]", loaded)


def _save(path: Path, content: dict[str, object]) -> None:
    fresh = path.with_suffix(".new")
    fresh.write_text(yaml.safe_dump(content, sort_keys=False, allow_unicode=True), encoding="utf-8")
    fresh.replace(path)
