"""The pinned add-on charts, in one table: chart, version, namespace, values, permissions. The one place to upgrade.

Every controller runs on the system nodes, in two copies over the zones, and gives way one pod at a time. Where each
chart keeps its definitions, and what its values reach, was read in the charts:
offline_cloud/kubernetes/charts/facts.json.
"""

from collections.abc import Mapping
from typing import Final

from components.cluster import chart_permissions
from components.cluster.chart_add_on import PRIORITY, REPLICAS, ChartAddOn, ChartContext, Values, placement, resources
from components.cluster.system_nodes import POOL_LABEL, SYSTEM_POOL

_KARPENTER_VERSION: Final = "1.14.1"
_FIRST: Final = "system-node-critical"
"""Karpenter's pods are the largest of the system nodes, and a node has room for one only while few others are on it:
with one priority for all, 22 of 100 drawn orders left it pending after a drain. With the highest, others give way.
https://kubernetes.io/docs/tasks/administer-cluster/guaranteed-scheduling-critical-addon-pods/"""


def _load_balancer_controller(context: ChartContext) -> Values:
    """Give values for target group bindings alone: the program owns the load balancer, its rules and its security."""
    return {
        **placement("aws-load-balancer-controller"),
        "clusterName": context.scope.cluster,
        "region": context.scope.region,
        "vpcId": context.vpc_id,
        "replicaCount": REPLICAS,
        "priorityClassName": PRIORITY,
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
        "resources": resources("100m", "256Mi"),
    }


def _external_secrets(context: ChartContext) -> Values:
    """Give values for reading alone: nothing in the cluster is pushed to Secrets Manager."""
    common: Values = {"priorityClassName": PRIORITY, "podDisruptionBudget": {"enabled": True, "minAvailable": 1}}
    return {
        **common,
        **placement("external-secrets"),
        "installCRDs": True,
        "replicaCount": REPLICAS,
        "leaderElect": True,
        "serviceAccount": {"create": True, "name": "external-secrets"},
        "processPushSecret": False,
        "processClusterPushSecret": False,
        "processClusterExternalSecret": False,
        "resources": resources("50m", "256Mi"),
        "extraEnv": [{"name": "AWS_REGION", "value": context.scope.region}],
        "webhook": {
            **common,
            **placement("external-secrets-webhook"),
            "replicaCount": REPLICAS,
            "resources": resources("20m", "128Mi"),
        },
        # It renews the webhook's certificate, days ahead: one copy is enough.
        "certController": {
            **placement("external-secrets-cert-controller"),
            "priorityClassName": PRIORITY,
            "replicaCount": 1,
            "resources": resources("20m", "256Mi"),
        },
    }


def _metrics_server(_context: ChartContext) -> Values:
    return {
        **placement("metrics-server"),
        "replicas": REPLICAS,
        "priorityClassName": PRIORITY,
        "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
        "serviceAccount": {"create": True, "name": "metrics-server"},
        "resources": resources("100m", "256Mi"),
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
                **placement("reloader-reloader", "app"),
                "replicas": REPLICAS,
                "priorityClassName": PRIORITY,
                "resources": resources("20m", "256Mi"),
            },
        }
    }


def _karpenter(context: ChartContext) -> Values:
    """Give values; the chart itself keeps its pods off the nodes it manages and spreads them over zones and nodes."""
    return {
        "nodeSelector": {"kubernetes.io/os": "linux", POOL_LABEL: SYSTEM_POOL},
        "replicas": REPLICAS,
        "priorityClassName": _FIRST,
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


CHARTS: Final[Mapping[str, ChartAddOn]] = {
    "aws-load-balancer-controller": ChartAddOn(
        chart="aws-load-balancer-controller",
        repository="https://aws.github.io/eks-charts",
        version="3.5.0",
        definitions="by hand",
        service_account="aws-load-balancer-controller",
        values=_load_balancer_controller,
        permissions=lambda context: chart_permissions.load_balancer_controller(context.scope),
    ),
    "external-secrets": ChartAddOn(
        chart="external-secrets",
        repository="https://charts.external-secrets.io",
        version="2.9.0",
        definitions="with the chart",
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
    # Helm never upgrades what lies in crds/: https://github.com/aws/karpenter-provider-aws/issues/7420
    "karpenter-crd": ChartAddOn(
        chart="oci://public.ecr.aws/karpenter/karpenter-crd",
        version=_KARPENTER_VERSION,
        definitions="with the chart",
    ),
    # Its permissions come with the queue and the node role: see karpenter.py.
    "karpenter": ChartAddOn(
        chart="oci://public.ecr.aws/karpenter/karpenter",
        version=_KARPENTER_VERSION,
        definitions="chart of their own",
        service_account="karpenter",
        values=_karpenter,
    ),
}
