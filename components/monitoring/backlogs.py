"""What waits for a service, from CloudWatch to the autoscaler: docs/adr/0031-scaling-on-a-backlog.md.

YACE reads CloudWatch, Prometheus scrapes it, and the adapter serves each backlog as an external metric.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.chart_values.rules import runbook
from components.identity.pod_role import PodRole, PodRoleArgs
from components.monitoring.charts import EXPORTER, NAMESPACE, PRIORITY, Installation, install
from components.product.backlog import EXPORTER_MEBIBYTES, EXPORTER_MILLICORES, Backlog, external_metric
from settings import PlatformSettings
from settings.arithmetic.metrics import must_be_published
from settings.facts import ports

Backlogs = Mapping[str, Sequence[Backlog]]
"""What waits for each service, by the service's name."""

NAME: Final = "cloudwatch-exporter"
_PERIOD_SECONDS: Final = 60
"""SQS reports once a minute:
https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"""
_LENGTH_SECONDS: Final = 300
_KEPT: Final = "5m"
"""How long the last count stands while the exporter starts anew; after that the autoscaler changes nothing."""


@dataclass(frozen=True, kw_only=True)
class BacklogExporterArgs:
    """`backlogs` is not empty; `replicas` of the exporter run, in different zones."""

    prefix: str
    region: str
    cluster_name: Input[str]
    backlogs: Backlogs
    provider: kubernetes.Provider
    replicas: int
    depends_on: Sequence[Resource]


class BacklogExporter(ComponentResource):
    """YACE with these metrics alone, and a role that reads metrics and nothing else."""

    release: Release

    def __init__(self, name: str, args: BacklogExporterArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:BacklogExporter", name, None, opts)
        role = PodRole(
            f"{name}-role",
            PodRoleArgs(
                role_name=f"{args.prefix}-{NAME}",
                cluster_name=args.cluster_name,
                namespace=NAMESPACE,
                service_account=NAME,
                # CloudWatch knows no resources for reading metrics.
                statements=[{"Effect": "Allow", "Action": "cloudwatch:GetMetricStatistics", "Resource": "*"}],
            ),
            ResourceOptions(parent=self),
        )
        self.release = install(
            f"{name}-release",
            Installation(
                chart=EXPORTER,
                release=NAME,
                values=exporter_values(args.backlogs, args.region, args.replicas),
                timeout_seconds=300,
                depends_on=[role.association, *args.depends_on],
            ),
            self,
            args.provider,
        )
        self.register_outputs({"release": self.release.name})


def scaled_by(settings: PlatformSettings, backlogs: Backlogs) -> Backlogs:
    """Keep the services of this stack that grow, and have something that waits for them."""

    def grows(name: str) -> bool:
        replicas = settings.replicas(name)
        return replicas.maximum > replicas.minimum

    return {name: each for name, each in backlogs.items() if each and grows(name)}


def exporter_values(backlogs: Backlogs, region: str, replicas: int) -> dict[str, object]:
    """Give the chart's values: one job for each backlog, and an alert where it is not counted."""
    memory = f"{EXPORTER_MEBIBYTES}Mi"
    zones = {
        "topologyKey": "topology.kubernetes.io/zone",
        "labelSelector": {"matchLabels": {"app.kubernetes.io/instance": NAME}},
    }
    return {
        "fullnameOverride": NAME,
        "replicaCount": replicas,
        "podDisruptionBudget": {"enabled": replicas > 1, "minAvailable": 1},
        "priorityClassName": PRIORITY,
        # The chart takes no spread.
        "affinity": {
            "podAntiAffinity": {
                "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": zones}]
            }
        },
        "serviceAccount": {"create": True, "name": NAME, "automountServiceAccountToken": False},
        "podSecurityContext": {
            "runAsNonRoot": True,
            "runAsUser": ports.CONTAINER_USER,
            "seccompProfile": {"type": "RuntimeDefault"},
        },
        "securityContext": {
            "allowPrivilegeEscalation": False,
            "readOnlyRootFilesystem": True,
            "capabilities": {"drop": ["ALL"]},
        },
        "resources": {"requests": {"cpu": f"{EXPORTER_MILLICORES}m", "memory": memory}, "limits": {"memory": "128Mi"}},
        "testConnection": False,
        "extraArgs": {"scraping-interval": _PERIOD_SECONDS},
        # It asks IAM for the account's alias as well, which nobody reads, and which has no endpoint in the network.
        "extraEnv": [{"name": "AWS_ENDPOINT_URL_IAM", "value": "http://127.0.0.1:1"}],
        "serviceMonitor": {"enabled": True},
        "prometheusRule": {"enabled": True, "rules": [_uncounted(name) for name, _ in _named(backlogs)]},
        "config": Output.json_dumps(
            {
                "apiVersion": "v1alpha1",
                "sts-region": region,
                "static": [_job(name, backlog, region) for name, backlog in _named(backlogs)],
            }
        ),
    }


def external_rules(backlogs: Backlogs) -> list[dict[str, object]]:
    """Give the adapter's rules: each backlog by its own name, whoever asks for it."""
    return [
        {
            "seriesQuery": _selector(name),
            "resources": {"namespaced": False},
            "name": {"as": name},
            "metricsQuery": f"max(last_over_time(<<.Series>>{_selector(name)}[{_KEPT}]))",
        }
        for name, _ in _named(backlogs)
    ]


def _named(backlogs: Backlogs) -> Iterator[tuple[str, Backlog]]:
    for service, each in backlogs.items():
        yield from ((external_metric(service, backlog), backlog) for backlog in each)


def _selector(name: str) -> str:
    """Select what a job of the exporter reports; it labels each series with the job's name."""
    return f'{{job="{NAME}",name="{name}"}}'


def _job(name: str, backlog: Backlog, region: str) -> dict[str, Any]:
    must_be_published(backlog.namespace, backlog.metric, backlog.dimensions)
    return {
        "name": name,
        "namespace": backlog.namespace,
        "regions": [region],
        "dimensions": [{"name": key, "value": value} for key, value in backlog.dimensions.items()],
        "metrics": [
            {
                "name": backlog.metric,
                "statistics": ["Maximum"],
                "period": _PERIOD_SECONDS,
                "length": _LENGTH_SECONDS,
            }
        ],
    }


def _uncounted(name: str) -> dict[str, object]:
    return {
        "alert": "BacklogNotCounted",
        "expr": f"absent({_selector(name)})",
        "for": "15m",
        "labels": {"severity": "warning", "metric": name},
        "annotations": {
            "summary": f"Nobody counts {name}: its service no longer scales by what waits",
            "description": f"See the log of {NAME} in {NAMESPACE}; SQS reports nothing of a queue that nobody asks.",
            **runbook("alerts-of-stores", "BacklogNotCounted"),
        },
    }
