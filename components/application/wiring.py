"""What the application receives from the components around it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from pulumi import Input, Output

from components.storage.shared_files import Folder, SharedVolume
from settings.workload.service import WiredOutput

COLLECTOR_ENDPOINT = "http://otel-collector:4317"
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

    `target_groups` is keyed by (service, port name), `shared_volumes` by (service, path). `database_role`,
    `timeseries_role`, `event_bus_user`, `cache_user` and `master_secret` are JSON documents with `username` and
    `password`. `database_role_version` changes whenever the role's password does. `image_registry` holds the product's
    own images by their short names; None: they come from where they are named.
    """

    outputs: Mapping[WiredOutput, Input[str]]
    telemetry: Telemetry
    secrets: Mapping[str, RemoteSecret] = field(default_factory=dict[str, RemoteSecret])
    database_role: RemoteSecret | None = None
    database_role_version: Input[str] = ""
    timeseries_role: RemoteSecret | None = None
    timeseries_namespace: str | None = None
    event_bus_user: RemoteSecret | None = None
    event_bus_namespace: str | None = None
    cache_user: RemoteSecret | None = None
    master_secret: Input[str] | None = None
    target_groups: Mapping[tuple[str, str], Input[str]] = field(default_factory=dict[tuple[str, str], Input[str]])
    load_balancer_cidrs: Sequence[Input[str]] = ()
    data_cidrs: Sequence[Input[str]] = ()
    dump_bucket: Input[str] | None = None
    shared_volumes: Mapping[Folder, SharedVolume] = field(default_factory=dict[Folder, SharedVolume])
    image_registry: Input[str] | None = None
    endpoint_cidrs: Sequence[Input[str]] = ()
    """Where AWS services answer from inside; none: they are reached from outside."""
    object_store_cidrs: Input[Sequence[str]] | None = None
    """The ranges of S3 in the region: all that a restore test may reach."""


Values = dict[str, object]
"""Helm values: JSON whose leaves may be outputs."""


def joined(*parts: Input[str]) -> Input[str]:
    """Concatenate; plain text stays plain text, so that values made of plain text can be compared."""
    plain = [part for part in parts if isinstance(part, str)]
    return "".join(plain) if len(plain) == len(parts) else Output.concat(*parts)
