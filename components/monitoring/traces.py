"""The OpenTelemetry collector that takes traces from the product and hands them to X-Ray."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.identity.pod_role import PodRole, PodRoleArgs
from components.monitoring.charts import COLLECTOR, NAMESPACE, Installation, install

SERVICE = "otel-collector"
PORT = 4317
"""OTLP over gRPC."""

_POD_IP = "${env:MY_POD_IP}"


@dataclass(frozen=True, kw_only=True)
class TracesArgs:
    """`depends_on` is what must stand first: nodes, and the definition of ServiceMonitor."""

    prefix: str
    region: str
    cluster_name: Input[str]
    provider: kubernetes.Provider
    replicas: int
    depends_on: Sequence[Resource] = ()


class Traces(ComponentResource):
    """A collector behind the Service `otel-collector` (OB-30, OB-104)."""

    host: str
    port: int
    release: Release

    def __init__(self, name: str, args: TracesArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Traces", name, None, opts)
        self.host = f"{SERVICE}.{NAMESPACE}.svc.cluster.local"
        self.port = PORT
        role = PodRole(
            f"{name}-role",
            PodRoleArgs(
                role_name=f"{args.prefix}-otel-collector",
                cluster_name=args.cluster_name,
                namespace=NAMESPACE,
                service_account=SERVICE,
                statements=[
                    {
                        "Effect": "Allow",
                        "Action": ["xray:PutTraceSegments", "xray:PutTelemetryRecords"],
                        # X-Ray knows no resources for these actions.
                        "Resource": "*",
                    }
                ],
            ),
            opts=ResourceOptions(parent=self),
        )
        self.release = install(
            f"{name}-collector",
            Installation(
                chart=COLLECTOR,
                release=SERVICE,
                values=collector_values(args.region, args.replicas),
                timeout_seconds=300,
                depends_on=[role.association, *args.depends_on],
            ),
            parent=self,
            provider=args.provider,
        )
        self.register_outputs({"host": self.host, "port": self.port})


def collector_values(region: str, replicas: int) -> dict[str, object]:
    """Give the chart's values: traces in over OTLP, out to X-Ray, and nothing else."""
    unused = ("jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin", "otlp-http")
    return {
        "fullnameOverride": SERVICE,
        "mode": "deployment",
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
        # The distribution with the X-Ray exporter; the chart's version names the tag.
        "image": {"repository": "otel/opentelemetry-collector-contrib"},
        "command": {"name": "otelcol-contrib"},
        "serviceAccount": {"create": True, "name": SERVICE},
        "ports": {**{port: {"enabled": False} for port in unused}, "metrics": {"enabled": True}},
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": 10001,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "serviceMonitor": {"enabled": True},
        # Takes the place of the chart's own pipelines, which would also open Jaeger's and Zipkin's ports.
        "alternateConfig": _pipelines(region),
    }


def _pipelines(region: str) -> dict[str, object]:
    return {
        "extensions": {"health_check": {"endpoint": f"{_POD_IP}:13133"}},
        "receivers": {"otlp": {"protocols": {"grpc": {"endpoint": f"{_POD_IP}:{PORT}"}}}},
        "processors": {
            # Refuses data before the container runs out of memory; clients try again.
            "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 25},
            "batch": {"send_batch_size": 512, "timeout": "5s"},
        },
        "exporters": {"awsxray": {"region": region}},
        "service": {
            "extensions": ["health_check"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awsxray"],
                }
            },
            "telemetry": {
                "metrics": {"readers": [{"pull": {"exporter": {"prometheus": {"host": _POD_IP, "port": 8888}}}}]}
            },
        },
    }
