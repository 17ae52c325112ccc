"""What the application receives from the components around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol, cast

from pulumi import Input, Output

from components.identity.pod_role import Statement
from components.invariants import certain
from components.product.backlog import Backlog
from components.product.credentials import Text, acting_as
from components.product.reach import Reach
from components.product.shared_volumes import Folder, SharedVolume
from components.secrets.credential import Credential
from settings.facts import ports
from settings.workload.outputs import SecretOutput
from settings.workload.service import WiredOutput

COLLECTOR_ENDPOINT = f"http://otel-collector:{ports.OTLP}"
"""Where the product sends traces: the alias that the foundation keeps in its namespace (OB-30, OB-50)."""


class RemoteSecret(Protocol):
    """A value in Secrets Manager: the secret's name there and, when it is a JSON document, the property to read."""

    @property
    def remote_name(self) -> Input[str]: ...

    @property
    def property(self) -> str | None: ...


@dataclass(frozen=True, kw_only=True)
class Telemetry:
    """The OpenTelemetry collector and the namespace that scrapes metrics."""

    namespace: str
    collector: str


@dataclass(frozen=True, kw_only=True)
class Wiring:
    """Outputs of the other components, none of them secret; a secret is named here and read inside the cluster.

    `reach` is what the product may connect to. `secret_texts` says how each secret output is put together, from
    `outputs` and from `credentials` by their names. `target_groups` is keyed by (service, port name), `shared_volumes`
    by (service, path). `statements` is what each service, Job or migration may do on AWS with a role of its own,
    `backlogs` what waits for each service in CloudWatch's metrics. `master_secret` is a JSON document with `username`
    and `password`. `image_registry` holds the product's own images by their short names; None: they come from where
    they are named.
    """

    outputs: Mapping[WiredOutput, Input[str]]
    telemetry: Telemetry
    reach: Sequence[Reach] = ()
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    secret_texts: Mapping[SecretOutput, Text] = field(default_factory=dict[SecretOutput, Text])
    secrets: Mapping[str, RemoteSecret] = field(default_factory=dict[str, RemoteSecret])
    master_secret: Input[str] | None = None
    statements: Mapping[str, Sequence[Statement]] = field(default_factory=dict[str, Sequence[Statement]])
    backlogs: Mapping[str, Sequence[Backlog]] = field(default_factory=dict[str, Sequence[Backlog]])
    target_groups: Mapping[tuple[str, str], Input[str]] = field(default_factory=dict[tuple[str, str], Input[str]])
    load_balancer_cidrs: Sequence[Input[str]] = ()
    data_cidrs: Sequence[Input[str]] = ()
    dump_bucket: Input[str] | None = None
    shared_volumes: Mapping[Folder, SharedVolume] = field(default_factory=dict[Folder, SharedVolume])
    image_registry: Input[str] | None = None
    endpoint_cidrs: Sequence[Input[str]] = ()
    """Where AWS services answer from inside; none: they are reached from outside."""
    gateway_cidrs: Mapping[str, Input[Sequence[str]]] = field(default_factory=dict[str, Input[Sequence[str]]])
    """The ranges of services that gateway endpoints lead to: S3's are all that a restore test may reach."""

    def output(self, name: str) -> Input[str]:
        """Give an output by the name that a variable calls it."""
        found = {**self.outputs}.get(cast("WiredOutput", name))
        return certain(found, f"a workload file names outputs that its platform has, and not {name}")

    def version_of(self, credential: str) -> Input[str]:
        """Give what changes whenever a credential's password does, and is not secret; empty where another made it."""
        return self.credentials[credential].entry.version or ""

    def acting(self, acting: Mapping[str, str]) -> "Wiring":
        """Give the same to whoever has other credentials of the stores than services have, by the latter's keys."""
        return replace(self, secret_texts=acting_as(self.secret_texts, acting))


def joined(*parts: Input[str]) -> Input[str]:
    """Concatenate; plain text stays plain text, so that values made of plain text can be compared."""
    plain = [part for part in parts if isinstance(part, str)]
    return "".join(plain) if len(plain) == len(parts) else Output.concat(*parts)
