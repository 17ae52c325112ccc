"""The service-linked roles that a stack needs in its account, and why.

AWS makes most of them at a service's first use, if the caller may `iam:CreateServiceLinkedRole`. Four come too late
that way for the first `up` of an account (`beforehand`): they are to be there before it. A role belongs to the account
and not to a stack, so no stack makes one: docs/adr/0020-service-linked-roles.md.
"""

from collections.abc import Callable
from dataclasses import dataclass

from settings.platform import PlatformSettings
from settings.runtimes import Feature


@dataclass(frozen=True, kw_only=True)
class ServiceRole:
    """`service` is what `aws iam create-service-linked-role --aws-service-name` takes, `role` the name it makes."""

    service: str
    role: str
    why: str
    source: str
    beforehand: bool = False

    @property
    def arn_suffix(self) -> str:
        """What follows `arn:aws:iam::<account>:` in its ARN."""
        return f"role/aws-service-role/{self.service}/{self.role}"

    @property
    def command(self) -> str:
        """Make it where it is not there yet; any number of runs comes to the same."""
        there = f"aws iam get-role --role-name {self.role} >/dev/null 2>&1"
        return f"{there} || aws iam create-service-linked-role --aws-service-name {self.service}"


@dataclass(frozen=True)
class _Rule:
    role: ServiceRole
    needed: Callable[[PlatformSettings], bool]


def service_roles(settings: PlatformSettings) -> tuple[ServiceRole, ...]:
    """Return the roles that the stack needs, those that have to be there beforehand first."""
    return tuple(rule.role for rule in _RULES if rule.needed(settings))


def _of_runtime(principal: str) -> Callable[[PlatformSettings], bool]:
    """Whether the stack's runtime is made of this service of AWS."""
    return lambda settings: principal in settings.stack.offers.service_principals


def _launches_spot(settings: PlatformSettings) -> bool:
    """Karpenter launches Spot instances itself; Fargate Spot belongs to ECS, and takes no role of EC2's."""
    pools = [settings.stack.cluster.workload_nodes.capacity_types]
    pools += [pool.capacity_types for pool in settings.node_pools.values()]
    launches = Feature.NODE_POOLS in settings.stack.offers
    return launches and any("spot" in types for types in pools)


def _scales_instances(settings: PlatformSettings) -> bool:
    """A managed node group is an Auto Scaling group, and so is the one host for tasks."""
    return _of_runtime("autoscaling.amazonaws.com")(settings) or settings.stack.ecs.host is not None


def _scales_tasks(settings: PlatformSettings) -> bool:
    replicas = [settings.replicas(name) for name in settings.workload.services]
    grows = any(each.maximum > each.minimum for each in replicas)
    return grows and _of_runtime("ecs.application-autoscaling.amazonaws.com")(settings)


_RULES: tuple[_Rule, ...] = (
    _Rule(
        ServiceRole(
            service="ecs.amazonaws.com",
            role="AWSServiceRoleForECS",
            why="the first cluster makes it, and its capacity providers are set before it can be assumed",
            source="https://github.com/alchemy-run/alchemy/issues/1558",
            beforehand=True,
        ),
        _of_runtime("ecs.amazonaws.com"),
    ),
    _Rule(
        ServiceRole(
            service="rds.amazonaws.com",
            role="AWSServiceRoleForRDS",
            why="the first subnet group is refused without it",
            source="https://github.com/terraform-aws-modules/terraform-aws-rds/issues/364",
            beforehand=True,
        ),
        lambda settings: settings.stack.database is not None and settings.workload.database is not None,
    ),
    _Rule(
        ServiceRole(
            service="elasticache.amazonaws.com",
            role="AWSServiceRoleForElastiCache",
            why="the first subnet group is refused without it",
            source="https://github.com/aws-controllers-k8s/community/issues/367",
            beforehand=True,
        ),
        lambda settings: settings.stack.cache is not None and settings.workload.cache is not None,
    ),
    _Rule(
        ServiceRole(
            service="spot.amazonaws.com",
            role="AWSServiceRoleForEC2Spot",
            why="Karpenter launches Spot instances, and may not make the role itself",
            source="https://karpenter.sh/docs/troubleshooting/#missing-service-linked-role",
            beforehand=True,
        ),
        _launches_spot,
    ),
    _Rule(
        ServiceRole(
            service="eks.amazonaws.com",
            role="AWSServiceRoleForAmazonEKS",
            why="the cluster's network interfaces and security group",
            source="https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles-eks.html",
        ),
        _of_runtime("eks.amazonaws.com"),
    ),
    _Rule(
        ServiceRole(
            service="eks-nodegroup.amazonaws.com",
            role="AWSServiceRoleForAmazonEKSNodegroup",
            why="the managed node group",
            source="https://docs.aws.amazon.com/eks/latest/userguide/using-service-linked-roles-eks-nodegroups.html",
        ),
        _of_runtime("eks-nodegroup.amazonaws.com"),
    ),
    _Rule(
        ServiceRole(
            service="autoscaling.amazonaws.com",
            role="AWSServiceRoleForAutoScaling",
            why="the Auto Scaling group that launches the first machines",
            source="https://docs.aws.amazon.com/autoscaling/ec2/userguide/autoscaling-service-linked-role.html",
        ),
        _scales_instances,
    ),
    _Rule(
        ServiceRole(
            service="elasticloadbalancing.amazonaws.com",
            role="AWSServiceRoleForElasticLoadBalancing",
            why="the load balancer's network interfaces",
            source="https://docs.aws.amazon.com/elasticloadbalancing/latest/userguide/elb-service-linked-roles.html",
        ),
        lambda settings: bool(settings.workload.ingress.routes),
    ),
    _Rule(
        ServiceRole(
            service="wafv2.amazonaws.com",
            role="AWSServiceRoleForWAFV2Logging",
            why="the firewall's log",
            source="https://docs.aws.amazon.com/waf/latest/developerguide/using-service-linked-roles.html",
        ),
        lambda settings: settings.stack.ingress.waf and bool(settings.workload.ingress.routes),
    ),
    _Rule(
        ServiceRole(
            service="ecs.application-autoscaling.amazonaws.com",
            role="AWSServiceRoleForApplicationAutoScaling_ECSService",
            why="autoscaling of services",
            source=(
                "https://docs.aws.amazon.com/autoscaling/application/userguide/"
                "application-auto-scaling-service-linked-roles.html"
            ),
        ),
        _scales_tasks,
    ),
    _Rule(
        ServiceRole(
            service="route53resolver.amazonaws.com",
            role="AWSServiceRoleForRoute53Resolver",
            why="the log of the network's DNS queries",
            source="https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/using-service-linked-roles.html",
        ),
        lambda settings: True,  # noqa: ARG005 - every network logs its queries
    ),
    _Rule(
        ServiceRole(
            service="elasticfilesystem.amazonaws.com",
            role="AWSServiceRoleForAmazonElasticFileSystem",
            why="shared folders",
            source="https://docs.aws.amazon.com/efs/latest/ug/using-service-linked-roles.html",
        ),
        lambda settings: bool(settings.shared_folders),
    ),
    _Rule(
        ServiceRole(
            service="management.chatbot.amazonaws.com",
            role="AWSServiceRoleForAWSChatbot",
            why="alarms in a Slack channel",
            source="https://docs.aws.amazon.com/chatbot/latest/adminguide/using-service-linked-roles.html",
        ),
        lambda settings: settings.stack.monitoring.slack_channel is not None,
    ),
)
