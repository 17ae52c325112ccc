"""One service of a product on Fargate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_aws import ecs

from components.identity.pod_role import Statement
from components.identity.task_roles import TaskRoles, TaskRolesArgs
from components.product.backlog import Backlog
from components.runtimes.ecs.cluster import PROVIDERS
from components.runtimes.ecs.egress import EgressRule, egress_group
from components.runtimes.ecs.placement import Placement, TaskArgs, task_definition
from components.runtimes.ecs.product_containers import start_seconds
from components.runtimes.ecs.scaling import TaskScaling, TaskScalingArgs, tracked_metrics
from components.runtimes.ecs.service_containers import ServiceTask
from settings.stack import EcsSettings
from settings.workload.service import Replicas, Service

_WHOLE, _DOUBLE = 100, 200


@dataclass(frozen=True, kw_only=True)
class EcsServiceArgs:
    """`targets` maps the name of each routed port to its target group; `called` are the ports other services use.

    `connects` tells whether it uses names of others itself. `resource_label` names load balancer and target group for
    autoscaling by requests. `rolls` tells whether there is room for its next version beside the present one.
    """

    prefix: str
    service_name: str
    service: Service
    replicas: Replicas
    task: ServiceTask
    placement: Placement
    account_id: Input[str]
    region: str
    log_group_arn: Input[str]
    secrets_key_arn: Input[str]
    secret_arns: Sequence[Input[str]]
    repository_arns: Sequence[Input[str]]
    statements: Sequence[Statement]
    targets: Mapping[str, Input[str]]
    egress_rules: Sequence[EgressRule]
    called: Sequence[str] = ()
    connects: bool = False
    rolls: bool = True
    resource_label: Input[str] | None = None
    backlogs: Sequence[Backlog] = ()
    """What waits for the service, and scales it."""
    stopped: bool = False
    """Run no task, whatever `replicas` says."""
    after: Sequence[Resource] = ()
    """What has to succeed before a task is started: the set-up of its database, its migration."""
    depends_on: Sequence[Resource] = field(default=())


class EcsService(ComponentResource):
    """Roles, task definition, service and autoscaling. A rollout that fails puts the version before back."""

    security_group_id: Output[str] | None
    """None on a host, whose own group counts for all."""
    service_name: Output[str]
    task_definition_arn: Output[str]

    def __init__(self, name: str, args: EcsServiceArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:EcsService", name, None, opts)
        self._logical = name
        self._args = args
        self.security_group_id, rules = self._security_group()
        roles = TaskRoles(
            f"{name}-roles",
            TaskRolesArgs(
                prefix=f"{args.prefix}-{args.service_name}",
                account_id=args.account_id,
                region=args.region,
                log_group_arn=args.log_group_arn,
                secrets_key_arn=args.secrets_key_arn,
                secret_arns=args.secret_arns,
                repository_arns=args.repository_arns,
                statements=args.statements,
            ),
            ResourceOptions(parent=self),
        )
        task = task_definition(
            f"{name}-task",
            TaskArgs(
                family=f"{args.prefix}-{args.service_name}",
                size=args.task.size,
                containers=args.task.containers,
                volumes=args.task.volumes,
                roles=roles,
                placement=args.placement,
                disk_gib=args.task.disk_gib,
                shared=args.task.shared,
            ),
            self,
        )
        self.task_definition_arn = task.arn
        service = self._service(task, [*roles.ready, *rules])
        self.service_name = service.name
        self._scale(service)
        self.register_outputs({"serviceName": self.service_name, "taskDefinitionArn": self.task_definition_arn})

    def _security_group(self) -> tuple[Output[str] | None, list[Resource]]:
        """A group of the service's own: it opens the ways out that the workload names, and no way in.

        The way in from the load balancer is in the group that all tasks carry; that from other services is made where
        both ends are known.
        """
        args = self._args
        if args.placement.on_host:
            return None, []
        name = f"{args.prefix}-{args.service_name}"
        purpose = f"Service {args.service_name}: where it may connect to"
        return egress_group(self._logical, name, purpose, args.placement.vpc_id, args.egress_rules, self)

    def _service(self, task: ecs.TaskDefinition, ready: Sequence[Resource]) -> ecs.Service:
        args = self._args
        grows = args.replicas.maximum > args.replicas.minimum
        on_host = args.placement.on_host
        rolls = args.rolls and args.service.update == "rolling"
        return ecs.Service(
            f"{self._logical}-service",
            name=args.service_name,
            cluster=args.placement.cluster_arn,
            task_definition=task.arn,
            # A service that scales follows its bounds: Application Auto Scaling brings it inside them at once.
            desired_count=0 if args.stopped and not grows else args.replicas.minimum,
            launch_type="EC2" if on_host else None,
            capacity_provider_strategies=None if on_host else _strategy(args.placement.settings, args.replicas.minimum),
            platform_version=None if on_host else "LATEST",
            # New tasks come up beside the old ones, which stay until they are healthy; or else after them.
            deployment_minimum_healthy_percent=_WHOLE if rolls else 0,
            deployment_maximum_percent=_DOUBLE if rolls else _WHOLE,
            deployment_circuit_breaker=ecs.ServiceDeploymentCircuitBreakerArgs(enable=True, rollback=True),
            deployment_controller=ecs.ServiceDeploymentControllerArgs(type="ECS"),
            # It moves tasks by starting others first, and between zones.
            availability_zone_rebalancing="ENABLED" if rolls and not on_host else "DISABLED",
            network_configuration=self._network(),
            load_balancers=[
                ecs.ServiceLoadBalancerArgs(
                    target_group_arn=arn,
                    container_name=_owner(args, port),
                    container_port=args.service.pod_ports[port].number,
                )
                for port, arn in sorted(args.targets.items())
            ],
            health_check_grace_period_seconds=start_seconds(args.service.probes) if args.targets else None,
            service_connect_configuration=self._connect(),
            propagate_tags="SERVICE",
            enable_ecs_managed_tags=True,
            enable_execute_command=False,
            # All that a task needs is there: if it does not come up, or is rolled back, the `up` has failed.
            wait_for_steady_state=True,
            opts=ResourceOptions(
                parent=self,
                depends_on=[*args.depends_on, *args.after, *ready],
                # The autoscaler decides from then on.
                ignore_changes=["desiredCount"] if grows else [],
            ),
        )

    def _network(self) -> ecs.ServiceNetworkConfigurationArgs | None:
        """Give tasks their own addresses; on a host they share its own."""
        placement = self._args.placement
        if self.security_group_id is None:
            return None
        return ecs.ServiceNetworkConfigurationArgs(
            subnets=list(placement.subnet_ids),
            security_groups=[placement.security_group_id, self.security_group_id],
            assign_public_ip=placement.public,
        )

    def _connect(self) -> ecs.ServiceServiceConnectConfigurationArgs | None:
        """Let other services call this one by its name, and this one them."""
        args = self._args
        if args.placement.namespace_arn is None or not (args.called or args.connects):
            return None
        return ecs.ServiceServiceConnectConfigurationArgs(
            enabled=True,
            namespace=args.placement.namespace_arn,
            services=[
                ecs.ServiceServiceConnectConfigurationServiceArgs(
                    port_name=port,
                    discovery_name=f"{args.service_name}-{port}",
                    client_alias=[
                        ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs(
                            dns_name=args.service_name, port=args.service.pod_ports[port].exposed
                        )
                    ],
                )
                for port in args.called
            ],
        )

    def _scale(self, service: ecs.Service) -> None:
        args = self._args
        if args.replicas.maximum == args.replicas.minimum:
            return
        TaskScaling(
            f"{self._logical}-scaling",
            TaskScalingArgs(
                cluster_name=args.placement.cluster_name,
                service_name=args.service_name,
                minimum=0 if args.stopped else args.replicas.minimum,
                maximum=0 if args.stopped else args.replicas.maximum,
                tracked=tracked_metrics(args.service, args.task.size, routed=args.resource_label is not None),
                backlogs=args.backlogs,
                resource_label=args.resource_label,
                after=[service],
            ),
            ResourceOptions(parent=self),
        )


def _owner(args: EcsServiceArgs, port: str) -> str:
    """Name the container that opens a port: the service's own, or one beside it."""
    owners = [name for name, sidecar in args.service.sidecars.items() if port in sidecar.ports]
    return owners[0] if owners else args.service_name


def _strategy(settings: EcsSettings, minimum: int) -> list[ecs.ServiceCapacityProviderStrategyArgs]:
    """Share tasks out over what the stack allows; with both, half of the least number stays off Spot."""
    kinds = settings.capacity_types
    both = len(kinds) > 1
    return [
        ecs.ServiceCapacityProviderStrategyArgs(
            capacity_provider=PROVIDERS[kind],
            base=(minimum + 1) // 2 if both and kind == "on-demand" else 0,
            weight=0 if both and kind == "on-demand" else 1,
        )
        for kind in sorted(kinds)
    ]
