"""A task that runs to its end: by hand, by the clock, or after a rollout."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ecs

from components.identity.pod_role import Statement
from components.identity.task_roles import TaskRoles, TaskRolesArgs
from components.product.references import readable
from components.runtimes.ecs.containers import Container
from components.runtimes.ecs.egress import EgressRule, egress_group
from components.runtimes.ecs.placement import Placement, TaskArgs, task_definition
from components.runtimes.ecs.starter import Started, after_rollout, by_the_clock
from settings.arithmetic.fargate import TaskSize


@dataclass(frozen=True, kw_only=True)
class EcsJobArgs:
    """`schedule` is EventBridge Scheduler's expression in UTC, `after_rollout_of` a service; None: a person runs it.

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
    egress_rules: Sequence[EgressRule]
    repository_arns: Sequence[Input[str]] = ()
    statements: Sequence[Statement] = field(default=())
    schedule: str | None = None
    after_rollout_of: str | None = None
    stopped: bool = False
    """Keep the schedule, and start nothing by it."""
    disk_gib: int | None = None
    depends_on: Sequence[Resource] = field(default=())


class EcsJob(ComponentResource):
    """A task definition with roles and a security group of its own, and what starts it, if anything but a person."""

    family: Output[str]
    task_definition_arn: Output[str]
    security_group_id: Output[str] | None
    """None on a host, whose own group counts for all."""
    role_arns: list[Output[str]]
    """What ECS runs the task as: who starts it passes these on."""
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
        task = task_definition(
            f"{name}-task",
            TaskArgs(
                family=f"{args.prefix}-{args.job}",
                size=args.size,
                containers=args.containers,
                volumes=args.volumes,
                roles=roles,
                placement=args.placement,
                disk_gib=args.disk_gib,
            ),
            self,
        )
        self.role_arns = [roles.execution_arn, roles.task_arn]
        self.family = task.family
        self.task_definition_arn = task.arn
        self.ready = [*rules, *roles.ready, task]
        self.ready += self._starter(task, roles)
        self.register_outputs({"family": self.family, "taskDefinitionArn": self.task_definition_arn})

    def _security_group(self) -> tuple[Output[str] | None, list[Resource]]:
        args = self._args
        if args.placement.on_host:
            return None, []
        name = f"{args.prefix}-{args.job}"
        purpose = f"Job {args.job}: where it may connect to"
        return egress_group(self._logical, name, purpose, args.placement.vpc_id, args.egress_rules, self)

    def _starter(self, task: ecs.TaskDefinition, roles: TaskRoles) -> list[Resource]:
        args = self._args
        started = Started(
            prefix=args.prefix,
            job=args.job,
            placement=args.placement,
            account_id=args.account_id,
            region=args.region,
            task=task,
            roles=roles,
            security_group_id=self.security_group_id,
            stopped=args.stopped,
            ready=[*self.ready, *args.depends_on],
        )
        if args.schedule is not None:
            return [by_the_clock(self._logical, started, args.schedule, self)]
        if args.after_rollout_of is not None:
            return [after_rollout(self._logical, started, args.after_rollout_of, self)]
        return []
