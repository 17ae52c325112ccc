"""Sessions of Session Manager on what a runtime runs: which ones a policy lets a developer start."""

from collections.abc import Sequence

from pulumi import Input, Output

from components.identity.pod_role import Statement


def instance_session(region: str, account_id: Input[str], name_tag: str) -> list[Statement]:
    """Allow sessions on the EC2 instances of one name, and finding them."""
    return [
        {
            "Sid": "SessionOnTheMachine",
            "Effect": "Allow",
            "Action": "ssm:StartSession",
            "Resource": Output.concat(f"arn:aws:ec2:{region}:", account_id, ":instance/*"),
            "Condition": {
                "StringEquals": {"ssm:resourceTag/Name": name_tag},
                # Without it a caller who names no document gets a shell.
                "BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"},
            },
        },
        {
            "Sid": "FindTheMachine",
            "Effect": "Allow",
            "Action": "ec2:DescribeInstances",
            # The action knows no resources.
            "Resource": "*",
        },
    ]


def task_session(
    region: str,
    account_id: Input[str],
    cluster_name: Input[str],
    family: Input[str],
    role_arns: Sequence[Input[str]],
) -> list[Statement]:
    """Allow sessions on a cluster's tasks, of which those of `family` alone take any, and running one of these."""
    tasks = Output.concat(f"arn:aws:ecs:{region}:", account_id, ":task/", cluster_name, "/*")
    return [
        {
            "Sid": "SessionOnTheTask",
            "Effect": "Allow",
            "Action": "ssm:StartSession",
            "Resource": tasks,
            "Condition": {"BoolIfExists": {"ssm:SessionDocumentAccessCheck": "true"}},
        },
        {
            "Sid": "RunIt",
            "Effect": "Allow",
            "Action": "ecs:RunTask",
            "Resource": Output.concat(f"arn:aws:ecs:{region}:", account_id, ":task-definition/", family, ":*"),
            "Condition": {
                "ArnEquals": {
                    "ecs:cluster": Output.concat(f"arn:aws:ecs:{region}:", account_id, ":cluster/", cluster_name)
                }
            },
        },
        {"Sid": "SeeAndEndIt", "Effect": "Allow", "Action": ["ecs:DescribeTasks", "ecs:StopTask"], "Resource": tasks},
        {
            "Sid": "AsItself",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": list(role_arns),
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    ]
