"""Rules over how machines and functions are run: their role, their keys, their health, their bounds."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, low, medium
from policies.graph import of_type
from policies.rule import Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_INSTANCE, _TEMPLATE = "aws:ec2/instance:Instance", "aws:ec2/launchTemplate:LaunchTemplate"
_GROUP = "aws:autoscaling/group:Group"
_FUNCTION = "aws:lambda/function:Function"
_INSIDE: Final = (
    "aws:rds/instance:Instance",
    "aws:rds/cluster:Cluster",
    "aws:elasticache/replicationGroup:ReplicationGroup",
)
_ENDED: Final = ("AL2_",)
"""Amazon Linux 2 gets no images for EKS since 2025-11-26: https://docs.aws.amazon.com/eks/latest/userguide/eks-ami-deprecation-faqs.html."""


@resource_rule(
    "instance-has-role",
    "A machine has a role of its own",
    _INSTANCE,
    about=medium(
        "People put keys on it instead, which do not end.",
        "Name an instance profile in iamInstanceProfile.",
        "CKV2_AWS_41",
        "CIS AWS 1.17",
        "PCI DSS 7.2.2",
    ),
)
def instance_has_role(instance: Resource) -> Iterator[str]:
    if not instance.has("iamInstanceProfile"):
        yield "iamInstanceProfile is not set; name one"


@resource_rule(
    "instance-no-shared-key",
    "Nobody signs in on a machine with a key that several have",
    _INSTANCE,
    _TEMPLATE,
    about=low(
        "Nobody can say who was on the machine, and the key stays when a person goes.",
        "Leave keyName out, and use Session Manager.",
    ),
)
def instance_no_shared_key(machine: Resource) -> Iterator[str]:
    if machine.has("keyName") and machine.value("keyName") is not UNKNOWN:
        yield f"keyName is {machine.value('keyName')}; leave it out, and use Session Manager"


@resource_rule(
    "group-asks-load-balancer",
    "A group of machines behind a load balancer hears from it who is ill",
    _GROUP,
    about=medium(
        "A machine that answers with errors stays.",
        "Set healthCheckType to ELB.",
        "CKV2_AWS_15",
    ),
)
def group_asks_load_balancer(group: Resource) -> Iterator[str]:
    behind = group.has("targetGroupArns") or group.has("loadBalancers")
    if behind and not group.is_set("healthCheckType", "ELB"):
        yield "healthCheckType is not ELB; set it"


@resource_rule(
    "no-launch-configurations",
    "Machines are started from launch templates",
    "aws:ec2/launchConfiguration:LaunchConfiguration",
    about=low(
        "New kinds of machines and of protection are not to be had.",
        "Use aws.ec2.LaunchTemplate.",
        "CKV_AWS_315",
    ),
)
def no_launch_configurations(configuration: Resource) -> Iterator[str]:
    yield f"{configuration.name} is of the older kind; use aws.ec2.LaunchTemplate"


@resource_rule(
    "node-image-supported",
    "Nodes run an operating system that is fixed",
    "aws:eks/nodeGroup:NodeGroup",
    about=high(
        "Flaws of the kernel that become known stay.",
        "Set amiType to one of AL2023 or Bottlerocket.",
        "PCI DSS 6.3.3",
    ),
)
def node_image_supported(nodes: Resource) -> Iterator[str]:
    kind = nodes.value("amiType")
    if isinstance(kind, str) and kind.startswith(_ENDED):
        yield f"amiType {kind} gets no more images; use AL2023_x86_64_STANDARD"


@resource_rule(
    "function-bounded",
    "A function does not take the concurrency of all others",
    _FUNCTION,
    level=Level.ADVISORY,
    about=low(
        "One that is called too often starves every other function of the account.",
        "Set reservedConcurrentExecutions to what it needs, or leave it out where nobody calls it but the platform.",
        "CKV_AWS_115",
    ),
)
def function_bounded(function: Resource) -> Iterator[str]:
    if function.value("reservedConcurrentExecutions") == -1:
        yield "reservedConcurrentExecutions is -1, which is no bound; state one"


@stack_rule(
    "function-beside-its-store",
    "A function that is told of a database stands in its network",
    about=medium(
        "The database has to be reachable from outside, or the function fails.",
        "State vpcConfig with private subnets and a security group.",
        "CKV_AWS_117",
        "PCI DSS 1.3.1",
    ),
)
def function_beside_its_store(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    stores = frozenset(each.urn for each in of_type(resources, *_INSIDE))
    for function in of_type(resources, _FUNCTION):
        if function.refers("environment") & stores and not function.has("vpcConfig"):
            yield function, "its environment names a store and vpcConfig is not set; state it"


@resource_rule(
    "function-traced-on-failure",
    "What a function that nobody waits for could not do is kept",
    "aws:lambda/functionEventInvokeConfig:FunctionEventInvokeConfig",
    about=low(
        "An event is tried three times and is then lost.",
        "State destinationConfig.onFailure.",
        "CKV_AWS_116",
    ),
)
def function_traced_on_failure(config: Resource) -> Iterator[str]:
    if not config.has("destinationConfig.onFailure"):
        yield "destinationConfig.onFailure is not set; name a queue or a topic"


RULES = (
    instance_has_role,
    instance_no_shared_key,
    group_asks_load_balancer,
    no_launch_configurations,
    node_image_supported,
    function_bounded,
    function_beside_its_store,
    function_traced_on_failure,
)
