"""The ARN of a new role, handed on once IAM has had the time to make the role known everywhere.

ECS asks IAM for both roles of a task definition when it is registered. Where it has not heard of a role yet it refuses
("Role is not valid", or `iam:PassRole` denied), and the provider tries once.
https://github.com/terraform-aws-modules/terraform-aws-ecs/issues/414
"""

from asyncio import sleep
from datetime import UTC, datetime
from typing import cast

from pulumi import Output
from pulumi.runtime import is_dry_run
from pulumi_aws import iam

PROPAGATION_SECONDS = 15
"""Age of a role that every service knows. AWS promises no figure: it is mostly 2 s, and others wait 10 s or 15 s.

https://docs.aws.amazon.com/IAM/latest/UserGuide/troubleshoot.html, https://github.com/pulumi/pulumi-awsx/issues/927
"""


def propagated(role: iam.Role, arn: Output[str]) -> Output[str]:
    """Return `arn`, which is there once the role is PROPAGATION_SECONDS old: a standing role holds nothing up."""

    async def wait(known: list[str]) -> str:
        value, created = known
        if not is_dry_run():
            await sleep(remaining_seconds(created, datetime.now(UTC)))
        return value

    return Output.all(arn, role.create_date).apply(lambda known: wait(cast("list[str]", known)))


def remaining_seconds(created: str, now: datetime) -> float:
    """Return how long to wait yet for a role made at `created`, a time as AWS writes it: 0 to PROPAGATION_SECONDS.

    A machine whose clock is behind AWS's waits the whole time, and no longer.
    """
    age = (now - datetime.fromisoformat(created)).total_seconds()
    return min(max(PROPAGATION_SECONDS - age, 0), PROPAGATION_SECONDS)
