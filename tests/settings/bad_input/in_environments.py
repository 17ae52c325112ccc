"""Mistakes in what a product states for an environment, and in what a stack on ECS asks of its tasks."""

from settings.raw import Raw
from tests.settings.bad_input.case import stack, workload

_SIZE: Raw = {"requests": {"cpu": "1", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
_LARGE: Raw = {"requests": {"cpu": "2", "memory": "1Gi"}, "limits": {"cpu": "1", "memory": "1Gi"}}
_ECS: dict[str, Raw] = {"runtime": "ecs", "application.scale": "single"}
_HOST: Raw = {"instance_type": "m7i.xlarge"}

CASES = (
    # what a product changes in an environment
    workload(
        "environments.devel", {}, "an environment: budget | dev | production | staging", "did you mean 'dev'?",
        given='"devel"',
    ),
    workload(
        "environments.dev.services.apy", {"resources": _SIZE}, "a service: api | worker", "did you mean 'api'?",
        given='"apy"',
    ),
    workload(
        "environments.dev.services.api", {"resources": _LARGE}, "at most the limit, 1", "lower it to 1",
        at="environments.dev.services.api.resources.requests.cpu", given='"2"',
    ),
    workload(
        "environments.dev.node_pools.fast", {}, "a node pool that a service names: none exists", "node_pool",
        given='"fast"',
    ),
    # the one machine of a stack on ECS
    stack(
        "ecs", {"host": {"instance_type": "t3.nano"}, "prometheus": False}, "t3.medium", "name one of these",
        at="ecs.host.instance_type", also=_ECS,
    ),
    stack(
        "ecs", {"host": {"instance_type": "t4g.small"}, "prometheus": False}, "an amd64 type", "architecture: arm64",
        at="ecs.host.instance_type", also=_ECS,
    ),
    stack(
        "ecs", {"host": _HOST}, "false with ecs.host", "write false, or leave ecs.host out", at="ecs.prometheus",
        given="true", also=_ECS,
    ),
    stack(
        "ecs", {"host": {"instance_type": "m7i.xlarge", "disk_gib": 20}, "prometheus": False}, "from 30 to 1,000",
        "raise it to 30 or more", at="ecs.host.disk_gib", also=_ECS,
    ),
)  # fmt: skip
