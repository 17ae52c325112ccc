"""What Secrets Manager accepts. Source: its API reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, objects, text

_SECRETS_MANAGER: Final = "secretsmanager.amazonaws.com"


def check_secret(inputs: Properties, region: str) -> Iterator[Diagnostic]:
    for index, replica in enumerate(objects(inputs, "replicas")):
        if text(replica, "region") == region:
            reason = "Invalid replica region: the secret's own"
            yield reject(f"replicas[{index}].region", "InvalidParameterException", reason, "name other regions only")


def may_rotate(record: Record, world: World) -> Iterator[Diagnostic]:
    """Secrets Manager rotates by a function that lets it in."""
    arn = text(record.inputs, "rotationLambdaArn")
    function = world.by_arn(arn) if arn else None
    if function is None:
        return
    for permission in world.of_type(facts.PERMISSION):
        of_it = permission.inputs.get("function") in (function.id, function.arn)
        unknown = any(facts.is_unknown(permission.inputs, path) for path in ("function", "principal"))
        if unknown or (of_it and text(permission.inputs, "principal") == _SECRETS_MANAGER):
            return
    reason = f"Secrets Manager cannot invoke the specified Lambda function {function.id}: no permission names it"
    fix = "add a lambda.Permission for secretsmanager.amazonaws.com, and depends_on=[permission]"
    yield reject("rotationLambdaArn", "AccessDeniedException", reason, fix)
