"""Exporters as values of the workload chart."""

from collections.abc import Iterator
from typing import Final

from components.chart_values.workload.exporters import Exporter as ExporterValues
from components.chart_values.workload.exporters import Scrape as ScrapeValues
from components.chart_values.workload.policies import Flow, Policy
from components.product.exporters import Exporter
from components.product.probes import public_probe
from components.product.store_exporters import store_exporters
from components.product.wiring import Wiring
from components.runtimes.kubernetes.flows import public_flow, scraper_flow, to_addresses
from components.runtimes.kubernetes.resources import resource_values
from settings import PlatformSettings
from settings.facts import ports

_INTERVAL_SECONDS: Final = 30
"""How often an exporter is asked. An outage that calls a person two minutes after it began is asked for three times."""


def exporter_values(settings: PlatformSettings, wiring: Wiring) -> dict[str, ExporterValues] | None:
    """The chart's `exporters`, by name; None without any."""
    probe = public_probe(settings)
    found = [*([probe] if probe is not None else []), *store_exporters(settings, wiring)]
    return {each.name: _values(settings, wiring, each) for each in found} or None


def _values(settings: PlatformSettings, wiring: Wiring, exporter: Exporter) -> ExporterValues:
    return ExporterValues(
        image=exporter.image,
        arguments=exporter.arguments,
        port=exporter.port,
        health_path=exporter.health_path,
        scrapes=tuple(
            ScrapeValues(name=each.name, path=each.path, module=each.module, targets=each.targets, scheme=each.scheme)
            for each in exporter.scrapes
        ),
        interval_seconds=_INTERVAL_SECONDS,
        resources=resource_values(exporter.resources),
        policy=Policy(
            app=exporter.name,
            ingress=(scraper_flow(wiring, exporter.port),),
            egress=tuple(_egress(wiring, exporter)),
        ),
        environment={**exporter.environment} or None,
        secret=exporter_secret_name(settings, exporter.name) if exporter.secret else None,
        secret_keys=exporter.secret or None,
        files={**exporter.files} or None,
    )


def exporter_secret_name(settings: PlatformSettings, exporter: str) -> str:
    """The Secret with an exporter's log-in."""
    return f"{settings.workload.name}-{exporter}"


def _egress(wiring: Wiring, exporter: Exporter) -> Iterator[Flow]:
    if exporter.reaches_data:
        yield to_addresses("data-tier", tuple(wiring.data_cidrs), *exporter.reaches_data)
    if exporter.reaches_public:
        yield public_flow("public", ports.HTTPS)
