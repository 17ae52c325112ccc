"""The product's own Helm chart, where its vendor publishes one: what it is given, and how its pods are told apart."""

from collections.abc import Mapping
from typing import cast

from pulumi import Input

from components.application.secrets import environment_secret_name
from components.application.wiring import Values, Wiring
from settings import PlatformSettings
from settings.workload.vendor import VendorChart


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


def pod_metrics(settings: PlatformSettings, chart: VendorChart) -> dict[str, Values]:
    """Where pods of the chart are scraped, by service of the product."""
    services = settings.workload.services
    return {
        name: {
            "labels": dict(vendor.labels),
            "port": services[name].pod_ports[metrics.port].number,
            "path": metrics.path,
            "intervalSeconds": metrics.interval_seconds,
        }
        for name, vendor in chart.services.items()
        if (metrics := services[name].metrics) is not None
    }


def labelled(settings: PlatformSettings, values: Values) -> Values:
    """The chart's values with the vendor's labels wherever a NetworkPolicy or a flow names a service of its chart."""
    chart = settings.workload.helm_chart
    if chart is None:
        return values
    labels = {name: dict(service.labels) for name, service in chart.services.items()}
    return cast("Values", _labelled(values, labels))


def _labelled(value: object, labels: Mapping[str, Mapping[str, str]]) -> object:
    if isinstance(value, list):
        return [_labelled(each, labels) for each in cast("list[object]", value)]
    if not isinstance(value, dict):
        return value
    copy = {key: _labelled(each, labels) for key, each in cast("Values", value).items()}
    named = copy.get("app") if {"app", "ingress", "egress"} <= copy.keys() else None
    if {"name", "ports", "service"} <= copy.keys():
        named = copy["service"]
    return {**copy, "labels": labels[named]} if isinstance(named, str) and named in labels else copy


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
