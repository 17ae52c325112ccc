"""Jobs that a `pulumi up` runs and waits for: what needs them comes after them, and their failure fails it.

EventBridge starts a task and tells nobody how it ended. A function of Lambda waits for the end, and the engine for the
function, which may take 15 minutes; a job that takes longer goes on, and the next `up` waits for the rest of it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pulumi import AssetArchive, ComponentResource, FileAsset, Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, iam, lambda_

from components.identity.granted import granted
from components.identity.pod_role import Statement
from components.naming import bounded
from components.runtimes.ecs.job import EcsJob
from components.runtimes.ecs.placement import Placement
from settings.facts import name_lengths

_CODE = Path(__file__).parent / "run_function" / "run.py"
_LONGEST_SECONDS = 900
"""https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html"""
_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}
        ],
    }
)


@dataclass(frozen=True, kw_only=True)
class AwaitedJobsArgs:
    """`jobs` are those that may be run, by their names."""

    prefix: str
    region: str
    account_id: Input[str]
    placement: Placement
    jobs: Mapping[str, EcsJob]
    log_group_names: Mapping[str, Input[str]]
    logs_key_arn: Input[str]
    log_retention_days: int


class AwaitedJobs(ComponentResource):
    """The function, and what it may do: start these jobs, look how they are, and pass their roles on."""

    def __init__(self, name: str, args: AwaitedJobsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:AwaitedJobs", name, None, opts)
        self._logical = name
        self._args = args
        physical = bounded(f"{args.prefix}-run-job", name_lengths.FUNCTION)
        child = ResourceOptions(parent=self)
        logs = cloudwatch.LogGroup(
            f"{name}-log",
            name=f"/aws/lambda/{physical}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=child,
        )
        role = iam.Role(f"{name}-role", name=physical, assume_role_policy=_TRUST, opts=child)
        allowed = iam.RolePolicy(
            f"{name}-permissions",
            role=role.name,
            name="permissions",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": self._statements(logs)}),
            opts=child,
        )
        self._function = lambda_.Function(
            f"{name}-function",
            name=physical,
            description="Runs a job and waits for its end, for pulumi up",
            runtime="python3.13",
            architectures=["arm64"],
            handler="run.handler",
            code=AssetArchive({"run.py": FileAsset(str(_CODE))}),
            role=granted(role.arn, [allowed]),
            timeout=_LONGEST_SECONDS,
            memory_size=128,
            logging_config=lambda_.FunctionLoggingConfigArgs(log_format="JSON", log_group=logs.name),
            opts=child,
        )
        self.register_outputs({"functionName": self._function.name})

    def run(self, job: str, triggers: Mapping[str, Input[str]], after: Sequence[Resource]) -> Resource:
        """Run a job once, and again whenever its task definition or a trigger changes; the result fails with it."""
        task = self._args.jobs[job]
        changing = {"task": task.task_definition_arn, **triggers}
        return lambda_.Invocation(
            f"{self._logical}-{job}",
            function_name=self._function.name,
            input=Output.json_dumps(self._event(job, task, changing)),
            triggers=changing,
            opts=ResourceOptions(parent=self, depends_on=[*task.ready, *after]),
        )

    def _event(self, job: str, task: EcsJob, changing: Mapping[str, Input[str]]) -> dict[str, Input[Any]]:
        args, placement = self._args, self._args.placement
        log = args.log_group_names[job]
        event: dict[str, Input[Any]] = {
            "job": job,
            "cluster": placement.cluster_name,
            "taskDefinition": task.task_definition_arn,
            "launchType": placement.launch_type,
            "startedBy": Output.json_dumps(changing, sort_keys=True).apply(_digest),
            "log": Output.concat(f"aws logs tail --region {args.region} --since 1h ", log),
        }
        if task.security_group_id is not None:
            event["network"] = {
                "awsvpcConfiguration": {
                    "subnets": list(placement.subnet_ids),
                    "securityGroups": [placement.security_group_id, task.security_group_id],
                    "assignPublicIp": "ENABLED" if placement.public else "DISABLED",
                }
            }
        return event

    def _statements(self, logs: cloudwatch.LogGroup) -> list[Statement]:
        args, placement = self._args, self._args.placement
        start = Output.concat(f"arn:aws:ecs:{args.region}:", args.account_id)
        tasks = Output.concat(start, ":task/", placement.cluster_name, "/*")
        inside = {"ArnEquals": {"ecs:cluster": placement.cluster_arn}}
        # Every revision: the policy need not change, and IAM hear of it, before a new one is run.
        definitions = [Output.concat(start, ":task-definition/", job.family, ":*") for job in args.jobs.values()]
        roles = [arn for job in args.jobs.values() for arn in job.role_arns]
        return [
            {
                "Sid": "RunJobs",
                "Effect": "Allow",
                "Action": "ecs:RunTask",
                "Resource": definitions,
                "Condition": inside,
            },
            {
                "Sid": "TagTasks",
                "Effect": "Allow",
                "Action": "ecs:TagResource",
                "Resource": tasks,
                "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
            },
            {"Sid": "LookAtTasks", "Effect": "Allow", "Action": "ecs:DescribeTasks", "Resource": tasks},
            {
                "Sid": "FindTasks",
                "Effect": "Allow",
                "Action": "ecs:ListTasks",
                # ListTasks knows container instances alone; the condition keeps it in this cluster.
                "Resource": "*",
                "Condition": inside,
            },
            {
                "Sid": "PassRoles",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": roles,
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
            {
                "Sid": "Log",
                "Effect": "Allow",
                "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                "Resource": Output.concat(logs.arn, ":*"),
            },
        ]


def _digest(text: str) -> str:
    """Shorten what a run depends on to what ECS takes for `startedBy`: 128 characters."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]
