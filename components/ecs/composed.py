"""Secrets as Secrets Manager holds them: those that are stored already, and the URLs that nobody composes later.

On EKS a URL is put together inside the cluster. A task gets what Secrets Manager holds, and so does code that reads
there itself: for them the platform stores the whole URL, as a secret output that is never unwrapped, under the key of
every other secret.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.application.pooler import pooler_address
from components.ecs import references
from components.ecs.references import SecretReference
from components.secrets.secret_store import SecretStore
from components.secrets.stored_secret import SecretEntry, StoredSecret, StoredSecretArgs
from settings import PlatformSettings
from settings.workload.secrets import GeneratedSecret, PreviousSecret, Secret, SecretOutput, WiredSecret
from settings.workload.service import WiredOutput

_SSL_MODE = "require"


@dataclass(frozen=True, kw_only=True)
class StoreCredential:
    """A JSON secret of `username` and `password`; `password` is the value itself, a secret output."""

    arn: Output[str]
    user: str
    password: Output[str]


def database_credential(settings: PlatformSettings, secrets: SecretStore) -> StoreCredential | None:
    """Give the application role's credential, for a product with a database."""
    needs, role = settings.workload.database, secrets.database_role
    if needs is None or role is None or role.arn is None or secrets.database_password is None:
        return None
    return StoreCredential(arn=role.arn, user=needs.role, password=secrets.database_password)


def cache_credential(secrets: SecretStore) -> StoreCredential | None:
    """Give the cache user's credential, for a product with a cache."""
    user = secrets.cache_user
    if user is None or user.arn is None or secrets.cache_password is None:
        return None
    return StoreCredential(arn=user.arn, user=secrets.cache_user_name, password=secrets.cache_password)


@dataclass(frozen=True, kw_only=True)
class TaskSecretsArgs:
    """`stored` is what each declared secret is called in Secrets Manager; `outputs` are the stores' addresses.

    `names` are the secrets that are asked for; None asks for all.
    """

    settings: PlatformSettings
    account_id: Input[str]
    path: str
    secrets_key_arn: Input[str]
    stored: Mapping[str, SecretEntry]
    outputs: Mapping[WiredOutput, Input[str]]
    database: StoreCredential | None = None
    cache: StoreCredential | None = None
    names: Collection[str] | None = None
    replica_key_arns: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])


class TaskSecrets(ComponentResource):
    """A reference for every secret that is asked for and has a value. No output holds one."""

    references: dict[str, SecretReference]

    def __init__(self, name: str, args: TaskSecretsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:TaskSecrets", name, None, opts)
        self._logical = name
        self._args = args
        self.references = {}
        for secret, kind in args.settings.workload.secrets.items():
            if args.names is not None and secret not in args.names:
                continue
            if isinstance(kind, WiredSecret) and kind.output.startswith("event_bus."):
                continue  # Here the bus is always one that runs elsewhere, whose credential the platform does not know.
            if isinstance(kind, WiredSecret):
                self.references[secret] = self._wired(secret, kind.output)
            elif secret in args.stored:
                self.references[secret] = self._stored(args.stored[secret], pinned=not self._rotates(kind))
        self.register_outputs({"names": sorted(self.references)})

    def _rotates(self, kind: Secret) -> bool:
        made = self._args.settings.workload.secrets[kind.of] if isinstance(kind, PreviousSecret) else kind
        return isinstance(made, GeneratedSecret) and made.rotate_every_days is not None

    def _stored(self, entry: SecretEntry, *, pinned: bool) -> SecretReference:
        """Pin the version, unless something other than this program makes new ones."""
        if pinned and entry.arn is not None and entry.version is not None:
            return references.version(entry.arn, entry.version, entry.property)
        return references.entry(entry, self._args.settings.stack.region, self._args.account_id)

    def _wired(self, secret: str, output: SecretOutput) -> SecretReference:
        store, _, value = output.partition(".")
        credential = self._args.database if store == "database" else self._args.cache
        if credential is None:
            raise ValueError(f"{secret} needs the {store}'s credential, and this platform has none")
        if value == "password":
            return references.json_key(credential.arn, "password")
        return self._store(secret, self._url(credential, store, value))

    def _url(self, credential: StoreCredential, store: str, value: str) -> Output[str]:
        """Compose the URL. User names and passwords are letters, digits, hyphens and underscores: nothing to escape."""
        outputs = self._args.outputs
        if store == "cache":
            place = Output.concat(outputs["cache.host"], ":", outputs["cache.port"])
            return Output.concat(f"rediss://{credential.user}:", credential.password, "@", place)
        if value == "pooled_url":
            server: Input[str] = pooler_address(self._args.settings)
        else:
            host = outputs["database.reader_host" if value == "reader_url" else "database.host"]
            server = Output.concat(host, ":", outputs["database.port"])
        place = Output.concat(server, "/", outputs["database.name"])
        user = Output.concat(f"postgres://{credential.user}:", credential.password, "@")
        return Output.concat(user, place, f"?sslmode={_SSL_MODE}")

    def _store(self, secret: str, value: Output[str]) -> SecretReference:
        stored = StoredSecret(
            f"{self._logical}-{secret.lower().replace('_', '-')}",
            StoredSecretArgs(
                secret_name=f"{self._args.path}/{secret}",
                description=f"Composed value {secret}",
                key_arn=self._args.secrets_key_arn,
                replica_key_arns=self._args.replica_key_arns,
                value=Output.secret(value),
                protect=self._args.settings.stack.protection.stateful,
            ),
            ResourceOptions(parent=self),
        )
        return references.version(stored.arn, stored.version)
