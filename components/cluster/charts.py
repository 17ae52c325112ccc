"""The pinned add-on charts, in one table: chart, version, namespace, values, permissions. The one place to upgrade.

Every controller runs on the system nodes, in two copies over the zones, and gives way one pod at a time.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from pulumi import Input

from components.cluster import chart_permissions
from components.cluster.chart_permissions import ChartScope
from components.cluster.system_nodes import POOL_LABEL, SYSTEM_POOL, SYSTEM_TAINT
from components.identity.pod_role import Statement

Values = dict[str, Any]

_REPLICAS: Final = 2
_PRIORITY: Final = "system-cluster-critical"


@dataclass(frozen=True, kw_only=True)
class ChartContext:
    """What values and permissions are made from. `scope.cluster` is the cluster's physical name."""

    scope: ChartScope
    vpc_id: Input[str]
    cluster_endpoint: Input[str]
    interruption_queue: Input[str]
    zonal_shift: bool
    isolated: bool


def _no_permissions(_context: ChartContext) -> Sequence[Statement]:
    return ()


@dataclass(frozen=True, kw_only=True)
class ChartAddOn:
    """A chart; `repository` is empty when its name is an OCI address, `timeout_seconds` bounds each operation."""

    chart: str
    version: str
    values: Callable[[ChartContext], Values]
    repository: str = ""
    namespace: str = "kube-system"
    service_account: str
    permissions: Callable[[ChartContext], Sequence[Statement]] = _no_permissions
    timeout_seconds: int = 600


def _placement(app: str, label: str = "app.kubernetes.io/name") -> Values:
    return {
        "nodeSelector": {"kubernetes.io/os": "linux", POOL_LABEL: SYSTEM_POOL},
        "tolerations": [{"key": SYSTEM_TAINT, "operator": "Exists"}],
        "topologySpreadConstraints": [
            {
                "maxSkew": 1,
                "topologyKey": "topology.kubernetes.io/zone",
                "whenUnsatisfiable": "ScheduleAnyway",
                "labelSelector": {"matchLabels": {label: app}},
            }
        ],
    }


def _resources(cpu: str, memory: str) -> Values:
    # No CPU limit: a throttled controller reacts late, and requests already share the nodes out.
    return {"requests": {"cpu": cpu, "memory": memory}, "limits": {"memory": memory}}


def _load_balancer_controller(context: ChartContext) -> Values:
    """Give values for target group bindings alone: the program owns the load balancer, its rules and its security."""
    return {
        **_placement("aws-load-balancer-controller"),
        "clusterName": context.scope.cluster,
        "region": context.scope.region,
        "vpcId": context.vpc_id,
        "replicaCount": _REPLICAS,
        "priorityClassName": _PRIORITY,
        "podDisruptionBudget": {"maxUnavailable": 1},
        "serviceAccount": {"create": True, "name": "aws-load-balancer-controller"},
        "createIngressClassResource": False,
        "ingressClassParams": {"create": False},
        "enableServiceMutatorWebhook": False,
        "enableBackendSecurityGroup": False,
        "enableShield": False,
        "enableWaf": False,
        "enableWafv2": False,
        "controllerConfig": {"featureGates": {"ALBGatewayAPI": False, "NLBGatewayAPI": False}},
        "resources": _resources("100m", "256Mi"),
    }


def _external_secrets(context: ChartContext) -> Values:
    """Give values for reading alone: nothing in the cluster is pushed to Secrets Manager."""
    common: Values = {"priorityClassName": _PRIORITY, "podDisruptionBudget": {"enabled": True, "minAvailable": 1}}
    return {
        **common,
        **_placement("external-secrets"),
        "installCRDs": True,
        "replicaCount": _REPLICAS,
        "leaderElect": True,
        "serviceAccount": {"create": True, "name": "external-secrets"},
        "processPushSecret": False,
        "processClusterPushSecret": False,
        "processClusterExternalSecret": False,
        "resources": _resources("50m", "256Mi"),
        "extraEnv": [{"name": "AWS_REGION", "value": context.scope.region}],
        "webhook": {
            **common,
            **_placement("external-secrets-webhook"),
            "replicaCount": _REPLICAS,
            "resources": _resources("20m", "128Mi"),
        },
        # It renews the webhook's certificate, days ahead: one copy is enough.
        "certController": {
            **_placement("external-secrets-cert-controller"),
            "priorityClassName": _PRIORITY,
            "replicaCount": 1,
            "resources": _resources("20m", "256Mi"),
        },
    }


