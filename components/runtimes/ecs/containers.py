"""Container definitions, as ECS takes them: JSON whose leaves may be outputs.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from pulumi import Input

from components.product.references import SecretReference

Definition = dict[str, object]
Condition = Literal["SUCCESS", "START", "HEALTHY"]
"""What must be true of a container before another one starts."""
STREAM_PREFIX = "ecs"

OPEN_FILES = 65536
"""Files that a process may hold open, unless the product says otherwise; Fargate's own default is one fewer."""

_LONGEST_STOP_SECONDS = 120
"""Fargate kills a container that takes longer."""


@dataclass(frozen=True, kw_only=True)
class Log:
    group_name: Input[str]
    region: str


@dataclass(frozen=True, kw_only=True)
class Mount:
    """A volume of the task and where the container sees it."""

    volume: str
    path: str
    read_only: bool = False


@dataclass(frozen=True, kw_only=True)
class Container:
    """One container of a task. `cpu` is in units, `memory` in MiB: both are set aside, neither is a limit.

    `after` names containers and what must be true of them before this one starts.
    """

    name: str
    image: Input[str]
    log: Log
    command: Sequence[str] = ()
    entry_point: Sequence[str] = ()
    environment: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    secrets: Mapping[str, SecretReference] = field(default_factory=dict[str, SecretReference])
    ports: Sequence[Mapping[str, object]] = ()
    mounts: Sequence[Mount] = ()
    cpu: int | None = None
    memory: int | None = None
    user: str | None = None
    read_only: bool = True
    essential: bool = True
    stop_seconds: int | None = None
    health_check: Mapping[str, object] | None = None
    after: Mapping[str, Condition] = field(default_factory=dict[str, Condition])
    capabilities: bool = False
    """Keep the container's Linux capabilities; without it, it has none."""
    open_files: int = OPEN_FILES
    processes: int | None = None
    """Processes and threads of its user at most; only a host takes it, Fargate lets a task limit files alone."""


def definition(container: Container, *, on_host: bool) -> Definition:
    """Return the container as JSON; what it does not state is left out. Lists are in a fixed order."""
    optional: Definition = {
        "command": list(container.command),
        "entryPoint": list(container.entry_point),
        "cpu": container.cpu,
        "memoryReservation": container.memory,
        "user": container.user,
        "stopTimeout": _stop(container.stop_seconds),
        "healthCheck": container.health_check,
        "environment": [{"name": key, "value": value} for key, value in sorted(container.environment.items())],
        "secrets": [
            {"name": key, "valueFrom": reference.value_from} for key, reference in sorted(container.secrets.items())
        ],
        # On a host each port is mapped to a free one of the machine's.
        "portMappings": [{**port, "hostPort": 0} if on_host else dict(port) for port in container.ports],
        "mountPoints": [
            {"sourceVolume": mount.volume, "containerPath": mount.path, "readOnly": mount.read_only}
            for mount in container.mounts
        ],
        "dependsOn": [{"containerName": name, "condition": state} for name, state in container.after.items()],
    }
    stated = {key: value for key, value in optional.items() if value is not None and value != []}
    return {
        "name": container.name,
        "image": container.image,
        "essential": container.essential,
        "readonlyRootFilesystem": container.read_only,
        "linuxParameters": _linux(container),
        "ulimits": _limits(container, on_host=on_host),
        "logConfiguration": {
            "logDriver": "awslogs",
            "options": {
                "awslogs-group": container.log.group_name,
                "awslogs-region": container.log.region,
                "awslogs-stream-prefix": STREAM_PREFIX,
                # A log that cannot be delivered must not stop the product: lines are dropped once 4 MiB wait.
                "mode": "non-blocking",
                "max-buffer-size": "4m",
            },
        },
        **stated,
    }


def _limits(container: Container, *, on_host: bool) -> list[Definition]:
    limits = {"nofile": container.open_files, "nproc": container.processes if on_host else None}
    return [{"name": name, "softLimit": most, "hardLimit": most} for name, most in limits.items() if most is not None]


def _stop(seconds: int | None) -> int | None:
    return None if seconds is None else min(seconds, _LONGEST_STOP_SECONDS)


def _linux(container: Container) -> Definition:
    """Give process 1 an init that reaps children and passes signals on; take every capability away."""
    dropped: Definition = {} if container.capabilities else {"capabilities": {"drop": ["ALL"]}}
    return {"initProcessEnabled": True, **dropped}
