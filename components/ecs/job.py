"""A task that runs to its end: by hand, or by the clock."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ecs, iam, scheduler

from components.ecs.containers import Container, definition
from components.ecs.egress import Door, egress_group
from components.ecs.references import readable
from components.ecs.service import ARCHITECTURES, Placement
from components.identity.pod_role import Statement
from components.identity.task_roles import TaskRoles, TaskRolesArgs
from components.naming import bounded
from components.plans.fargate import TaskSize

_FAMILY_LENGTH, _ROLE_LENGTH, _SCHEDULE_LENGTH = 255, 64, 64
_RETRIES = 2
_OLDEST_EVENT_SECONDS = 14_400


@dataclass(frozen=True, kw_only=True)
class EcsJobArgs:
    """`schedule` is EventBridge Scheduler's expression in UTC; None: a person or a pipeline runs the task.

    `disk_gib` is the scratch disk that the containers share, None for the 20 GiB that every task has.
    """

    prefix: str
    job: str
    size: TaskSize
    containers: Sequence[Container]
    volumes: Sequence[str]
    placement: Placement
    account_id: Input[str]
    region: str
    log_group_arn: Input[str]
    secrets_key_arn: Input[str]
    doors: Sequence[Door]
    repository_arns: Sequence[Input[str]] = ()
    statements: Sequence[Statement] = field(default=())
    schedule: str | None = None
    disk_gib: int | None = None
    depends_on: Sequence[Resource] = field(default=())


class EcsJob(ComponentResource):
    """A task definition with roles and a security group of its own and, with a schedule, what starts it."""

    family: Output[str]
    task_definition_arn: Output[str]
    security_group_id: Output[str]
    ready: list[Resource]

    def __init__(self, name: str, args: EcsJobArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:EcsJob", name, None, opts)
        self._logical = name
        self._args = args
        child = ResourceOptions(parent=self)
        self.security_group_id, rules = self._security_group()
        roles = TaskRoles(
            f"{name}-roles",
            TaskRolesArgs(
                prefix=f"{args.prefix}-{args.job}",
                account_id=args.account_id,
                region=args.region,
                log_group_arn=args.log_group_arn,
                secrets_key_arn=args.secrets_key_arn,
                secret_arns=readable(each for container in args.containers for each in container.secrets.values()),
                repository_arns=args.repository_arns,
                statements=args.statements,
            ),
            child,
        )
        task = ecs.TaskDefinition(
            f"{name}-task",
            family=bounded(f"{args.prefix}-{args.job}", _FAMILY_LENGTH),
            requires_compatibilities=["FARGATE"],
            network_mode="awsvpc",
            cpu=str(args.size.cpu),
            memory=str(args.size.memory),
            execution_role_arn=roles.execution_arn,
            task_role_arn=roles.task_arn,
            runtime_platform=ecs.TaskDefinitionRuntimePlatformArgs(
                operating_system_family="LINUX", cpu_architecture=ARCHITECTURES[args.placement.settings.architecture]
            ),
            ephemeral_storage=ecs.TaskDefinitionEphemeralStorageArgs(size_in_gib=args.disk_gib)
            if args.disk_gib
            else None,
            volumes=[ecs.TaskDefinitionVolumeArgs(name=volume) for volume in args.volumes],
            container_definitions=Output.json_dumps([definition(each) for each in args.containers]),
            opts=child,
        )
        self.family = task.family
        self.task_definition_arn = task.arn
        self.ready = [*rules, *roles.ready, task]
        if args.schedule is not None:
            self.ready.append(self._schedule(args.schedule, task, roles))
        self.register_outputs({"family": self.family, "taskDefinitionArn": self.task_definition_arn})

    def _security_group(self) -> tuple[Output[str], list[Resource]]:
        args = self._args
        name = f"{args.prefix}-{args.job}"
        purpose = f"Job {args.job}: where it may connect to"
        return egress_group(self._logical, name, purpose, args.placement.vpc_id, args.doors, self)

    def _schedule(self, expression: str, task: ecs.TaskDefinition, roles: TaskRoles) -> scheduler.Schedule:
        args = self._args
        role, permission = self._starter(task, roles)
        return scheduler.Schedule(
            f"{self._logical}-schedule",
            name=bounded(f"{args.prefix}-{args.job}", _SCHEDULE_LENGTH),
            description=f"Runs {args.job} of {args.prefix}",
            schedule_expression=expression,
            schedule_expression_timezone="UTC",
            flexible_time_window=scheduler.ScheduleFlexibleTimeWindowArgs(mode="OFF"),
            target=scheduler.ScheduleTargetArgs(
                arn=args.placement.cluster_arn,
                role_arn=role.arn,
                ecs_parameters=scheduler.ScheduleTargetEcsParametersArgs(
                    task_definition_arn=task.arn,
                    task_count=1,
                    launch_type="FARGATE",
                    platform_version="LATEST",
                    propagate_tags="TASK_DEFINITION",
                    network_configuration=scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs(
                        subnets=list(args.placement.subnet_ids),
                        security_groups=[args.placement.security_group_id, self.security_group_id],
                        assign_public_ip=args.placement.public,
                    ),
                ),
                retry_policy=scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_retry_attempts=_RETRIES, maximum_event_age_in_seconds=_OLDEST_EVENT_SECONDS
                ),
            ),
            opts=ResourceOptions(parent=self, depends_on=[permission, *self.ready, *args.depends_on]),
        )

    def _starter(self, task: ecs.TaskDefinition, roles: TaskRoles) -> tuple[iam.Role, iam.RolePolicy]:
        """What starts the task: this one, in this cluster, with these two roles and no others."""
        args, child = self._args, ResourceOptions(parent=self)
        role = iam.Role(
            f"{self._logical}-starter",
            name=bounded(f"{args.prefix}-{args.job}-starter", _ROLE_LENGTH),
            assume_role_policy=Output.from_input(args.account_id).apply(_trust),
            opts=child,
        )
        statements: list[Statement] = [
            {
                "Sid": "RunTask",
                "Effect": "Allow",
                "Action": "ecs:RunTask",
                "Resource": task.arn,
                "Condition": {"ArnEquals": {"ecs:cluster": args.placement.cluster_arn}},
            },
            {
                "Sid": "TagTask",
                "Effect": "Allow",
                "Action": "ecs:TagResource",
                "Resource": Output.concat(
                    f"arn:aws:ecs:{args.region}:", args.account_id, ":task/", args.placement.cluster_name, "/*"
                ),
                "Condition": {"StringEquals": {"ecs:CreateAction": "RunTask"}},
            },
            {
                "Sid": "PassRoles",
                "Effect": "Allow",
                "Action": "iam:PassRole",
                "Resource": [roles.execution_arn, roles.task_arn],
                "Condition": {"StringEquals": {"iam:PassedToService": "ecs-tasks.amazonaws.com"}},
            },
        ]
        permission = iam.RolePolicy(
            f"{self._logical}-starter-permissions",
            role=role.name,
            name="permissions",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": statements}),
            opts=child,
        )
        return role, permission


def _trust(account_id: str) -> str:
    """Let EventBridge Scheduler take the role on, for schedules of this account."""
    return json.dumps(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "scheduler.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                    "Condition": {"StringEquals": {"aws:SourceAccount": account_id}},
                }
            ],
        }
    )


def cron_expression(schedule: str) -> str:
    """Turn five fields of cron into Scheduler's six, of which one of the two days is a question mark.

    Days of the week are 0 to 6 from Sunday in cron, 1 to 7 in Scheduler. Raises ValueError for a line that names days
    of the month and of the week, which cron joins by "or" and Scheduler cannot.
    """
    minute, hour, day, month, weekday = schedule.split()
    if day != "*" and weekday != "*":
        raise ValueError(f"{schedule!r} names days of the month and of the week: Scheduler takes one of them")
    if weekday == "*":
        return f"cron({minute} {hour} {day} {month} ? *)"
    return f"cron({minute} {hour} ? {month} {_weekdays(weekday)} *)"


def _weekdays(field: str) -> str:
    parts: list[str] = []
    for part in field.split(","):
        days, _, step = part.partition("/")
        shifted = days if days == "*" else "-".join(str(int(day) % 7 + 1) for day in days.split("-"))
        parts.append(f"{shifted}/{step}" if step else shifted)
    return ",".join(parts)
