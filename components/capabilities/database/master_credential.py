"""The master user's password, for a database whose password RDS cannot manage."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_random as random
from pulumi import ComponentResource, Input, Output, ResourceOptions, RunError
from pulumi.runtime import is_dry_run
from pulumi_aws import rds

from components.secrets.stored_secret import StoredSecret, StoredSecretArgs
from settings.diagnostics import Diagnostic, SettingsError
from settings.facts.reserved import MASTER_USERNAME
from settings.raw import ABSENT
from settings.retention import EVERYTHING_KEPT, RetentionSettings


@dataclass(frozen=True, kw_only=True)
class MasterCredentialArgs:
    """`generation` makes a new password when it is raised."""

    secret_name: str
    secrets_key_arn: Input[str]
    generation: int
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT


class MasterCredential(ComponentResource):
    """A password in Secrets Manager, in the format RDS uses for its own: {"username": …, "password": …}.

    RDS manages no password of a PostgreSQL instance that has read replicas; creating the replica is refused
    (https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/rds-secrets-manager.html, limitations).
    """

    arn: Output[str]
    password: Output[str]

    def __init__(self, name: str, args: MasterCredentialArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:MasterCredential", name, None, opts)
        self.password = random.RandomPassword(
            f"{name}-password",
            length=48,
            special=False,
            keepers={"generation": str(args.generation)},
            opts=ResourceOptions(parent=self),
        ).result
        stored = StoredSecret(
            f"{name}-stored",
            StoredSecretArgs(
                secret_name=args.secret_name,
                description="Master user of the database",
                key_arn=args.secrets_key_arn,
                value=Output.json_dumps({"username": MASTER_USERNAME, "password": self.password}),
                protect=args.protect,
                retention=args.retention,
            ),
            ResourceOptions(parent=self),
        )
        self.arn = stored.arn
        self.register_outputs({"arn": self.arn})


def managed_secret(secrets: Sequence[rds.outputs.InstanceMasterUserSecret] | None, stated: str | None) -> Output[str]:
    """Give the ARN of the secret that RDS keeps. `stated` is `database.master_password`.

    A preview in which RDS takes the password over knows no secret yet. Raises RunError, with what to write, where that
    was not stated: it follows from a database that loses its last read replica, and RDS takes no password over while
    there is one.
    """
    arn = secrets[0].secret_arn if secrets else None
    if arn:
        return Output.from_input(arn)
    if stated == "rds" and is_dry_run():
        return _unknown()
    given = ABSENT if stated is None else stated
    allowed = "platform, where the platform kept it for read replicas; rds, in an `up` of its own once they are gone"
    fix = "write `master_password: platform`: then nothing of the password changes"
    mistake = Diagnostic(("database", "master_password"), given, allowed, fix, prefix="groundwork:")
    raise RunError(SettingsError([mistake]).render())


def _unknown() -> Output[str]:
    loop = asyncio.get_running_loop()
    value, known, secret = (loop.create_future() for _ in range(3))
    value.set_result("")
    known.set_result(False)
    secret.set_result(False)
    return Output(set(), value, known, secret)
