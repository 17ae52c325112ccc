"""The two roles of an ECS task: what starts it, and what it is."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import iam

from components.identity.granted import granted
from components.identity.pod_role import Statement
from components.identity.propagation import propagated
from components.identity.secret_reading import secret_statements
from components.naming import role_name


@dataclass(frozen=True, kw_only=True)
class TaskRolesArgs:
    """`secret_arns` and `log_group_arn` are for ECS, which reads and writes them on the container's behalf.

    `repository_arns` are the product's own repositories, empty for images that anybody may pull. `statements` are what
    the product's code itself may do; most of it calls no AWS service. Only tasks of `cluster_arn`'s account may take
    the roles on.
    """

    prefix: str
    account_id: Input[str]
    region: str
    log_group_arn: Input[str]
    secrets_key_arn: Input[str]
    secret_arns: Sequence[Input[str]] = ()
    repository_arns: Sequence[Input[str]] = ()
    statements: Sequence[Statement] = field(default=())


class TaskRoles(ComponentResource):
    """Execution role and task role. The containers never hold the credentials of the first.

    Both ARNs are there once ECS accepts them in a task definition (`propagated`).
    """

    execution_arn: Output[str]
    task_arn: Output[str]
    ready: list[iam.RolePolicy]
    """The permissions: what runs a task waits for them."""

    def __init__(self, name: str, args: TaskRolesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TaskRoles", name, None, opts)
        self.ready = []
        self.execution_arn = self._role(name, "execution", args, _execution(args))
        self.task_arn = self._role(name, "task", args, list(args.statements))
        self.register_outputs({"executionArn": self.execution_arn, "taskArn": self.task_arn})

    def _role(self, name: str, kind: str, args: TaskRolesArgs, statements: Sequence[Statement]) -> Output[str]:
        child = ResourceOptions(parent=self)
        role = iam.Role(
            f"{name}-{kind}",
            name=role_name(f"{args.prefix}-{kind}"),
            assume_role_policy=Output.from_input(args.account_id).apply(lambda account: _trust(account, args.region)),
            opts=child,
        )
        if not statements:
            return propagated(role, role.arn)
        policy = iam.RolePolicy(
            f"{name}-{kind}-permissions",
            role=role.name,
            name="permissions",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": list(statements)}),
            opts=child,
        )
        self.ready.append(policy)
        return propagated(role, granted(role.arn, [policy]))


def _trust(account_id: str, region: str) -> str:
    """Let ECS hand the role to tasks of this account and region alone.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html
    """
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "ecs-tasks.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {
                        "StringEquals": {"aws:SourceAccount": account_id},
                        "ArnLike": {"aws:SourceArn": f"arn:aws:ecs:{region}:{account_id}:*"},
                    },
                }
            ],
        }
    )


def _execution(args: TaskRolesArgs) -> list[Statement]:
    statements: list[Statement] = [
        {
            "Sid": "WriteLogs",
            "Effect": "Allow",
            "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
            "Resource": Output.concat(args.log_group_arn, ":*"),
        }
    ]
    statements += secret_statements(args.secret_arns, args.secrets_key_arn, args.region)
    if args.repository_arns:
        statements += [
            {
                "Sid": "EnterRegistry",
                "Effect": "Allow",
                # The token is the account's: this action takes no resource.
                "Action": "ecr:GetAuthorizationToken",
                "Resource": "*",
            },
            {
                "Sid": "PullImages",
                "Effect": "Allow",
                "Action": ["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"],
                "Resource": list(args.repository_arns),
            },
        ]
    return statements
