"""The rotation of the cache user's password: ElastiCache lets a user in by two, the current one and the one before."""

from components.capabilities.cache.cache import Cache
from components.capabilities.contract import Context
from components.invariants import certain
from components.secrets.credential import Credential
from components.secrets.rotation import Rotated, Rotation, RotationArgs

_PATIENCE_SECONDS = 900
"""The longest that a function may take: a change of a user reaches one node after another."""


def rotation(context: Context, cache: Cache, user: Credential, every_days: int) -> Rotation:
    """Change the user's password on schedule; whoever reads the current one has until the next time to read the new."""
    foundation, settings = context.foundation, context.settings
    arn = certain(user.entry.arn, "each stack makes its cache's user itself")
    return Rotation(
        "cache-rotation",
        RotationArgs(
            function_name=f"{settings.prefix}-cache-rotation",
            module="cache_user",
            description="Changes the password of the cache's user",
            rotated={
                "user": Rotated(secret_name=user.entry.remote_name, arn=arn, every_days=every_days, known=cache.user_id)
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
                    "Resource": cache.user_arn,
                }
            ],
        ),
        foundation.child,
    )
