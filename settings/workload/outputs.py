"""What a workload file may name of the platform: what a pod connects to, and the values that it is given."""

from collections.abc import Iterator
from typing import Annotated, ClassVar, Final, Literal, cast, get_args

from pydantic import Field, WithJsonSchema

from settings.base import Settings
from settings.vocabulary import Means

Use = Literal["database", "pooler", "timeseries", "cache", "event_bus", "telemetry"]
"""Platform components that a pod may connect to; `pooler` is the database through its pooler alone."""

WiredOutput = Literal[
    "database.host",
    "database.reader_host",
    "database.port",
    "database.name",
    "timeseries.host",
    "timeseries.reader_host",
    "timeseries.port",
    "timeseries.name",
    "cache.host",
    "cache.reader_host",
    "cache.port",
    "cache.nodes",
    "event_bus.address",
    "event_bus.topic_prefix",
    "event_bus.consumer_group",
    "telemetry.otlp_endpoint",
    "secrets.path",
    "region",
    "hostname",
    "ingress.url",
    "cors.origins",
    "pod.ip",
    "pod.name",
]
"""Values that the platform's components produce and that are not secret. `hostname` is the host of the first route, and
`ingress.url` its address; that of any routed service is `ingress.<service>.url`, and the host of a service's first TCP
port `ingress.<service>.tcp_host`. `pod.ip` and `pod.name` differ in every pod; `services.<service>.headless_host` is
the DNS name under which a headless service's pods find each other's addresses."""

PodOutput = Literal["pod.ip", "pod.name"]
POD_OUTPUTS: Final[tuple[PodOutput, ...]] = get_args(PodOutput)
"""Those that are known in a running pod alone, each another."""

SecretOutput = Literal[
    "database.url",
    "database.reader_url",
    "database.pooled_url",
    "database.password",
    "timeseries.url",
    "timeseries.reader_url",
    "timeseries.password",
    "event_bus.access_key",
    "event_bus.secret_key",
    "cache.url",
    "cache.reader_url",
    "cache.password",
]
"""Values that the platform composes from a credential and an endpoint."""

STORED_OUTPUTS: tuple[SecretOutput, ...] = ("database.url", "database.reader_url", "cache.url", "cache.reader_url")
"""Those that are put into Secrets Manager whole where code reads them from there."""

_ALLOWED = f"an output: {' | '.join(sorted(get_args(WiredOutput)))}, or one of something that the file names"
_OF_AN_ENTRY = r"^[a-z_]+\.[a-z_]([-_a-z0-9]*[a-z0-9])?\.[a-z_]+$"

OutputName = Annotated[
    str,
    Field(max_length=128),
    Means(_ALLOWED, "region"),
    WithJsonSchema(
        {
            "anyOf": [{"enum": list(get_args(WiredOutput))}, {"pattern": _OF_AN_ENTRY}],
            "description": _ALLOWED,
            "examples": ["region"],
            "type": "string",
        }
    ),
]
"""An output by its name; whether the product has it is for a rule over the whole file to say."""


class Offered:
    """An entry of a section that gives outputs, each called `<section>.<entry>.<output>`.

    No model itself: fields are described in the order in which models are defined, each below `Settings`.
    """

    OUTPUTS: ClassVar[tuple[str, ...]] = ()
    SECRET_OUTPUTS: ClassVar[tuple[str, ...]] = ()

    @property
    def offered(self) -> tuple[str, ...]:
        """Name the outputs that are not secret."""
        return self.OUTPUTS


def offered_outputs(workload: Settings) -> Iterator[str]:
    """Name the outputs of everything that the file names."""
    yield from (f"{name}.{output}" for name, entry in _entries(workload) for output in entry.offered)


def offered_secrets(workload: Settings) -> Iterator[str]:
    """Name the secret outputs of everything that the file names."""
    yield from (f"{name}.{output}" for name, entry in _entries(workload) for output in entry.SECRET_OUTPUTS)


def _entries(workload: Settings) -> Iterator[tuple[str, Offered]]:
    """Find the entries of sections, and of what stands one level below one, each with its section and name."""
    for section in type(workload).model_fields:
        stated: object = getattr(workload, section)
        below = [getattr(stated, key) for key in type(stated).model_fields] if isinstance(stated, Settings) else []
        for entries in (stated, *below):
            for name, entry in cast("dict[str, object]", entries).items() if isinstance(entries, dict) else ():
                if isinstance(entry, Offered):
                    yield f"{section}.{name}", entry
