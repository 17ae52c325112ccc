"""The folders of a service's task: scratch space, volumes, files and configuration directories.

A task has neither ConfigMaps nor Secrets to mount. A container that runs first writes the files to a volume of the
task's own, which the service then sees read-only; ECS mounts folders, so what the image has in the same folder is
hidden.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from pulumi import Input

from components.product.files import SecretContent, product_files
from components.product.images import SHELL, reference
from components.product.references import SecretReference
from components.runtimes.ecs.containers import Container, Log, Mount
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.arithmetic.fargate import FREE_DISK_GIB, disk_gib
from settings.arithmetic.tasks import LOG_READER_MEBIBYTES
from settings.types import mebibytes
from settings.workload.service import Service

PREPARE = "prepare"
_VOLUMES = "/volumes"
_MIB_PER_GIB = 1024

Content = Input[str] | SecretReference
"""What a file holds: text, or the value of a secret."""


@dataclass(frozen=True, kw_only=True)
class Folders:
    """Volumes by the folder that they are mounted at, and what is written into the read-only ones, by path.

    `beside` holds the scratch folders of the containers beside the service, by container. `shared` are folders on EFS,
    which other tasks see too.
    """

    writable: Mapping[str, str]
    filled: Mapping[str, str] = field(default_factory=dict[str, str])
    shared: Mapping[str, str] = field(default_factory=dict[str, str])
    beside: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    files: Mapping[str, Content] = field(default_factory=dict[str, Content])

    @property
    def scratch(self) -> list[str]:
        """The volumes that processes write to."""
        return [*self.writable.values(), *(volume for each in self.beside.values() for volume in each.values())]

    @property
    def volumes(self) -> list[str]:
        return [*self.scratch, *self.filled.values()]

    @property
    def mounts(self) -> list[Mount]:
        """As the service sees them."""
        return [
            *(Mount(volume=volume, path=path) for path, volume in {**self.writable, **self.shared}.items()),
            *(Mount(volume=volume, path=path, read_only=True) for path, volume in self.filled.items()),
        ]

    def mounts_beside(self, name: str, shares: Sequence[str]) -> list[Mount]:
        """As a container beside the service sees them: its own scratch folders, and what it shares."""
        own = [Mount(volume=volume, path=path) for path, volume in self.beside[name].items()]
        lent = {**self.writable, **self.shared}
        return [*own, *(Mount(volume=lent[path], path=path) for path in shares)]

    def place(self, path: str) -> str:
        """Where the container that writes a file finds it."""
        file = PurePosixPath(path)
        return f"{_VOLUMES}/{self.filled[str(file.parent)]}/{file.name}"


def folders(inputs: TaskInputs, service: Service) -> Folders:
    """Return what a service's task has; secrets without a value make no file."""
    files = _files(inputs, service)
    shared = [path for path, volume in service.volumes.items() if volume.kind == "shared"]
    scratch = [*service.security.writable_paths, *(path for path in service.volumes if path not in shared)]
    return Folders(
        writable={path: f"scratch-{index}" for index, path in enumerate(scratch)},
        shared={path: f"shared-{index}" for index, path in enumerate(shared)},
        filled=_filled(files),
        files=files,
        beside={
            name: {path: f"{name}-{index}" for index, path in enumerate(sidecar.writable_paths)}
            for name, sidecar in service.sidecars.items()
        },
    )


def _filled(files: Mapping[str, Content]) -> dict[str, str]:
    parents = sorted({str(PurePosixPath(path).parent) for path in files})
    return {folder: f"files-{index}" for index, folder in enumerate(parents)}


def _files(inputs: TaskInputs, service: Service) -> dict[str, Content]:
    files = product_files(inputs.settings, inputs.wiring, service).all
    return {
        path: inputs.secrets[content.name] if isinstance(content, SecretContent) else content
        for path, content in files.items()
    }


def disk(service: Service) -> int | None:
    """Return the task's disk in GiB, as much as its volumes ask for; None where the free one is large enough."""
    wanted = sum(mebibytes(volume.size) for volume in service.volumes.values() if volume.kind != "shared")
    gib = -(-wanted // _MIB_PER_GIB)
    return disk_gib(gib) if gib > FREE_DISK_GIB else None


def prepare(inputs: TaskInputs, user: int, log: Log, made: Folders) -> Container:
    """Hand the folders to the service's user and write the files. A new volume belongs to root, hence root here.

    The container is gone before the service starts. A file's text and its secret arrive as variables, never as words
    of the command.
    """
    lines = [f"chown {user}:{user} {_VOLUMES}/{name}; chmod 0700 {_VOLUMES}/{name}" for name in made.scratch]
    environment: dict[str, Input[str]] = {}
    secrets: dict[str, SecretReference] = {}
    for index, (path, content) in enumerate(made.files.items()):
        target = made.place(path)
        lines.append(f'printf "%s" "$FILE_{index}" >"{target}"; chown {user}:{user} "{target}"; chmod 0400 "{target}"')
        if isinstance(content, SecretReference):
            secrets[f"FILE_{index}"] = content
        else:
            environment[f"FILE_{index}"] = content
    return Container(
        name=PREPARE,
        image=reference(inputs.settings, SHELL),
        log=log,
        command=["sh", "-euc", "; ".join(lines)],
        environment=environment,
        secrets=secrets,
        mounts=[Mount(volume=volume, path=f"{_VOLUMES}/{volume}") for volume in made.volumes],
        user="0",
        essential=False,
        capabilities=True,
    )


def log_readers(inputs: TaskInputs, service: Service, log: Log, made: Folders) -> list[Container]:
    """Bring the files that a service writes its logs to into its log group, one container for each."""
    return [
        Container(
            name=f"log-{name}",
            image=reference(inputs.settings, SHELL),
            log=log,
            # Follow by name: the file appears late, and is rotated.
            command=["tail", "-n", "+1", "-F", file],
            mounts=[
                Mount(volume=volume, path=path, read_only=True)
                for path, volume in {**made.writable, **made.shared}.items()
            ],
            memory=LOG_READER_MEBIBYTES,
            user=str(service.security.user),
            essential=False,
            after={PREPARE: "SUCCESS"},
        )
        for name, file in service.log_files.items()
    ]
