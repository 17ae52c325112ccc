"""What starts a job's task: the clock, or a rollout that is done."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, ecs, iam, scheduler

from components.identity.granted import granted
from components.identity.pod_role import Statement
from components.identity.task_roles import TaskRoles
from components.naming import bounded, role_name
from components.runtimes.ecs.placement import Placement
from settings.facts import name_lengths

_RETRIES = 2
_OLDEST_EVENT_SECONDS = 14_400
_SCHEDULER, _EVENTS = "scheduler.amazonaws.com", "events.amazonaws.com"


@dataclass(frozen=True, kw_only=True)
class Started:
    """A job's task and what it takes to start it. `ready` is what must be there first.

    `security_group_id` is the job's own group, None on a host. `stopped` keeps what starts the task, and starts
    nothing by it.
    """

    prefix: str
    job: str
    placement: Placement
    account_id: Input[str]
    region: str
    task: ecs.TaskDefinition
    roles: TaskRoles
    security_group_id: Input[str] | None
    stopped: bool
    ready: Sequence[Resource]

    @property
    def groups(self) -> list[Input[str]]:
        own = [self.security_group_id] if self.security_group_id is not None else []
        return [self.placement.security_group_id, *own]


def by_the_clock(name: str, started: Started, expression: str, parent: Resource) -> Resource:
    """Start the task by EventBridge Scheduler's expression, in UTC."""
    placement = started.placement
    role_arn = _starter(name, started, _SCHEDULER, parent)
    network = scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs(
        subnets=list(placement.subnet_ids), security_groups=started.groups, assign_public_ip=placement.public
    )
    return scheduler.Schedule(
        f"{name}-schedule",
        name=bounded(f"{started.prefix}-{started.job}", name_lengths.SCHEDULE),
        description=f"Runs {started.job} of {started.prefix}",
        schedule_expression=expression,
        schedule_expression_timezone="UTC",
        state="DISABLED" if started.stopped else "ENABLED",
        flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
        target=scheduler.ScheduleTargetArgs(
            arn=placement.cluster_arn,
            role_arn=role_arn,
            ecs_parameters=scheduler.ScheduleTargetEcsParametersArgs(
                task_definition_arn=started.task.arn,
                task_count=1,
                launch_type=placement.launch_type,
                platform_version=None if placement.on_host else "LATEST",
                propagate_tags="TASK_DEFINITION",
                network_configuration=None if placement.on_host else network,
            ),
            retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                maximum_retry_attempts=_RETRIES, maximum_event_age_in_seconds=_OLDEST_EVENT_SECONDS
            ),
        ),
        opts=ResourceOptions(parent=parent, depends_on=started.ready),
    )


def after_rollout(name: str, started: Started, service: str, parent: Resource) -> Resource:
    """Start the task whenever a rollout of a service is done, its first one included.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    placement = started.placement
    role_arn = _starter(name, started, _EVENTS, parent)
    arn = Output.concat(
        f"arn:aws:ecs:{started.region}:", started.account_id, ":service/", placement.cluster_name, f"/{service}"
    )
    pattern = {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [arn],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_COMPLETED"]},
    }
    rule = cloudwatch.EventRule(
        f"{name}-rule",
        name=bounded(f"{started.prefix}-{started.job}", name_lengths.RULE),
        description=f"Runs {started.job} when a rollout of {service} is done",
        event_pattern=Output.json_dumps(pattern),
        state="DISABLED" if started.stopped else "ENABLED",
        opts=ResourceOptions(parent=parent),
    )
    network = cloudwatch.EventTargetEcsTargetNetworkConfigurationArgs(
        subnets=list(placement.subnet_ids), security_groups=started.groups, assign_public_ip=placement.public
    )
    return cloudwatch.EventTarget(
        f"{name}-target",
        rule=rule.name,
        target_id=bounded(started.job, name_lengths.RULE),
        arn=placement.cluster_arn,
        role_arn=role_arn,
        ecs_target=cloudwatch.EventTargetEcsTargetArgs(
            task_definition_arn=started.task.arn,
            task_count=1,
            launch_type=placement.launch_type,
            platform_version=None if placement.on_host else "LATEST",
            propagate_tags="TASK_DEFINITION",
            network_configuration=None if placement.on_host else network,
        ),
        retry_policy=cloudwatch.EventTargetRetryPolicyArgs(
            maximum_retry_attempts=_RETRIES, maximum_event_age_in_seconds=_OLDEST_EVENT_SECONDS
        ),
        opts=ResourceOptions(parent=parent, depends_on=started.ready),
    )


def _starter(name: str, started: Started, by: str, parent: Resource) -> Output[str]:
    """What starts the task: this one, in this cluster, with these two roles and no others."""
    placement, child = started.placement, ResourceOptions(parent=parent)
    role = iam.Role(
        f"{name}-starter",
        name=role_name(f"{started.prefix}-{started.job}-starter"),
        assume_role_policy=Output.from_input(started.account_id).apply(lambda account: _trust(by, account)),
        opts=child,
    )
    statements: list[Statement] = [
        {
            "Sid": "RunTask",
            "Effect": "Allow",
            "Action": "ecs:RunTask",
            "Resource": started.task.arn,
            "Condition": {"ArnEquals": {"ecs:cluster": placement.cluster_arn}},
        },
        {
            "Sid": "TagTask",
            "Effect": "Allow",
            "Action": "ecs:TagResource",
            "Resource": Output.concat(
                f"arn:aws:ecs:{started.region}:", started.account_id, ":task/", placement.cluster_name, "/*"
            ),
            "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
        },
        {
            "Sid": "PassRoles",
            "Effect": "Allow",
            "Action": "iam:PassRole",
            "Resource": [started.roles.execution_arn, started.roles.task_arn],
            "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
        },
    ]
    permission = iam.RolePolicy(
        f"{name}-starter-permissions",
        role=role.name,
        name="permissions",
        policy=Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
        opts=child,
    )
    return granted(role.arn, [permission])


def _trust(service: str, account_id: str) -> str:
    """Let one service of AWS take the role on, for what it keeps for this account."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": service},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
                }
            ],
        }
    )
