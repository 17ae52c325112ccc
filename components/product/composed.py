"""Secrets as Secrets Manager holds them: those that are stored already, and the URLs that nobody composes later.

On EKS a URL is put together inside the cluster. A task gets what Secrets Manager holds, and so does code that reads
there itself: for them the platform stores the whole URL, as a secret output that is never unwrapped, under the key of
every other secret.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.invariants import InvariantError, certain
from components.product import references
from components.product.credentials import (
    FromCredential,
    FromOutput,
    FromSecret,
    Part,
    Text,
    secrets_in,
    text_of,
)
from components.product.references import SecretReference
from components.secrets.credential import Credential
from components.secrets.stored_secret import SecretEntry, StoredSecret, StoredSecretArgs
from settings import PlatformSettings
from settings.workload.outputs import SecretOutput
from settings.workload.secrets import GeneratedSecret, PreviousSecret, Secret, TextSecret, WiredSecret
from settings.workload.service import WiredOutput


@dataclass(frozen=True, kw_only=True)
class TaskSecretsArgs:
    """`stored` is what each declared secret is called in Secrets Manager.

    `texts` says how each secret output is put together, from `outputs` and `credentials`. `names` are the secrets that
    are asked for; None asks for all.
    """

    settings: PlatformSettings
    account_id: Input[str]
    path: str
    secrets_key_arn: Input[str]
    stored: Mapping[str, SecretEntry]
    outputs: Mapping[WiredOutput, Input[str]]
    texts: Mapping[SecretOutput, Text]
    credentials: Mapping[str, Credential]
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
            if isinstance(kind, WiredSecret | TextSecret):
                # A store that runs elsewhere has no text: the platform does not know its credential.
                text = self._text(kind)
                if text is not None:
                    self.references[secret] = self._wired(secret, text)
            elif secret in args.stored:
                self.references[secret] = self._stored(args.stored[secret], pinned=not self._rotates(kind))
        self.register_outputs({"names": sorted(self.references)})

    def _text(self, kind: WiredSecret | TextSecret) -> Text | None:
        text = text_of(kind, self._args.texts)
        return None if text is None or any(name not in self._args.stored for name in secrets_in(text)) else text

    def _rotates(self, kind: Secret) -> bool:
        made = self._args.settings.workload.secrets[kind.of] if isinstance(kind, PreviousSecret) else kind
        return isinstance(made, GeneratedSecret) and made.rotate_every_days is not None

    def _stored(self, entry: SecretEntry, *, pinned: bool) -> SecretReference:
        """Pin the version, unless something other than this program makes new ones."""
        if pinned and entry.arn is not None and entry.version is not None:
            return references.version(entry.arn, entry.version, entry.property)
        return references.entry(entry, self._args.settings.stack.region, self._args.account_id)

    def _wired(self, secret: str, text: Text) -> SecretReference:
        """Refer to half of a credential where that is all; store every longer text whole."""
        if len(text) == 1 and isinstance(text[0], FromCredential):
            return references.json_key(self._known(secret, text[0].credential)[0], text[0].half)
        return self._store(secret, Output.concat(*(self._part(secret, part) for part in text)))

    def _part(self, secret: str, part: Part) -> Input[str]:
        """User names and passwords are letters, digits, hyphens and underscores: a URL needs nothing escaped."""
        if isinstance(part, FromOutput):
            return self._args.outputs[part.name]
        if isinstance(part, FromCredential):
            _, user, password = self._known(secret, part.credential)
            return user if part.half == "username" else password
        if isinstance(part, FromSecret):
            value = self._args.stored[part.name].value
            return certain(value, f"{secret} is composed of secrets that this stack made, and not of {part.name}")
        return part

    def _known(self, secret: str, key: str) -> tuple[Output[str], str, Output[str]]:
        """Give a credential's ARN, user and password, of those that this stack made."""
        credential = self._args.credentials.get(key)
        if credential is None or credential.entry.arn is None or credential.password is None:
            raise InvariantError(f"{secret} needs the credential {key}, and this platform has none")
        return credential.entry.arn, credential.user, credential.password

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
                retention=self._args.settings.stack.retention,
            ),
            ResourceOptions(parent=self),
        )
        return references.version(stored.arn, stored.version)
