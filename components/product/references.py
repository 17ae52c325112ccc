"""How a container is handed a secret: by ARN, so that no task definition holds a value."""

from collections.abc import Iterable
from dataclasses import dataclass

from pulumi import Input, Output

from components.secrets.stored_secret import SecretEntry


@dataclass(frozen=True, kw_only=True)
class SecretReference:
    """`value_from` is what a container definition names; `readable` is the ARN that the execution role may read."""

    value_from: Input[str]
    readable: Input[str]


def json_key(arn: Input[str], key: str) -> SecretReference:
    """Refer to one property of a JSON secret.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    return SecretReference(value_from=Output.concat(arn, f":{key}::"), readable=arn)


def version(arn: Input[str], version_id: Input[str], key: str | None = None) -> SecretReference:
    """Refer to one version of a secret: another value is another task definition, and so a rollout."""
    return SecretReference(value_from=Output.concat(arn, f":{key or ''}::", version_id), readable=arn)


def entry(secret: SecretEntry, region: str, account_id: Input[str]) -> SecretReference:
    """Refer to a secret's current value; one that somebody else keeps is known by its name alone.

    AWS ends every secret's ARN with a hyphen and six characters of its own, which may be left out to read it and which
    the permission has to allow for.
    """
    if secret.arn is None:
        arn = Output.concat(f"arn:aws:secretsmanager:{region}:", account_id, f":secret:{secret.remote_name}")
        readable = Output.concat(arn, "-??????")
    else:
        arn, readable = secret.arn, secret.arn
    if secret.property is not None:
        return SecretReference(value_from=Output.concat(arn, f":{secret.property}::"), readable=readable)
    return SecretReference(value_from=arn, readable=readable)


def readable(references: Iterable[SecretReference]) -> list[Input[str]]:
    """List each ARN once, in order of first mention."""
    return list({id(each.readable): each.readable for each in references}.values())