def _metrics_server(_context: ChartContext) -> Values:
    return {
        **_placement("metrics-server"),
        "replicas": _REPLICAS,
        "priorityClassName": _PRIORITY,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "serviceAccount": {"create": True, "name": "metrics-server"},
        "resources": _resources("100m", "256Mi"),
    }


def _reloader(_context: ChartContext) -> Values:
    """Give values for a restart on request: a pod names the secret it reads, and is replaced when that changes."""
    return {
        "reloader": {
            "autoReloadAll": False,
            "watchGlobally": True,
            "enableHA": True,
            # An annotation on the pod template: a rollout that the workload's own budget paces.
            "reloadStrategy": "annotations",
            "ignoreJobs": True,
            "ignoreCronJobs": True,
            "readOnlyRootFileSystem": True,
            "serviceAccount": {"create": True, "name": "reloader"},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "deployment": {
                **_placement("reloader-reloader", "app"),
                "replicas": _REPLICAS,
                "priorityClassName": _PRIORITY,
                "resources": _resources("20m", "256Mi"),
            },
        }
    }


def _karpenter(context: ChartContext) -> Values:
    """Give values; the chart itself keeps its pods off the nodes it manages and spreads them over zones and nodes."""
    return {
        "nodeSelector": {"kubernetes.io/os": "linux", POOL_LABEL: SYSTEM_POOL},
        "replicas": _REPLICAS,
        "priorityClassName": _PRIORITY,
        "serviceAccount": {"create": True, "name": "karpenter"},
        "settings": {
            "clusterName": context.scope.cluster,
            "clusterEndpoint": context.cluster_endpoint,
            "interruptionQueue": context.interruption_queue,
            "enableZonalShift": context.zonal_shift,
            # Without a way out there is no price list to ask for: the chart's own is used.
            "isolatedVPC": context.isolated,
            "featureGates": {"nodeRepair": True},
        },
        "controller": {"resources": {"requests": {"cpu": "500m", "memory": "1Gi"}, "limits": {"memory": "1Gi"}}},
    }


def _cert_manager(_context: ChartContext) -> Values:
    """Give values for certificates inside the cluster alone: what the outside sees comes from ACM."""
    part: Values = {"nodeSelector": {"kubernetes.io/os": "linux", POOL_LABEL: SYSTEM_POOL}}
    tolerated: Values = {"tolerations": [{"key": SYSTEM_TAINT, "operator": "Exists"}]}
    budget: Values = {"podDisruptionBudget": {"enabled": True, "minAvailable": 1}}
    return {
        **part,
        **tolerated,
        **budget,
        "crds": {"enabled": True, "keep": False},
        "global": {"priorityClassName": _PRIORITY},
        "replicaCount": _REPLICAS,
        "serviceAccount": {"create": True, "name": "cert-manager"},
        "resources": _resources("20m", "128Mi"),
        "webhook": {**part, **tolerated, **budget, "replicaCount": _REPLICAS, "resources": _resources("20m", "64Mi")},
        "cainjector": {**part, **tolerated, "replicaCount": 1, "resources": _resources("20m", "256Mi")},
        # It only waits for the webhook to answer, so that what needs certificates can follow.
        "startupapicheck": {**part, **tolerated},
    }


def _cloudnative_pg(_context: ChartContext) -> Values:
    """Give values; one of the two operators leads, the other answers the webhook beside it."""
    return {
        **_placement("cloudnative-pg"),
        "replicaCount": _REPLICAS,
        "priorityClassName": _PRIORITY,
        "serviceAccount": {"create": True, "name": "cloudnative-pg"},
        "resources": _resources("100m", "256Mi"),
    }


