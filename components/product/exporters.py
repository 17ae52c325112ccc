"""Exporters: small servers among the product's own pods that Prometheus asks about what cannot be asked itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from pulumi import Input

from settings.arithmetic.exporters import RESOURCES
from settings.workload.service import Resources


@dataclass(frozen=True, kw_only=True)
class Scrape:
    """What Prometheus asks an exporter for, under the label `job` that ends in `name`.

    `targets` are addresses with commas between, each asked for by itself; None: the exporter knows whom it asks.
    `scheme` is put before each, where they have none.
    """

    name: str
    path: str = "/metrics"
    module: str | None = None
    targets: Input[str] | None = None
    scheme: str | None = None


@dataclass(frozen=True, kw_only=True)
class Exporter:
    """`secret` are variables that a Secret of the product's namespace holds, named after the exporter.

    `files` are mounted in /etc/exporter. `reaches_data` lets it connect to ports of the data tier, `reaches_public` to
    HTTPS of public addresses; without either, it connects to nothing.
    """

    name: str
    image: str
    port: int
    health_path: str
    scrapes: tuple[Scrape, ...]
    arguments: tuple[str, ...] = ()
    environment: Mapping[str, Input[str]] = field(default_factory=dict[str, Input[str]])
    secret: tuple[str, ...] = ()
    files: Mapping[str, str] = field(default_factory=dict[str, str])
    reaches_data: tuple[int, ...] = ()
    reaches_public: bool = False
    resources: Resources = RESOURCES
