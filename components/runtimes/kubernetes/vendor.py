"""The product's own Helm chart, where its vendor publishes one: its values, and the labels of its pods."""

from collections.abc import Mapping
from typing import cast

from pulumi import Input

from components.chart_values.workload.values import PodMetrics
from components.product.wiring import Wiring
from components.runtimes.kubernetes.secrets import environment_secret_name
from settings import PlatformSettings
from settings.workload.vendor import VendorChart

Values = dict[str, object]
"""Values of somebody else's chart: JSON whose leaves may be outputs."""


def vendor_values(settings: PlatformSettings, wiring: Wiring, chart: VendorChart) -> Values:
    """The values file with the platform's outputs, and the name of the Secret, in the places that the product names."""
    values = _copy(settings.chart_values)
    placed: dict[str, Input[str]] = {path: wiring.outputs[output] for path, output in chart.outputs.items()}
    if chart.secret_name is not None:
        placed[chart.secret_name] = environment_secret_name(settings)
    for path, value in placed.items():
        _place(values, path.split("."), value)
    return values


def release_names(settings: PlatformSettings) -> tuple[str, str | None]:
    """The platform's own release of the product and the chart's, None without one; never the same."""
    product, chart = settings.workload.name, settings.workload.helm_chart
    if chart is None:
        return product, None
    vendor = chart.release or product
    return (f"{product}-platform" if vendor == product else product), vendor


def kubernetes_service(settings: PlatformSettings, name: str) -> str:
    """The Kubernetes Service of a service of the product."""
    chart = settings.workload.helm_chart
    found = chart.services.get(name) if chart is not None else None
    return (found.service if found is not None else None) or name


def pod_metrics(settings: PlatformSettings, chart: VendorChart) -> dict[str, PodMetrics]:
    """Where pods of the chart are scraped, by service of the product."""
    services = settings.workload.services
    return {
        name: PodMetrics(
            labels=dict(vendor.labels),
            port=services[name].pod_ports[metrics.port].number,
            path=metrics.path,
            interval_seconds=metrics.interval_seconds,
        )
        for name, vendor in chart.services.items()
        if (metrics := services[name].metrics) is not None
    }


def _copy(values: Mapping[str, object]) -> Values:
    return {key: _copy(cast("Values", value)) if isinstance(value, dict) else value for key, value in values.items()}


def _place(values: Values, keys: list[str], value: Input[str]) -> None:
    """Write into the copy; what stands in the way of a section gives way to it."""
    *above, last = keys
    here = values
    for key in above:
        below = here.get(key)
        if not isinstance(below, dict):
            below = here[key] = {}
        here = cast("Values", below)
    here[last] = value
