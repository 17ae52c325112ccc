"""A folder for each workload under ``.offline-cloud``: the engine's project and state, the store, and their lock."""

import fcntl
import os
import re
import shutil
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final, cast

import yaml

from offline_cloud.errors import OfflineCloudError

# The state holds values of an offline cloud; the passphrase only keeps them out of sight.
PASSPHRASE: Final = "offline-cloud"  # noqa: S105
ANALYZER: Final = "pulumi-analyzer-policy-python"
LOCK_PATIENCE_SECONDS: Final = 20.0
POLL_SECONDS: Final = 0.2
# What may become the name of a folder: one word, which leads nowhere else.
NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
# Folders of `.offline-cloud` that are no workload's.
TAKEN: Final = ("bin", "pulumi")
# The copy is run where no such folder is, against no other backend, with no plugins but the offline cloud's.
_NOT_FOR_THE_ENGINE: Final = ("main", "backend", "plugins", "packages", "stackConfigDir")
# The engine writes the whole state at each step, beside the one before and its copy; without room for that, the library
# that it writes with leaves an empty file (gocloud.dev 0.37, fileblob: a failed write is closed, and so renamed).
ROOM_BYTES: Final = 24 * 1024 * 1024


@dataclass(frozen=True)
class Workspace:
    """Where a stack of a workload lives. ``root`` is the folder of ``Pulumi.yaml`` and the program."""

    root: Path
    project: str
    stack: str
    workload: str

    @property
    def home(self) -> Path:
        return self.root / ".offline-cloud" / self.workload

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
        return self.root / ".offline-cloud" / "bin"

    @property
    def state_file(self) -> Path:
        return self.backend / ".pulumi" / "stacks" / self.project / f"{self.stack}.json"

    @property
    def unsettled(self) -> Path:
        """A mark that stands while a run changes things, and stays when it is killed."""
        return self.home / f"unsettled-{self.stack}"

    @property
    def scratch(self) -> Path:
        """A folder for what lives no longer than a run: beside the state, so that one disk has to have room."""
        return self.home / "run"

    @property
    def events(self) -> Path:
        """What the engine tells of a run, an event a line."""
        return self.scratch / "events"

    @property
    def program(self) -> Path:
        """The program's main file: `main` of Pulumi.yaml may name it, or its folder."""
        stated = self.root / str(_load(self.root / "Pulumi.yaml").get("main") or ".")
        # A linked file stays where it is linked, for what lies beside it there counts.
        return Path(os.path.normpath(stated / "__main__.py" if stated.is_dir() else stated))

    @property
    def policy_pack(self) -> Path | None:
        pack = self.root / "policies"
        return pack if (pack / "PulumiPolicy.yaml").exists() else None

    def stacks(self) -> list[str]:
        """Name the stacks that have a file next to the program."""
        return sorted(path.name.split(".", 2)[1] for path in self.root.glob("Pulumi.*.yaml"))

    def prepare(self) -> None:
        """Copy the project's files to where the engine runs, with the workload asked for; the salt is kept."""
        shutil.rmtree(self.scratch, ignore_errors=True)
        for folder in (self.scratch, self.directory, self.backend, self.tools):
            folder.mkdir(parents=True, exist_ok=True)
        project = _load(self.root / "Pulumi.yaml")
        project["runtime"] = "python"
        for key in _NOT_FOR_THE_ENGINE:
            project.pop(key, None)
        _save(self.directory / "Pulumi.yaml", project)
        copy = self.directory / f"Pulumi.{self.stack}.yaml"
        settings = _load(self.root / copy.name) if (self.root / copy.name).exists() else {}
        if self.workload != own_workload(self.root, self.project, self.stack):
            stated = cast("dict[str, object]", settings.get("config") or {})
            settings["config"] = {**stated, f"{self.project}:workload": self.workload}
        salt = _salt(copy)
        if salt is not None:
            settings["encryptionsalt"] = salt
        _save(copy, settings)
        self._link_sources()

    def require_program(self) -> None:
        """Refuse to run a program that is not there; raises ``OfflineCloudError``."""
        if not self.program.is_file():
            raise OfflineCloudError(f"there is no program {self.program}; `main` of Pulumi.yaml may say where it is")

    def require_room(self) -> None:
        """Refuse to change anything on a disk on which the state could not be written; raises ``OfflineCloudError``."""
        size = self.state_file.stat().st_size if self.state_file.exists() else 0
        free = shutil.disk_usage(self.home).free
        if free < ROOM_BYTES + 4 * size:
            raise OfflineCloudError(
                f"only {free // 2**20} MB are free where {self.home} lies, and a run needs "
                f"{(ROOM_BYTES + 4 * size) // 2**20} MB to save its state safely; make room, then run this again"
            )

    def _link_sources(self) -> None:
        """Let the engine find files that the program names relative to the project, such as a function's code."""
        for source in (*self.program.parent.iterdir(), *self.root.iterdir()):
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
        Raises ``OfflineCloudError`` with the holder's process id.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(self.home / "lock", os.O_RDWR | os.O_CREAT, 0o644)
        try:
            self._acquire(descriptor)
            os.ftruncate(descriptor, 0)
            os.pwrite(descriptor, str(os.getpid()).encode(), 0)
            self._drop_engine_locks()
            self._drop_leftovers()
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
                    raise OfflineCloudError(
                        f"another run (process {holder or 'unknown'}) is using {self.home}; "
                        f"wait for it to end, or end it with: kill {holder}"
                    ) from None
                time.sleep(POLL_SECONDS)
            else:
                return

    def _drop_leftovers(self) -> None:
        """Remove what a kill left half written: the engine writes to `<file>.<nanoseconds>.tmp` and renames.

        It writes `.attrs` files no more, but reads all it finds, and stops at one that is damaged.
        """
        for pattern in ("*.tmp", "*.attrs"):
            for file in self.backend.rglob(pattern):
                file.unlink(missing_ok=True)

    def _drop_engine_locks(self) -> None:
        """Remove the locks of engines that were killed: whoever holds the folder knows that no engine is running."""
        for lock in (self.backend / ".pulumi" / "locks").rglob("*.json"):
            lock.unlink(missing_ok=True)


