"""Outputs of IAM: roles, profiles, policies and identity providers."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties

CREATED_AT = "2026-01-01T00:00:00Z"


def _service_role_name(subject: Subject) -> str:
    service = subject.input("awsServiceName").split(".")[0]
    known = {
        "elasticache": "ElastiCache",
        "rds": "RDS",
        "eks": "AmazonEKS",
        "elasticloadbalancing": "ElasticLoadBalancing",
        "autoscaling": "AutoScaling",
        "spot": "EC2Spot",
        "ecs": "ECS",
    }
    suffix = subject.input("customSuffix")
    return f"AWSServiceRoleFor{known.get(service, service.capitalize())}" + (f"_{suffix}" if suffix else "")


def service_linked_role_id(subject: Subject) -> str:
    path = f"aws-service-role/{subject.input('awsServiceName')}"
    return subject.arn("iam", f"role/{path}/{_service_role_name(subject)}", region="")


def service_linked_role(subject: Subject) -> Properties:
    return {
        "arn": subject.id,
        "name": _service_role_name(subject),
        "path": f"/aws-service-role/{subject.input('awsServiceName')}/",
        "createDate": CREATED_AT,
        "uniqueId": "AROA" + subject.capitals(17),
    }


def open_id_connect_provider_id(subject: Subject) -> str:
    return subject.arn("iam", f"oidc-provider/{subject.input('url').removeprefix('https://')}", region="")


def open_id_connect_provider(subject: Subject) -> Properties:
    outputs: Properties = {"arn": subject.id}
    if "thumbprintLists" not in subject.inputs:
        outputs["thumbprintLists"] = [subject.hex(40, "thumbprint")]
    return outputs
