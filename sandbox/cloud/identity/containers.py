"""Outputs of ECS clusters, task definitions, services and what scales and starts them."""

from sandbox.cloud.identity.subject import Subject
from sandbox.cloud.model import Properties


def cluster(subject: Subject) -> Properties:
    return {"arn": subject.id}


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


def service(subject: Subject) -> Properties:
    return {"arn": subject.id, "iamRole": "/aws-service-role/ecs.amazonaws.com/AWSServiceRoleForECS"}


def scaling_target(subject: Subject) -> Properties:
    return {"arn": subject.arn("application-autoscaling", f"scalable-target/{subject.hex(22, 'target')}")}


def scaling_policy(subject: Subject) -> Properties:
    place = f"resource/{subject.input('serviceNamespace')}/{subject.input('resourceId')}"
    arn = subject.arn("autoscaling", f"scalingPolicy:{subject.uuid('policy')}:{place}:policyName/{subject.name}")
    return {"arn": arn, "alarmArns": []}


def schedule(subject: Subject) -> Properties:
    return {"arn": subject.arn("scheduler", f"schedule/{subject.id}"), "groupName": "default", "state": "ENABLED"}


def namespace(subject: Subject) -> Properties:
    return {"arn": subject.arn("servicediscovery", f"namespace/{subject.id}"), "httpName": subject.name}
