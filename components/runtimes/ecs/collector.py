"""The OpenTelemetry collector beside a service: its traces to X-Ray, its metrics to Prometheus."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import Input, Output

from components.product.images import reference
from components.runtimes.ecs.containers import Container, Log
from components.runtimes.ecs.task_inputs import TaskInputs
from settings.arithmetic.fargate import cpu_units
from settings.arithmetic.tasks import COLLECTOR_NEED
from settings.facts import ports
from settings.workload.service import Image, Metrics, Service

COLLECTOR = "collector"
COLLECTOR_ENDPOINT = f"http://localhost:{ports.OTLP}"
"""Where a service on ECS sends traces: the collector in its own task."""
TRACE_COLLECTOR = Image(repository="public.ecr.aws/aws-observability/aws-otel-collector", tag="v0.43.1")


@dataclass(frozen=True, kw_only=True)
class Scrape:
    """Where the metrics of a task are read: a port of the task's own, every so many seconds."""

    service: str
    port: int
    path: str
    interval_seconds: int


def collected(inputs: TaskInputs, service: Service) -> bool:
    """Tell whether a collector runs beside a service."""
    return "telemetry" in service.uses or (inputs.metrics_url is not None and service.metrics is not None)


def scrape_of(name: str, service: Service, metrics: Metrics) -> Scrape:
    """Return how a service's own metrics are read."""
    return Scrape(
        service=name,
        port=service.pod_ports[metrics.port].number,
        path=metrics.path,
        interval_seconds=metrics.interval_seconds,
    )


def collector(inputs: TaskInputs, log: Log, *, traces: bool, scrapes: Sequence[Scrape]) -> Container:
    """Take traces on localhost, read metrics from it, and hand both on with the task's own role."""
    settings = inputs.settings
    pipelines: dict[str, object] = {}
    configuration: dict[str, dict[str, object]] = {"receivers": {}, "processors": {}, "exporters": {}, "extensions": {}}
    if traces:
        _add_traces(configuration, pipelines, settings.stack.region)
    if scrapes and inputs.metrics_url is not None:
        _add_figures(configuration, pipelines, settings.workload.name, settings.stack.region, scrapes)
    whole: dict[str, object] = {key: part for key, part in configuration.items() if part}
    whole["service"] = {"extensions": sorted(configuration["extensions"]), "pipelines": pipelines}
    return Container(
        name=COLLECTOR,
        image=reference(settings, TRACE_COLLECTOR),
        log=log,
        # JSON is YAML, which the image reads.
        environment={
            "AOT_CONFIG_CONTENT": json.dumps(whole, sort_keys=True),
            **({"METRICS_URL": inputs.metrics_url} if scrapes and inputs.metrics_url is not None else {}),
        },
        cpu=cpu_units(COLLECTOR_NEED.millicores),
        memory=COLLECTOR_NEED.mebibytes,
        essential=False,
    )


def _add_traces(configuration: dict[str, dict[str, object]], pipelines: dict[str, object], region: str) -> None:
    """Take OTLP from the task's own containers alone, hand it on in batches."""
    configuration["receivers"]["otlp"] = {"protocols": {"grpc": {"endpoint": f"localhost:{ports.OTLP}"}}}
    configuration["processors"]["batch"] = {"timeout": "5s"}
    configuration["exporters"]["awsxray"] = {"region": region}
    pipelines["traces"] = {"receivers": ["otlp"], "processors": ["batch"], "exporters": ["awsxray"]}


def _add_figures(
    configuration: dict[str, dict[str, object]],
    pipelines: dict[str, object],
    product: str,
    region: str,
    scrapes: Sequence[Scrape],
) -> None:
    """Read the metrics under the labels that they have on a cluster, so that the same rules find them.

    Every task is scraped as localhost; what tells one from another is its ARN, which becomes the label `pod`.
    """
    configuration["receivers"]["prometheus"] = {
        "config": {
            "scrape_configs": [
                {
                    "job_name": scrape.service,
                    "scrape_interval": f"{scrape.interval_seconds}s",
                    "metrics_path": scrape.path,
                    "static_configs": [
                        {
                            "targets": [f"localhost:{scrape.port}"],
                            "labels": {"namespace": product, "service": scrape.service},
                        }
                    ],
                }
                for scrape in scrapes
            ]
        }
    }
    configuration["processors"]["resourcedetection"] = {"detectors": ["ecs"], "timeout": "5s"}
    configuration["processors"]["resource"] = {
        "attributes": [{"key": "pod", "from_attribute": "aws.ecs.task.arn", "action": "upsert"}]
    }
    # Only what tells one task from another becomes a label: each label of each task makes a series of its own.
    configuration["processors"]["resource/labels"] = {
        "attributes": [
            {"pattern": "^(aws|cloud|container|host|http|net|server|url)\\..*", "action": "delete"},
        ]
    }
    configuration["exporters"]["prometheusremotewrite"] = {
        "endpoint": "${env:METRICS_URL}",
        "auth": {"authenticator": "sigv4auth"},
        "resource_to_telemetry_conversion": {"enabled": True},
    }
    configuration["extensions"]["sigv4auth"] = {"region": region, "service": "aps"}
    pipelines["metrics"] = {
        "receivers": ["prometheus"],
        "processors": ["resourcedetection", "resource", "resource/labels"],
        "exporters": ["prometheusremotewrite"],
    }


def write_url(endpoint: Input[str]) -> Output[str]:
    """Return where a workspace takes metrics; its endpoint ends with a slash."""
    return Output.concat(endpoint, "api/v1/remote_write")
