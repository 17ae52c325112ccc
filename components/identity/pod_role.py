"""A role that one Kubernetes service account assumes through EKS Pod Identity."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import eks, iam

from components.identity.granted import granted
from components.naming import role_name

# https://docs.aws.amazon.com/eks/latest/userguide/pod-id-role.html
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "pods.eks.amazonaws.com"},
                "Action": ["sts:AssumeRole", "sts:TagSession"],
            }
        ],
    }
)

Statement = Mapping[str, Input[Any]]
"""One IAM policy statement; values may be outputs."""


def allow(sid: str, actions: Sequence[str], resources: Sequence[Input[str]]) -> Statement:
    """Write a statement that allows actions on resources, by their ARNs."""
    return {"Sid": sid, "Effect": "Allow", "Action": list(actions), "Resource": list(resources)}


@dataclass(frozen=True, kw_only=True)
class PodRoleArgs:
    """`role_name` is the role's physical name, shortened where it is too long; `statements` is what it may do."""

    role_name: str
    cluster_name: Input[str]
    namespace: str
    service_account: str
    statements: Sequence[Statement] = field(default=())
    managed_policy_arns: Sequence[str] = field(default=())


class PodRole(ComponentResource):
    """An IAM role, its permissions, and the association that hands it to a service account."""

    arn: Output[str]
    role_name: Output[str]
    association: eks.PodIdentityAssociation

    def __init__(self, name: str, args: PodRoleArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:PodRole", name, None, opts)
        child = ResourceOptions(parent=self)
        role = iam.Role(f"{name}-role", name=role_name(args.role_name), assume_role_policy=_TRUST, opts=child)
        permissions = self._permissions(name, args, role)
        self.association = eks.PodIdentityAssociation(
            f"{name}-association",
            cluster_name=args.cluster_name,
            namespace=args.namespace,
            service_account=args.service_account,
            # A pod that has the role may use it at once.
            role_arn=granted(role.arn, permissions),
            opts=child,
        )
        self.arn = role.arn
        self.role_name = role.name
        self.register_outputs({"arn": self.arn, "roleName": self.role_name})

    def _permissions(self, name: str, args: PodRoleArgs, role: iam.Role) -> list[Resource]:
        child = ResourceOptions(parent=self)
        permissions: list[Resource] = []
        if args.statements:
            policy = Output.json_dumps({"Version": "2012-10-17", "Statement": list(args.statements)})
            permissions.append(
                iam.RolePolicy(f"{name}-permissions", role=role.name, name="permissions", policy=policy, opts=child)
            )
        for arn in args.managed_policy_arns:
            label = f"{name}-{arn.rsplit('/', 1)[-1]}"
            permissions.append(iam.RolePolicyAttachment(label, role=role.name, policy_arn=arn, opts=child))
        return permissions
