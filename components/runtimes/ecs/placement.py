"""Where tasks run, and what that makes of a task definition."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from pulumi import Input, Output, Resource, ResourceOptions
from pulumi_aws import ecs

from components.identity.task_roles import TaskRoles
from components.naming import bounded
from components.product.shared_volumes import SharedVolume
from components.runtimes.ecs.containers import Container, definition
from settings.arithmetic.fargate import TaskSize
from settings.facts import name_lengths
from settings.stack import EcsSettings

ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where tasks run. `security_group_id` is the group that all of them carry; `public` gives each an address.

    On a host (`settings.host`) tasks share the machine's address and its security groups, and have none of their own.
    """

    cluster_name: Input[str]
    cluster_arn: Input[str]
    vpc_id: Input[str]
    subnet_ids: Sequence[Input[str]]
    security_group_id: Input[str]
    public: bool
    settings: EcsSettings
    namespace_arn: Input[str] | None

    @property
    def on_host(self) -> bool:
        return self.settings.host is not None

    @property
    def launch_type(self) -> str:
        return "EC2" if self.on_host else "FARGATE"


@dataclass(frozen=True, kw_only=True)
class TaskArgs:
    """What a task definition says; `disk_gib` is the containers' common disk, None for the one every task has."""

    family: str
    size: TaskSize
    containers: Sequence[Container]
    volumes: Sequence[str]
    roles: TaskRoles
    placement: Placement
    disk_gib: int | None = None
    shared: Mapping[str, SharedVolume] = field(default_factory=dict[str, SharedVolume])


def task_definition(name: str, args: TaskArgs, parent: Resource) -> ecs.TaskDefinition:
    """Register a task definition for Fargate or for the host.

    On the host two services may want one port, and each task an address: so there ports are mapped to free ones,
    which ECS registers at the load balancer.
    """
    on_host = args.placement.on_host
    sized = args.disk_gib is not None and not on_host
    return ecs.TaskDefinition(
        name,
        family=bounded(args.family, name_lengths.TASK_FAMILY),
        requires_compatibilities=[args.placement.launch_type],
        network_mode="bridge" if on_host else "awsvpc",
        cpu=str(args.size.cpu),
        memory=str(args.size.memory),
        execution_role_arn=args.roles.execution_arn,
        task_role_arn=args.roles.task_arn,
        runtime_platform=ecs.TaskDefinitionRuntimePlatformArgs(
            operating_system_family="LINUX", cpu_architecture=ARCHITECTURES[args.placement.settings.architecture]
        ),
        ephemeral_storage=ecs.TaskDefinitionEphemeralStorageArgs(size_in_gib=args.disk_gib or 0) if sized else None,
        volumes=[
            *(ecs.TaskDefinitionVolumeArgs(name=volume) for volume in args.volumes),
            *(_shared(volume, folder) for volume, folder in args.shared.items()),
        ],
        container_definitions=Output.json_dumps([definition(each, on_host=on_host) for each in args.containers]),
        opts=ResourceOptions(parent=parent),
    )


def _shared(name: str, folder: SharedVolume) -> ecs.TaskDefinitionVolumeArgs:
    """Mount a folder on EFS through its access point, with TLS and by the task's own role."""
    return ecs.TaskDefinitionVolumeArgs(
        name=name,
        efs_volume_configuration=ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs(
            file_system_id=folder.file_system_id,
            transit_encryption="ENABLED",
            authorization_config=ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs(
                access_point_id=folder.access_point_id, iam="ENABLED"
            ),
        ),
    )
