"""The role of a node: join the cluster, pull images, be reached by Session Manager. Pods have roles of their own."""

import json
from dataclasses import dataclass

from pulumi import ComponentResource, Output, Resource, ResourceOptions
from pulumi_aws import iam

from components.identity.granted import granted
from components.naming import role_name

_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"},
        ],
    }
)

# The CNI's permissions are absent: the add-on has them by Pod Identity.
_POLICIES = ("AmazonEKSWorkerNodePolicy", "AmazonEC2ContainerRegistryPullOnly", "AmazonSSMManagedInstanceCore")


@dataclass(frozen=True, kw_only=True)
class NodeRoleArgs:
    """`role_name` is the physical name, shortened to the 64 characters that IAM takes."""

    role_name: str


class NodeRole(ComponentResource):
    arn: Output[str]
    role_name: Output[str]
    attachments: list[Resource]

    def __init__(self, name: str, args: NodeRoleArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:NodeRole", name, None, opts)
        child = ResourceOptions(parent=self)
        role = iam.Role(f"{name}-role", name=role_name(args.role_name), assume_role_policy=_TRUST, opts=child)
        self.attachments = [
            iam.RolePolicyAttachment(
                f"{name}-{policy}", role=role.name, policy_arn=f"arn:aws:iam::aws:policy/{policy}", opts=child
            )
            for policy in _POLICIES
        ]
        self.arn = granted(role.arn, self.attachments)
        self.role_name = role.name
        self.register_outputs({"arn": self.arn, "roleName": self.role_name})
