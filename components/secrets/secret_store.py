"""A product's secrets in Secrets Manager, and the credentials of its stores' users."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi_random as random
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.secrets import values
from components.secrets.credential import Credential, StoreUser
from components.secrets.rotation import Rotated, Rotation, RotationArgs, shape
from components.secrets.stored_secret import SecretEntry, StoredSecret, StoredSecretArgs
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.workload import Workload
from settings.workload.secrets import (
    ExternalSecret,
    GeneratedSecret,
    PreviousSecret,
    ProvidedSecret,
    Secret,
    SigningKeySecret,
    UsersSecret,
)

_PASSWORD_LENGTH = 48
"""Letters and digits alone, so that a URL needs no escaping; 48 of 62 are 285 bits. ElastiCache takes 16 to 128."""


@dataclass(frozen=True, kw_only=True)
class SecretStoreArgs:
    """`path` is the start of every secret's name, <workload>/<stack>; `provided` holds the operator's values by name.

    `replica_key_arns` maps each region that receives copies to the KMS key that encrypts them there. `copies` is the
    start of the names under which the primary region's copies lie here: what the platform made there is not made again.
    `users` are those of the stores that the stack has.
    """

    prefix: str
    workload: Workload
    path: str
    secrets_key_arn: Input[str]
    logs_key_arn: Input[str]
    log_retention_days: int
    provided: Mapping[str, Input[str]]
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    replica_key_arns: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    copies: str | None = None
    users: Sequence[StoreUser] = ()


class SecretStore(ComponentResource):
    """What each declared secret is called in Secrets Manager. Values are in no output but the users' passwords.

    Wired secrets have no entry: a runtime composes them from `credentials` and the endpoints. A provided secret without
    a value has no entry either: one that is required is refused before.
    """

    entries: dict[str, SecretEntry]
    credentials: dict[str, Credential]
    """The users of stores, by the keys that texts call them."""
    rotation: Rotation | None
    """The function that rotates; None when no secret does."""

    def __init__(self, name: str, args: SecretStoreArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:SecretStore", name, None, opts)
        self._logical = name
        self._args = args
        self.entries = {}
        self._rotated: dict[str, Rotated] = {}
        self._values: dict[str, Output[str]] = {}
        for secret, kind in args.workload.secrets.items():
            copied = self._copied(secret, kind)
            if copied is not None:
                self.entries[secret] = copied
            elif isinstance(kind, GeneratedSecret):
                self.entries[secret] = self._generated(secret, kind)
            elif isinstance(kind, SigningKeySecret):
                self.entries[secret] = self._store(secret, f"Signing key {secret}", self._made(secret, kind)).entry
            elif isinstance(kind, UsersSecret):
                self.entries[secret] = self._users(secret, kind)
            elif isinstance(kind, ProvidedSecret) and secret in args.provided:
                value = args.provided[secret]
                self.entries[secret] = self._store(secret, f"Provided value {secret}", value).entry
            elif isinstance(kind, ExternalSecret):
                self.entries[secret] = SecretEntry(remote_name=kind.name or f"{args.path}/{secret}")
        for secret, kind in args.workload.secrets.items():
            if isinstance(kind, PreviousSecret):
                self.entries[secret] = replace(self.entries[kind.of], property=values.PREVIOUS)
        self.credentials = {user.key: self._credential(user) for user in args.users}
        self.rotation = self._rotation()
        self.register_outputs({"names": [entry.remote_name for entry in self.entries.values()]})

    def _copied(self, secret: str, kind: Secret) -> SecretEntry | None:
        """Name the copy of what the platform made, or its owner keeps, once for all regions (SL-124)."""
        if self._args.copies is None:
            return None
        copy = SecretEntry(remote_name=f"{self._args.copies}/{secret}")
        if isinstance(kind, GeneratedSecret):
            return replace(copy, property=values.CURRENT) if self._form(secret, kind) == "pair" else copy
        kept_elsewhere = isinstance(kind, ExternalSecret) and kind.name is None
        return copy if kept_elsewhere or isinstance(kind, SigningKeySecret | UsersSecret) else None

    def _credential(self, user: StoreUser) -> Credential:
        if user.shared and self._args.copies is not None:
            return Credential(entry=SecretEntry(remote_name=f"{self._args.copies}/{user.label}"), user=user.username)
        password = self._password(user.label)
        value = Output.json_dumps({"username": user.username, "password": password})
        stored = self._store(user.label, user.description, value, rotated=user.rotated)
        return Credential(entry=stored.entry, user=user.username, password=password)

    def _rotation(self) -> Rotation | None:
        if not self._rotated:
            return None
        return Rotation(
            f"{self._logical}-rotation",
            RotationArgs(
                function_name=f"{self._args.prefix}-secret-rotation",
                module="generated",
                description="Makes new values for the generated secrets that rotate",
                rotated=self._rotated,
                secrets_key_arn=self._args.secrets_key_arn,
                logs_key_arn=self._args.logs_key_arn,
                log_retention_days=self._args.log_retention_days,
            ),
            ResourceOptions(parent=self),
        )

    def _password(self, label: str) -> Output[str]:
        return random.RandomPassword(
            f"{self._logical}-{label}-password",
            length=_PASSWORD_LENGTH,
            special=False,
            opts=ResourceOptions(parent=self),
        ).result

    def _generated(self, secret: str, kind: GeneratedSecret) -> SecretEntry:
        form = self._form(secret, kind)
        stored = self._store(secret, f"Generated value {secret}", self._made(secret, kind))
        if kind.rotate_every_days is not None:
            self._rotated[_label(secret)] = Rotated(
                secret_name=stored.entry.remote_name,
                arn=stored.arn,
                every_days=kind.rotate_every_days,
                known=shape(kind, form),
            )
        return replace(stored.entry, property=values.CURRENT) if form == "pair" else stored.entry

    def _made(self, secret: str, kind: GeneratedSecret | SigningKeySecret) -> Output[str]:
        """Make a value once: a name that replaces another shares its value, and keeps it when the other is gone."""
        before = kind.renamed_from
        older = self._args.workload.secrets.get(before) if before else None
        if before and isinstance(older, GeneratedSecret | SigningKeySecret):
            return self._made(before, older)
        if secret not in self._values:
            called = values.Called(self._call(secret), self._call(before) if before else None)
            child = ResourceOptions(parent=self)
            self._values[secret] = (
                values.signing_key(called, kind, child)
                if isinstance(kind, SigningKeySecret)
                else values.generated(called, kind, self._form(secret, kind), child)
            )
        return self._values[secret]

    def _form(self, secret: str, kind: GeneratedSecret) -> values.Form:
        """Keep two values apart where something asks for the one before by itself, under either of two names."""
        if kind.tokens > 1:
            return "list"
        declared = self._args.workload.secrets
        newer = [name for name, other in declared.items() if _renamed_from(other) == secret]
        same = {secret, kind.renamed_from, *newer}
        asked = any(isinstance(other, PreviousSecret) and other.of in same for other in declared.values())
        return "pair" if asked else "single"

    def _users(self, secret: str, kind: UsersSecret) -> SecretEntry:
        """Store each password by itself, for the person whose it is, and the hashes together, for the product."""
        lines: list[Output[str]] = []
        for user, stated in kind.users.items():
            drawn = values.password(f"{self._call(secret)}.{user}", stated, ResourceOptions(parent=self))
            clear = Output.json_dumps({"username": user, "password": drawn.result})
            self._store(f"{secret}/{user}", f"Password of user {user} in {secret}", clear)
            lines.append(Output.concat(f"{user}:", drawn.bcrypt_hash, f":{stated.role}"))
        together = Output.all(*lines).apply(lambda known: ",".join(str(each) for each in known))
        return self._store(secret, f"Users {secret}", together).entry

    def _call(self, secret: str) -> str:
        return f"{self._logical}-{_label(secret)}"

    def _store(self, secret: str, description: str, value: Input[str], *, rotated: bool = False) -> StoredSecret:
        return StoredSecret(
            self._call(secret),
            StoredSecretArgs(
                secret_name=f"{self._args.path}/{secret}",
                description=description,
                key_arn=self._args.secrets_key_arn,
                replica_key_arns=self._args.replica_key_arns,
                value=value,
                rotated=rotated,
                protect=self._args.protect,
                retention=self._args.retention,
            ),
            ResourceOptions(parent=self),
        )


def _renamed_from(kind: Secret) -> str | None:
    return kind.renamed_from if isinstance(kind, GeneratedSecret | SigningKeySecret) else None


def _label(secret: str) -> str:
    return secret.lower().replace("_", "-").replace("/", ".")
