"""Values of the kube-prometheus-stack chart, as a pure function of what is asked of it."""

from dataclasses import dataclass

from pulumi import Input

from components.chart_values.rules import runbook
from components.monitoring.charts import MESH_LABELS, PRIORITY
from components.monitoring.routing import NODE_LOST, Recipients, alert_routes
from settings.facts import ports

Values = dict[str, object]

GRAFANA_SECRET = "grafana-admin"  # noqa: S105 -- the name of a Secret, not its value
CONSOLE_PORTS = {"grafana": 3000, "prometheus": ports.PROMETHEUS, "alertmanager": 9093}
"""The consoles' Services by name, and their ports."""
ALERTMANAGER_ACCOUNT = "alertmanager"
_FIRST: Values = {"priorityClassName": PRIORITY}
_IN_ANOTHER_ZONE: Values = {"podAntiAffinity": "soft", "podAntiAffinityTopologyKey": "topology.kubernetes.io/zone"}
_RESTRICTED: Values = {
    "allowPrivilegeEscalation": False,
    "readOnlyRootFilesystem": True,
    "capabilities": {"drop": ["ALL"]},
}


@dataclass(frozen=True, kw_only=True)
class PrometheusRequest:
    """`replicas` of Prometheus and Alertmanager; `admin_secret` is where Secrets Manager keeps Grafana's log-in.

    In `quiet_window`, "ddd:hh:mm-ddd:hh:mm" in UTC, no alert calls anybody. When `meshed`, Prometheus proves who it is
    to the pods that it asks.
    """

    cluster_name: Input[str]
    region: str
    topic_arn: Input[str]
    chat_topic_arn: Input[str] | None
    replicas: int
    retention_days: int
    storage_gib: int
    storage_class: str
    secret_store: str
    admin_secret: str
    quiet_window: str | None = None
    meshed: bool = False


def prometheus_values(request: PrometheusRequest) -> Values:
    """Give the chart's values; none of them is secret."""
    return {
        "fullnameOverride": "prometheus",
        # A chart of their own brings them: see charts.py.
        "crds": {"enabled": False},
        **_unreachable_on_eks(),
        "prometheusOperator": {
            **_FIRST,
            "admissionWebhooks": {"patch": _FIRST},
            "resources": _resources("50m", "128Mi", "256Mi"),
        },
        "prometheus": _prometheus(request),
        "alertmanager": _alertmanager(request),
        "grafana": _grafana(),
        "kube-state-metrics": {**_FIRST, "resources": _resources("20m", "96Mi", "256Mi")},
        "prometheus-node-exporter": {**_FIRST, "resources": _resources("20m", "32Mi", "96Mi")},
        "additionalPrometheusRulesMap": {"platform": {"groups": [_NODE_RULES, _CLOCK_RULES]}},
        "extraManifests": [_grafana_log_in(request), _service("prometheus"), _service("alertmanager")],
    }


def _unreachable_on_eks() -> Values:
    """AWS runs these parts of the control plane and lets nobody scrape them; their alerts would fire for ever."""
    absent: Values = {
        part: {"enabled": False} for part in ("kubeEtcd", "kubeScheduler", "kubeControllerManager", "kubeProxy")
    }
    unwatched = ("etcd", "kubeControllerManager", "kubeProxy", "kubeSchedulerAlerting", "kubeSchedulerRecording")
    rules = dict.fromkeys((*unwatched, "windows"), False)
    return {**absent, "defaultRules": {"rules": rules}}


def _prometheus(request: PrometheusRequest) -> Values:
    return {
        "podDisruptionBudget": {"enabled": request.replicas > 1},
        # External Secrets is there before the definition of PodMonitor is, so its own chart cannot bring one.
        "additionalPodMonitors": [
            {
                "name": "external-secrets",
                "namespaceSelector": {"matchNames": ["external-secrets"]},
                "selector": {"matchLabels": {"app.kubernetes.io/name": "external-secrets"}},
                "podMetricsEndpoints": [{"port": "metrics"}],
            }
        ],
        "prometheusSpec": {
            **({"podMetadata": {"labels": MESH_LABELS}} if request.meshed else {}),
            "replicas": request.replicas,
            **_FIRST,
            **_IN_ANOTHER_ZONE,
            "retention": f"{request.retention_days}d",
            # The oldest blocks go before the volume is full.
            "retentionSize": f"{request.storage_gib * 85 // 100}GiB",
            "storageSpec": _claim(request.storage_class, request.storage_gib),
            "externalLabels": {"cluster": request.cluster_name, "region": request.region},
            "resources": _resources("250m", "2Gi", "4Gi"),
            # Every product's monitors and rules count, whichever release made them (OB-99).
            "serviceMonitorSelectorNilUsesHelmValues": False,
            "podMonitorSelectorNilUsesHelmValues": False,
            "probeSelectorNilUsesHelmValues": False,
            "ruleSelectorNilUsesHelmValues": False,
            "scrapeConfigSelectorNilUsesHelmValues": False,
        },
    }


def _alertmanager(request: PrometheusRequest) -> Values:
    return {
        "serviceAccount": {"create": True, "name": ALERTMANAGER_ACCOUNT},
        "podDisruptionBudget": {"enabled": request.replicas > 1},
        "alertmanagerSpec": {
            "replicas": request.replicas,
            **_FIRST,
            **_IN_ANOTHER_ZONE,
            "storage": _claim(request.storage_class, 2),
            "resources": _resources("20m", "64Mi", "128Mi"),
        },
        "config": alert_routes(
            Recipients(
                topic_arn=request.topic_arn,
                chat_topic_arn=request.chat_topic_arn,
                region=request.region,
                quiet_window=request.quiet_window,
            )
        ),
    }


