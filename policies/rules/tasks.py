"""Rules over tasks on ECS."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

from policies.about import critical, high, medium
from policies.credentials import is_secret
from policies.images import unpinned
from policies.rule import resource_rule
from policies.view import Resource

_TASK = "aws:ecs/taskDefinition:TaskDefinition"
Container = Mapping[str, Any]


def containers_of(task: Resource) -> Iterator[Container]:
    """A task definition's containers; none while they are not known."""
    text = task.value("containerDefinitions")
    if not isinstance(text, str):
        return
    try:
        found: object = json.loads(text)
    except ValueError:
        return
    if isinstance(found, list):
        yield from (cast("Container", each) for each in cast("list[object]", found) if isinstance(each, dict))


@resource_rule(
    "task-not-privileged",
    "No container of a task is privileged",
    _TASK,
    about=critical(
        "Whoever takes over the container takes over the machine.",
        "Leave privileged off.",
        "CKV_AWS_334",
        "PCI DSS 7.2.1",
    ),
)
def task_not_privileged(task: Resource) -> Iterator[str]:
    for container in containers_of(task):
        if container.get("privileged") is True:
            yield f"container {container.get('name')} is privileged; switch it off"


@resource_rule(
    "task-no-plain-secrets",
    "A task's environment holds no secret",
    _TASK,
    about=high(
        "Whoever may describe the task reads the secret, and so does whoever reads the state.",
        "Name the secret's ARN under secrets.",
        "PCI DSS 3.5.1",
        "PCI DSS 8.3.2",
    ),
)
def task_no_plain_secrets(task: Resource) -> Iterator[str]:
    for container in containers_of(task):
        for variable in container.get("environment") or ():
            if is_secret(str(variable.get("name")), variable.get("value")):
                yield f"container {container.get('name')}: variable {variable.get('name')} holds a secret; use secrets"


@resource_rule(
    "task-own-network",
    "Tasks have a network of their own",
    _TASK,
    about=high(
        "A task reaches, and answers for, everything of its machine.",
        "Set networkMode to awsvpc.",
        "PCI DSS 7.2.1",
    ),
)
def task_own_network(task: Resource) -> Iterator[str]:
    if task.value("networkMode") == "host":
        yield "networkMode is host; set awsvpc"


@resource_rule(
    "task-own-processes",
    "Tasks see no process and no memory of their machine",
    _TASK,
    about=high(
        "A task reads the memory of others, and ends them.",
        "Leave pidMode and ipcMode out.",
        "CKV_AWS_335",
        "PCI DSS 1.4.5",
    ),
)
def task_own_processes(task: Resource) -> Iterator[str]:
    for mode in ("pidMode", "ipcMode"):
        if task.value(mode) == "host":
            yield f"{mode} is host; leave it out"


@resource_rule(
    "task-logs",
    "Every container of a task logs",
    _TASK,
    about=medium(
        "What a container said is gone with it.",
        "State a logConfiguration.",
        "PCI DSS 10.2.1.1",
    ),
)
def task_logs(task: Resource) -> Iterator[str]:
    for container in containers_of(task):
        if not container.get("logConfiguration"):
            yield f"container {container.get('name')} has no logConfiguration; state one"


@resource_rule(
    "task-image-pinned",
    "A task names the version of its images",
    _TASK,
    about=medium(
        "The next start runs what nobody tested.",
        "Name a tag that does not move, or a digest.",
    ),
)
def task_image_pinned(task: Resource) -> Iterator[str]:
    for container in containers_of(task):
        if unpinned(container.get("image")):
            yield f"container {container.get('name')} runs an image without a version; name a tag or a digest"


@resource_rule(
    "task-role-apart",
    "What starts a task and what the task does have roles of their own",
    _TASK,
    about=medium(
        "The program may read every secret and image that its start needs.",
        "Give taskRoleArn a role of its own.",
        "CKV_AWS_249",
    ),
)
def task_role_apart(task: Resource) -> Iterator[str]:
    role = task.value("taskRoleArn")
    if isinstance(role, str) and role == task.value("executionRoleArn"):
        yield "taskRoleArn and executionRoleArn are one role; make two"


@resource_rule(
    "task-files-over-tls",
    "Tasks mount shared files over TLS",
    _TASK,
    about=high(
        "Files cross the network in clear.",
        "Set transitEncryption to ENABLED in efsVolumeConfiguration.",
        "CKV_AWS_97",
    ),
)
def task_files_over_tls(task: Resource) -> Iterator[str]:
    for volume in task.places("volumes"):
        path = f"{volume}.efsVolumeConfiguration"
        if task.has(path) and not task.is_set(f"{path}.transitEncryption", "ENABLED"):
            yield f"{path}.transitEncryption is off; set ENABLED"


RULES = (
    task_not_privileged,
    task_no_plain_secrets,
    task_own_network,
    task_own_processes,
    task_logs,
    task_image_pinned,
    task_role_apart,
    task_files_over_tls,
)
