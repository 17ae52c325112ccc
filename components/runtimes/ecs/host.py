"""One EC2 instance that carries all of a small product's tasks, and is replaced by itself when it fails."""

from __future__ import annotations

import json
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import autoscaling, ec2, iam

from components.identity.granted import granted
from components.identity.pod_role import Statement
from components.naming import role_name
from components.runtimes.ecs.egress import EgressRule, egress_group
from settings.facts.hosts import HOST_TYPES
from settings.stack import HostSettings

_LONGEST_LIFE_SECONDS = 30 * 24 * 3600
"""Then a machine with a recent image takes its place."""
_IMAGES = "/aws/service/ecs/optimized-ami/amazon-linux-2023"
"""Parameters that name the newest image:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/retrieve-ecs-optimized_AMI.html"""


@dataclass(frozen=True, kw_only=True)
class EcsHostArgs:
    """`tasks_group_id` is the group that stores and load balancer know the product by; `egress_rules` are its ways out.

    `public` gives the machine an address of its own, where there is no other way to a registry.
    """

    prefix: str
    account_id: Input[str]
    region: str
    settings: HostSettings
    cluster_name: Input[str]
    vpc_id: Input[str]
    subnet_ids: Sequence[Input[str]]
    tasks_group_id: Input[str]
    egress_rules: Sequence[EgressRule]
    public: bool
    data_key_arn: Input[str]


class EcsHost(ComponentResource):
    """An Auto Scaling group of one, in the cluster (WX-41)."""

    security_group_id: Output[str]

    def __init__(self, name: str, args: EcsHostArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:EcsHost", name, None, opts)
        self._logical = name
        self._args = args
        purpose = "The host: where its tasks may connect to"
        self.security_group_id, rules = egress_group(
            name, f"{args.prefix}-host", purpose, args.vpc_id, args.egress_rules, self
        )
        template = self._template(self._profile())
        autoscaling.Group(
            f"{name}-machine",
            name=f"{args.prefix}-host",
            min_size=1,
            max_size=1,
            vpc_zone_identifiers=list(args.subnet_ids),
            health_check_type="EC2",
            max_instance_lifetime=_LONGEST_LIFE_SECONDS,
            launch_template=autoscaling.GroupLaunchTemplateArgs(
                id=template.id, version=template.latest_version.apply(str)
            ),
            # There is room for one: the old machine goes before the new one comes.
            instance_refresh=autoscaling.GroupInstanceRefreshArgs(
                strategy="Rolling",
                preferences=autoscaling.GroupInstanceRefreshPreferencesArgs(min_healthy_percentage=0),
            ),
            force_delete=True,
            tags=[
                autoscaling.GroupTagArgs(key="Name", value=f"{args.prefix}-host", propagate_at_launch=True),
            ],
            opts=ResourceOptions(parent=self, depends_on=rules),
        )
        self.register_outputs({"securityGroupId": self.security_group_id})

    def _template(self, profile: Output[str]) -> ec2.LaunchTemplate:
        args = self._args
        path = "/arm64" if HOST_TYPES[args.settings.instance_type].architecture == "arm64" else ""
        return ec2.LaunchTemplate(
            f"{self._logical}-template",
            name=f"{args.prefix}-host",
            image_id=f"resolve:ssm:{_IMAGES}{path}/recommended/image_id",
            instance_type=args.settings.instance_type,
            update_default_version=True,
            user_data=Output.from_input(args.cluster_name).apply(_user_data),
            iam_instance_profile=ec2.LaunchTemplateIamInstanceProfileArgs(arn=profile),
            # One hop: a container on the machine's own network gets no answer, so no task takes the machine's role.
            metadata_options=ec2.LaunchTemplateMetadataOptionsArgs(
                http_endpoint="enabled", http_tokens="required", http_put_response_hop_limit=1
            ),
            block_device_mappings=[
                ec2.LaunchTemplateBlockDeviceMappingArgs(
                    device_name="/dev/xvda",
                    ebs=ec2.LaunchTemplateBlockDeviceMappingEbsArgs(
                        volume_size=args.settings.disk_gib,
                        volume_type="gp3",
                        encrypted="true",
                        kms_key_id=args.data_key_arn,
                        delete_on_termination="true",
                    ),
                )
            ],
            network_interfaces=[
                ec2.LaunchTemplateNetworkInterfaceArgs(
                    device_index=0,
                    associate_public_ip_address="true" if args.public else "false",
                    security_groups=[args.tasks_group_id, self.security_group_id],
                    delete_on_termination="true",
                )
            ],
            opts=ResourceOptions(parent=self),
        )

    def _profile(self) -> Output[str]:
        args, child = self._args, ResourceOptions(parent=self)
        role = iam.Role(
            f"{self._logical}-role",
            name=role_name(f"{args.prefix}-host"),
            assume_role_policy=json.dumps(
                {
                    "Version": "2012-10-17",
                    "Statement": [
                        {
                            "Effect": "Allow",
                            "Principal": {"Service": "ec2.amazonaws.com"},
                            "Action": "sts:AssumeRole",
                        }
                    ],
                }
            ),
            opts=child,
        )
        permission = iam.RolePolicy(
            f"{self._logical}-permissions",
            role=role.name,
            name="permissions",
            policy=Output.json_dumps({"Version": "2012-10-17", "Statement": self._statements()}),
            opts=child,
        )
        profile = iam.InstanceProfile(
            f"{self._logical}-profile", name=f"{args.prefix}-host", role=role.name, opts=child
        )
        return granted(profile.arn, [permission])

    def _statements(self) -> list[Statement]:
        """What the agent does: join this cluster, take its tasks, and report on them.

        https://docs.aws.amazon.com/AmazonECS/latest/developerguide/instance_IAM_role.html
        """
        args = self._args
        start = Output.concat(f"arn:aws:ecs:{args.region}:", args.account_id)
        cluster = Output.concat(start, ":cluster/", args.cluster_name)
        machines = Output.concat(start, ":container-instance/", args.cluster_name, "/*")
        return [
            {
                "Sid": "JoinCluster",
                "Effect": "Allow",
                "Action": ["ecs:RegisterContainerInstance", "ecs:DeregisterContainerInstance"],
                "Resource": [cluster, machines],
            },
            {
                "Sid": "TakeTasks",
                "Effect": "Allow",
                "Action": [
                    "ecs:Poll",
                    "ecs:StartTelemetrySession",
                    "ecs:SubmitAttachmentStateChanges",
                    "ecs:SubmitContainerStateChange",
                    "ecs:SubmitTaskStateChange",
                    "ecs:UpdateContainerInstancesState",
                ],
                "Resource": [cluster, machines],
            },
            {
                "Sid": "FindEndpoint",
                "Effect": "Allow",
                # The endpoint is the region's: the action takes no resource.
                "Action": "ecs:DiscoverPollEndpoint",
                "Resource": "*",
            },
        ]


def _user_data(cluster_name: str) -> str:
    """Join the cluster; logs, images and secrets are fetched with each task's own execution role."""
    lines = [
        "#!/bin/sh",
        "cat >>/etc/ecs/ecs.config <<'END'",
        f"ECS_CLUSTER={cluster_name}",
        "ECS_ENABLE_AWSLOGS_EXECUTIONROLE_OVERRIDE=true",
        "ECS_CONTAINER_STOP_TIMEOUT=120s",
        "END",
    ]
    return b64encode("\n".join([*lines, ""]).encode()).decode()
