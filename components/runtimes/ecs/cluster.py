"""The ECS cluster: where tasks run, what they share, and what each of them may log to."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch, ec2, ecs, servicediscovery

from settings.stack import EcsSettings

PROVIDERS = {"on-demand": "FARGATE", "spot": "FARGATE_SPOT"}
"""Capacity providers by purchase option."""


@dataclass(frozen=True, kw_only=True)
class EcsClusterArgs:
    """`prefix` is the cluster's name; `logged` names everything that writes a log: services and jobs."""

    prefix: str
    settings: EcsSettings
    logged: Sequence[str]
    vpc_id: Input[str]
    logs_key_arn: Input[str]
    log_retention_days: int
    discovery: bool


class EcsCluster(ComponentResource):
    """A cluster on Fargate.

    `security_group_id` is what databases, caches and the load balancer know as "the product": every task carries it. It
    opens nothing by itself: what a task may reach is in its service's own group.
    """

    name: Output[str]
    arn: Output[str]
    security_group_id: Output[str]
    log_group_names: dict[str, Output[str]]
    log_group_arns: dict[str, Output[str]]
    namespace_arn: Output[str] | None

    def __init__(self, name: str, args: EcsClusterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:EcsCluster", name, None, opts)
        child = ResourceOptions(parent=self)
        self.namespace_arn = self._namespace(name, args) if args.discovery else None
        cluster = ecs.Cluster(
            f"{name}-cluster",
            name=args.prefix,
            settings=[ecs.ClusterSettingArgs(name="containerInsights", value=args.settings.insights)],
            opts=child,
        )
        ecs.ClusterCapacityProviders(
            f"{name}-capacity",
            cluster_name=cluster.name,
            capacity_providers=list(PROVIDERS.values()),
            default_capacity_provider_strategies=[
                ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider=PROVIDERS["on-demand"], weight=1
                )
            ],
            opts=child,
        )
        group = ec2.SecurityGroup(
            f"{name}-tasks",
            name=f"{args.prefix}-tasks",
            description="Tasks of the product, as the load balancer and the stores know them",
            vpc_id=args.vpc_id,
            tags={"Name": f"{args.prefix}-tasks"},
            opts=child,
        )
        groups = {each: self._log_group(name, args, each) for each in args.logged}
        self.name = cluster.name
        self.arn = cluster.arn
        self.security_group_id = group.id
        self.log_group_names = {each: made.name for each, made in groups.items()}
        self.log_group_arns = {each: made.arn for each, made in groups.items()}
        self.register_outputs({"name": self.name, "arn": self.arn, "securityGroupId": self.security_group_id})

    def _namespace(self, name: str, args: EcsClusterArgs) -> Output[str]:
        """Services find each other by their short names, as they do in a cluster: http://<service>:<port>."""
        return servicediscovery.HttpNamespace(
            f"{name}-namespace",
            name=args.prefix,
            description=f"Services of {args.prefix} that call each other",
            opts=ResourceOptions(parent=self),
        ).arn

    def _log_group(self, name: str, args: EcsClusterArgs, writer: str) -> cloudwatch.LogGroup:
        return cloudwatch.LogGroup(
            f"{name}-{writer}-log",
            name=f"/ecs/{args.prefix}-{writer}",
            retention_in_days=args.log_retention_days,
            kms_key_id=args.logs_key_arn,
            opts=ResourceOptions(parent=self),
        )
