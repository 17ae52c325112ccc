"""The OpenTelemetry collector: the product's traces go to X-Ray, the cluster's events to its log."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.identity.pod_role import PodRole, PodRoleArgs
from components.monitoring.charts import (
    COLLECTOR,
    MESH_LABELS,
    NAMESPACE,
    PRIORITY,
    Installation,
    install,
    spread_over_zones,
)
from settings.facts import ports

SERVICE = "otel-collector"
PORT = ports.OTLP
"""OTLP over gRPC."""

EVENTS = "kubernetes-events"
"""Log stream of the cluster's events, and the lease that says which of the collector's pods reads them."""

_POD_IP = "${env:MY_POD_IP}"


@dataclass(frozen=True, kw_only=True)
class TracesArgs:
    """`depends_on` is what must stand first: nodes, and the definition of ServiceMonitor.

    `log_group_name` is of the group that takes the cluster's events, which Kubernetes itself keeps for an hour.
    """

    prefix: str
    region: str
    cluster_name: Input[str]
    provider: kubernetes.Provider
    replicas: int
    account_id: Input[str]
    log_group_name: Input[str]
    meshed: bool = False
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
                    },
                    {
                        "Effect": "Allow",
                        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
                        "Resource": Output.concat(
                            f"arn:aws:logs:{args.region}:",
                            args.account_id,
                            ":log-group:",
                            args.log_group_name,
                            f":log-stream:{EVENTS}",
                        ),
                    },
                ],
            ),
            opts=ResourceOptions(parent=self),
        )
        self.release = install(
            f"{name}-collector",
            Installation(
                chart=COLLECTOR,
                release=SERVICE,
                values=collector_values(args.region, args.replicas, args.log_group_name, meshed=args.meshed),
                timeout_seconds=300,
                depends_on=[role.association, *args.depends_on],
            ),
            parent=self,
            provider=args.provider,
        )
        self.register_outputs({"host": self.host, "port": self.port})


def collector_values(
    region: str, replicas: int, log_group_name: Input[str], *, meshed: bool = False
) -> dict[str, object]:
    """Give the chart's values: traces in over OTLP and out to X-Ray, events to the log group, and nothing else."""
    unused = ("jaeger-compact", "jaeger-thrift", "jaeger-grpc", "zipkin", "otlp-http")
    return {
        "fullnameOverride": SERVICE,
        "mode": "deployment",
        "replicaCount": replicas,
        **({"podLabels": MESH_LABELS} if meshed else {}),
        "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
        "priorityClassName": PRIORITY,
        "topologySpreadConstraints": spread_over_zones({"app.kubernetes.io/instance": SERVICE}),
        # The distribution with the X-Ray exporter; the chart's version names the tag.
        "image": {"repository": "otel/opentelemetry-collector-contrib"},
        "command": {"name": "otelcol-contrib"},
        "serviceAccount": {"create": True, "name": SERVICE},
        "ports": {**{port: {"enabled": False} for port in unused}, "metrics": {"enabled": True}},
        "resources": {"requests": {"cpu": "100m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
        "securityContext": {
            "runAsNonRoot": True,
            "runAsUser": ports.CONTAINER_USER,
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "serviceMonitor": {"enabled": True},
        "clusterRole": {"create": True, "rules": _event_reader()},
        # Takes the place of the chart's own pipelines, which would also open Jaeger's and Zipkin's ports.
        "alternateConfig": _pipelines(region, log_group_name),
    }


def _event_reader() -> list[dict[str, object]]:
    """Events of every namespace, and the lease by which one pod of the collector reads them and the other waits."""
    groups = ["", "events.k8s.io"]
    lease = {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"]}
    return [
        {"apiGroups": groups, "resources": ["events"], "verbs": ["get", "list", "watch"]},
        {**lease, "resourceNames": [EVENTS], "verbs": ["get", "update", "patch"]},
        # What is created has no name yet that a rule could hold it to.
        {**lease, "verbs": ["create"]},
    ]


def _pipelines(region: str, log_group_name: Input[str]) -> dict[str, object]:
    return {
        "extensions": {
            "health_check": {"endpoint": f"{_POD_IP}:13133"},
            "k8s_leader_elector": {
                "auth_type": "serviceAccount",
                "lease_name": EVENTS,
                "lease_namespace": NAMESPACE,
            },
        },
        "receivers": {
            "otlp": {"protocols": {"grpc": {"endpoint": f"{_POD_IP}:{PORT}"}}},
            "k8sobjects": {
                "auth_type": "serviceAccount",
                "k8s_leader_elector": "k8s_leader_elector",
                "objects": [
                    {
                        "name": "events",
                        "group": "events.k8s.io",
                        "mode": "watch",
                        # The hour is over for an event that is deleted; nothing happened then.
                        "exclude_watch_type": ["DELETED"],
                    }
                ],
            },
        },
        "processors": {
            # Refuses data before the container runs out of memory; clients try again.
            "memory_limiter": {"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 25},
            "batch": {"send_batch_size": 512, "timeout": "5s"},
        },
        "exporters": {
            "awsxray": {"region": region},
            "awscloudwatchlogs": {
                "region": region,
                "log_group_name": log_group_name,
                "log_stream_name": EVENTS,
                # The event alone, as JSON that a query can look into.
                "raw_log": True,
            },
        },
        "service": {
            "extensions": ["health_check", "k8s_leader_elector"],
            "pipelines": {
                "traces": {
                    "receivers": ["otlp"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awsxray"],
                },
                "logs": {
                    "receivers": ["k8sobjects"],
                    "processors": ["memory_limiter", "batch"],
                    "exporters": ["awscloudwatchlogs"],
                },
            },
            "telemetry": {
                "metrics": {"readers": [{"pull": {"exporter": {"prometheus": {"host": _POD_IP, "port": 8888}}}}]}
            },
        },
    }