def open_workspace(root: Path, stack: str, workload: str | None) -> Workspace:
    """Find the project in ``root`` and the workload of a stack; raises ``OfflineCloudError``."""
    if not (root / "Pulumi.yaml").exists():
        raise OfflineCloudError(f"there is no Pulumi.yaml in {root}; run this in the project's folder")
    stated = _load(root / "Pulumi.yaml")
    project = _named("name in Pulumi.yaml", str(stated.get("name", "project")))
    _require_python(stated)
    stack_file = root / f"Pulumi.{_named('--stack', stack)}.yaml"
    known = Workspace(root, project, stack, "").stacks()
    if known and not stack_file.exists():
        raise OfflineCloudError(
            f"there is no stack {stack!r}: {stack_file.name} is missing; stacks: {', '.join(known) or 'none'}"
        )
    own = own_workload(root, project, stack)
    named = (f"{project}:workload in {stack_file.name}", own) if workload is None else ("--workload", workload)
    return Workspace(root, project, stack, _named(*named))


def _require_python(project: Mapping[str, object]) -> None:
    runtime = project.get("runtime")
    name = cast("dict[str, object]", runtime).get("name") if isinstance(runtime, dict) else runtime
    if name not in (None, "python"):
        raise OfflineCloudError(
            f"runtime in Pulumi.yaml: the program is for {name}; the offline cloud runs Python alone"
        )


def own_workload(root: Path, project: str, stack: str) -> str:
    """Give the workload that a stack states, or ``default``; raises ``OfflineCloudError`` for an unreadable file."""
    file = root / f"Pulumi.{stack}.yaml"
    configuration = cast("object", (_load(file) if file.exists() else {}).get("config") or {})
    if not isinstance(configuration, dict):
        raise OfflineCloudError(f"Pulumi.{stack}.yaml: config must be a map of keys to values")
    stated = cast("dict[str, object]", configuration).get(f"{project}:workload")
    return stated if isinstance(stated, str) else "default"


def _named(what: str, name: str) -> str:
    if NAME.fullmatch(name) and name not in TAKEN:
        return name
    taken = f", but not {' or '.join(TAKEN)}" if name in TAKEN else ""
    raise OfflineCloudError(
        f"{what}: {name!r} cannot name a folder under .offline-cloud; "
        f"write a word of letters, digits, dots, hyphens and underscores{taken}"
    )


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
    except UnicodeDecodeError as error:
        raise OfflineCloudError(f"{path.name} is not UTF-8 from byte {error.start + 1} on; save it as UTF-8") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        raise OfflineCloudError(f"{path.name} cannot be read as YAML: {' '.join(str(error).split())[:300]}") from error
    if loaded is None:
        return {}
    if not isinstance(loaded, dict):
        raise OfflineCloudError(f"{path.name} must be a map of keys to values")
    return cast("dict[str, object]", loaded)


def _salt(copy: Path) -> object:
    """Read the salt in a copy; one that a kill left unreadable has none, and the state knows it too."""
    try:
        return _load(copy).get("encryptionsalt") if copy.exists() else None
    except OfflineCloudError:
        return None


def _save(path: Path, content: dict[str, object]) -> None:
    write_safely(path, yaml.safe_dump(content, sort_keys=False, allow_unicode=True).encode())


def write_safely(path: Path, content: bytes) -> None:
    """Write a file so that it is the old one or the new one, whole, whatever happens meanwhile."""
    fresh = path.with_name(f"{path.name}.new")
    with fresh.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(path)