def _barman_plugin(_context: ChartContext) -> Values:
    """Give values; the plugin's work is done by a sidecar of each instance, with the instance's own permissions."""
    return {
        **_placement("plugin-barman-cloud"),
        "replicaCount": 1,
        "priorityClassName": _PRIORITY,
        "serviceAccount": {"create": True, "name": "plugin-barman-cloud"},
        "resources": _resources("20m", "128Mi"),
    }


def _policy_controller(_context: ChartContext) -> Values:
    """Give values that refuse what no policy names; only namespaces that carry the label are asked about."""
    return {
        "commonNodeSelector": {"kubernetes.io/os": "linux", POOL_LABEL: SYSTEM_POOL},
        "commonTolerations": [{"key": SYSTEM_TAINT, "operator": "Exists"}],
        "webhook": {
            "replicaCount": _REPLICAS,
            "priorityClass": _PRIORITY,
            # A pod that cannot be judged is not let in.
            "failurePolicy": "Fail",
            "configData": {"no-match-policy": "deny"},
            "serviceAccount": {"create": True, "name": "policy-controller"},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            "resources": _resources("100m", "512Mi"),
        },
    }


CHARTS: Final[Mapping[str, ChartAddOn]] = {
    "aws-load-balancer-controller": ChartAddOn(
        chart="aws-load-balancer-controller",
        repository="https://aws.github.io/eks-charts",
        version="3.5.0",
        service_account="aws-load-balancer-controller",
        values=_load_balancer_controller,
        permissions=lambda context: chart_permissions.load_balancer_controller(context.scope),
    ),
    "external-secrets": ChartAddOn(
        chart="external-secrets",
        repository="https://charts.external-secrets.io",
        version="2.9.0",
        namespace="external-secrets",
        service_account="external-secrets",
        values=_external_secrets,
        permissions=lambda context: chart_permissions.external_secrets(context.scope),
    ),
    "metrics-server": ChartAddOn(
        chart="metrics-server",
        repository="https://kubernetes-sigs.github.io/metrics-server",
        version="3.13.1",
        service_account="metrics-server",
        values=_metrics_server,
    ),
    "reloader": ChartAddOn(
        chart="reloader",
        repository="https://stakater.github.io/stakater-charts",
        version="2.2.16",
        namespace="reloader",
        service_account="reloader",
        values=_reloader,
    ),
    # Its permissions come with the queue and the node role: see karpenter.py.
    "karpenter": ChartAddOn(
        chart="oci://public.ecr.aws/karpenter/karpenter",
        version="1.14.1",
        service_account="karpenter",
        values=_karpenter,
    ),
}

OPTIONAL_CHARTS: Final[Mapping[str, ChartAddOn]] = {
    # The database operator's backup plugin proves itself to the operator by a certificate.
    "cert-manager": ChartAddOn(
        chart="cert-manager",
        repository="https://charts.jetstack.io",
        version="v1.21.1",
        namespace="cert-manager",
        service_account="cert-manager",
        values=_cert_manager,
    ),
    "cloudnative-pg": ChartAddOn(
        chart="cloudnative-pg",
        repository="https://cloudnative-pg.github.io/charts",
        version="0.29.0",
        namespace="cnpg-system",
        service_account="cloudnative-pg",
        values=_cloudnative_pg,
    ),
    # It must live beside the operator, which looks for it there.
    "plugin-barman-cloud": ChartAddOn(
        chart="plugin-barman-cloud",
        repository="https://cloudnative-pg.github.io/charts",
        version="0.7.0",
        namespace="cnpg-system",
        service_account="plugin-barman-cloud",
        values=_barman_plugin,
    ),
    "policy-controller": ChartAddOn(
        chart="policy-controller",
        repository="https://sigstore.github.io/helm-charts",
        version="0.10.6",
        namespace="cosign-system",
        service_account="policy-controller",
        values=_policy_controller,
        permissions=lambda context: chart_permissions.image_signatures(context.scope),
    ),
}
"""Charts that only some products need, each after those that it leans on."""