def _service(name: str) -> Values:
    """A short name beside the chart's own, which is <release>-<name>, for a person's port-forward."""
    return {
        "apiVersion": "v1",
        "kind": "Service",
        "metadata": {"name": name},
        "spec": {
            "selector": {"app.kubernetes.io/name": name, "app.kubernetes.io/managed-by": "prometheus-operator"},
            "ports": [{"name": "http-web", "port": CONSOLE_PORTS[name], "targetPort": "http-web"}],
        },
    }


def _grafana() -> Values:
    return {
        "fullnameOverride": "grafana",
        **_FIRST,
        "service": {"port": CONSOLE_PORTS["grafana"]},
        "admin": {
            "existingSecret": GRAFANA_SECRET,
            "userKey": "admin-user",
            "passwordKey": "admin-password",
        },
        "sidecar": {
            "dashboards": {"enabled": True, "label": "grafana_dashboard", "searchNamespace": "ALL"},
            "resources": _resources("20m", "96Mi", "192Mi"),
        },
        # Dashboards come from ConfigMaps and nothing else is kept: a new pod shows the same.
        "persistence": {"enabled": False},
        "defaultDashboardsEditable": False,
        "grafana.ini": {
            "analytics": {"check_for_updates": False, "reporting_enabled": False},
            "users": {"allow_sign_up": False},
            "security": {"cookie_secure": True, "disable_gravatar": True},
        },
        "testFramework": {"enabled": False},
        "containerSecurityContext": _RESTRICTED,
        "extraEmptyDirMounts": [{"name": "tmp", "mountPath": "/tmp"}],  # noqa: S108 -- a mount inside the container
        "resources": _resources("50m", "192Mi", "384Mi"),
    }


def _grafana_log_in(request: PrometheusRequest) -> Values:
    keys = ("admin-user", "admin-password")
    return {
        "apiVersion": "external-secrets.io/v1",
        "kind": "ExternalSecret",
        "metadata": {"name": GRAFANA_SECRET},
        "spec": {
            "refreshInterval": "1h",
            "secretStoreRef": {"kind": "ClusterSecretStore", "name": request.secret_store},
            "target": {"name": GRAFANA_SECRET},
            "data": [{"secretKey": key, "remoteRef": {"key": request.admin_secret, "property": key}} for key in keys],
        },
    }


# While it fires, what the node's pods raise is quiet. kube-prometheus-stack's own rule waits a quarter of an hour, as
# long as those do; a node that is replaced is gone within five minutes.
_NODE_RULES: Values = {
    "name": "nodes",
    "rules": [
        {
            "alert": NODE_LOST,
            "expr": 'kube_node_status_condition{condition="Ready", status="true"} == 0',
            "for": "5m",
            "labels": {"severity": "critical"},
            "annotations": {
                "summary": "A node no longer answers",
                "description": "{{ $labels.node }} has not been ready for five minutes; do its pods run elsewhere?",
                **runbook("alerts", NODE_LOST),
            },
        },
        {
            "alert": "ClusterUnmeasured",
            "expr": "absent(kube_node_status_condition) or absent(node_timex_offset_seconds)",
            "for": "10m",
            "labels": {"severity": "critical"},
            "annotations": {
                "summary": "Nobody knows how nodes and pods are",
                "description": "kube-state-metrics or the node exporter is gone: alerts on nodes and pods are silent.",
                **runbook("alerts", "ClusterUnmeasured"),
            },
        },
    ],
}

# Tokens are refused by their times when clocks part; the chart's own rule speaks of 50 ms, which harms nobody yet.
_CLOCK_RULES: Values = {
    "name": "clocks",
    "rules": [
        {
            "alert": "NodeClockBreaksTokens",
            "expr": "abs(node_timex_offset_seconds) > 1",
            "for": "2m",
            "labels": {"severity": "critical"},
            "annotations": {
                "summary": "A node's clock is more than a second off",
                "description": "Tokens issued or checked on {{ $labels.instance }} are refused. Drain the node.",
                **runbook("alerts", "NodeClockBreaksTokens"),
            },
        },
        {
            "alert": "NodeClockUnsynchronised",
            "expr": "min_over_time(node_timex_sync_status[10m]) == 0",
            "for": "5m",
            "labels": {"severity": "warning"},
            "annotations": {
                "summary": "A node's clock is not synchronised",
                "description": "{{ $labels.instance }} has lost the Amazon Time Sync Service (169.254.169.123).",
                **runbook("alerts", "NodeClockUnsynchronised"),
            },
        },
    ],
}


def _claim(storage_class: str, gib: int) -> Values:
    return {
        "volumeClaimTemplate": {
            "spec": {
                "storageClassName": storage_class,
                "accessModes": ["ReadWriteOnce"],
                "resources": {"requests": {"storage": f"{gib}Gi"}},
            }
        }
    }


def _resources(cpu: str, memory: str, memory_limit: str) -> Values:
    """No CPU limit: a throttled monitor misses what it should see; memory is bounded, because it can leak."""
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory_limit}}
