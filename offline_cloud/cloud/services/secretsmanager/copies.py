"""What does not hold for the copies of a secret in other regions: nothing is refused, and nobody is told."""

from typing import Final

from offline_cloud.cloud.core import documents, facts
from offline_cloud.cloud.model import Record, World, items, text

SECRET_POLICY: Final = "aws:secretsmanager/secretPolicy:SecretPolicy"  # noqa: S105 - a type token


def notes(record: Record, world: World) -> list[str]:
    """Say that a policy names the primary's ARN: it goes with the copies, which have ARNs of their own.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/replicate-secrets.html
    """
    arn, statements = text(record.inputs, "secretArn"), documents.read(record.inputs)
    if record.type != SECRET_POLICY or arn is None or statements is None:
        return []
    secret = world.by_arn(arn)
    if secret is None or secret.type != facts.SECRET or not items(secret.inputs, "replicas"):
        return []
    if all(statement.get("Resource") == "*" for statement in statements):
        return []
    return ["policy: names the ARN of the primary, so that it does not hold for the copies in other regions: write *"]
