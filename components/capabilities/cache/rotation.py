"""The rotation of the cache user's password: ElastiCache lets a user in by two, the current one and the one before."""

from pulumi import Output

from components.capabilities.cache.cache import Cache
from components.capabilities.contract import Context
from components.invariants import certain
from components.secrets.credential import Credential
from components.secrets.rotation import Rotated, Rotation, RotationArgs

_PATIENCE_SECONDS = 900
"""The longest that a function may take: a change of a user reaches one node after another."""


def rotation(context: Context, cache: Cache, user: Credential, metrics: Credential | None, every_days: int) -> Rotation:
    """Change the users' passwords on schedule; whoever reads the current one has until the next time to read the new.

    `metrics` is the exporter's user, on a stack that has it.
    """
    foundation, settings = context.foundation, context.settings
    arns = [cache.user_arn, *([cache.metrics_user_arn] if cache.metrics_user_arn is not None else [])]
    return Rotation(
        "cache-rotation",
        RotationArgs(
            function_name=f"{settings.prefix}-cache-rotation",
            module="cache_user",
            description="Changes the passwords of the cache's users",
            rotated={
                "user": _rotated(user, cache.user_id, every_days),
                **({"metrics-user": _rotated(metrics, cache.metrics_user_id, every_days)} if metrics else {}),
            },
            secrets_key_arn=foundation.encryption.secrets_key_arn,
            logs_key_arn=foundation.encryption.logs_key_arn,
            log_retention_days=settings.stack.monitoring.log_retention_days,
            timeout_seconds=_PATIENCE_SECONDS,
            statements=[
                {
                    "Sid": "ChangeThisUser",
                    "Effect": "Allow",
                    "Action": ["elasticache:DescribeUsers", "elasticache:ModifyUser"],
                    "Resource": arns if len(arns) > 1 else cache.user_arn,
                }
            ],
        ),
        foundation.child,
    )


def _rotated(user: Credential, user_id: Output[str] | None, every_days: int) -> Rotated:
    arn = certain(user.entry.arn, "each stack makes its cache's users itself")
    return Rotated(secret_name=user.entry.remote_name, arn=arn, every_days=every_days, known=user_id)
