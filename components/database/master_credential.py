"""The master user's password, for a database whose password RDS cannot manage."""

from dataclasses import dataclass

import pulumi_random as random
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.secrets.stored_secret import StoredSecret, StoredSecretArgs
from settings.reserved import MASTER_USERNAME


@dataclass(frozen=True, kw_only=True)
class MasterCredentialArgs:
    """`generation` makes a new password when it is raised."""

    secret_name: str
    secrets_key_arn: Input[str]
    generation: int
    protect: bool


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
            ),
            ResourceOptions(parent=self),
        )
        self.arn = stored.arn
        self.register_outputs({"arn": self.arn})
