"""The stack's AWS provider, and the tags that every resource gets from it."""

import pulumi_aws as aws

from components.refusals import Inputs, refusing
from settings import PlatformSettings, changes


def aws_provider(settings: PlatformSettings) -> aws.Provider:
    """One explicit provider per stack: every resource in its region, every taggable resource with these tags."""
    return aws.Provider(
        "aws",
        region=settings.stack.region,  # pyright: ignore[reportArgumentType] -- the SDK's enum lags behind AWS
        default_tags=aws.ProviderDefaultTagsArgs(tags={**tags(settings), **_accepted(settings)}),
        # It is updated before anything that it provides, so a refusal here comes before the first other change.
        opts=refusing("aws", _judge_region),
    )


def _judge_region(before: Inputs, after: Inputs) -> str | None:
    had, wanted = before.get("region"), after.get("region")
    return changes.region(had, wanted) if isinstance(had, str) and isinstance(wanted, str) else None


def _accepted(settings: PlatformSettings) -> dict[str, str]:
    """Say of a production that it accepts weaker protection: who looks at a resource sees it, and the policies do."""
    stack = settings.stack
    return {"AllowUnsafe": "true"} if stack.environment == "production" and stack.protection.allow_unsafe else {}


def tags(settings: PlatformSettings) -> dict[str, str]:
    """Say of a resource whose it is, where it belongs, and what manages it."""
    return {
        "Product": settings.workload.name,
        "Environment": settings.stack.environment,
        "Stack": settings.stack_name,
        "ManagedBy": "groundwork",
    }
