"""Outputs of ECS: task definitions and services."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties


def task_definition_id(subject: Subject) -> str:
    """Name family and revision: while one is replaced, both stand side by side, and here an id stands for one."""
    return f"{subject.input('family')}:{subject.record.generation + 1}"


def task_definition(subject: Subject) -> Properties:
    """Give the ARN of the revision: the first one of a family is 1, and every replacement makes the next."""
    revision = subject.record.generation + 1
    plain = subject.arn("ecs", f"task-definition/{subject.input('family')}")
    return {"arn": f"{plain}:{revision}", "arnWithoutRevision": plain, "revision": revision}


def service_id(subject: Subject) -> str:
    cluster_name = subject.input("cluster").rpartition("/")[2]
    return subject.arn("ecs", f"service/{cluster_name}/{subject.name}")
