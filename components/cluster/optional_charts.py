"""The pinned charts that only some products need, each after those that it depends on: see charts.py."""

from collections.abc import Mapping
from typing import Final

from components.cluster import chart_permissions
from components.cluster.chart_add_on import (
    PRIORITY,
    REPLICAS,
    ChartAddOn,
    ChartContext,
    Values,
    placement,
    resources,
    system_nodes,
)


def _cert_manager(_context: ChartContext) -> Values:
    """Give values for certificates inside the cluster alone: what the outside sees comes from ACM."""
    budget: Values = {"podDisruptionBudget": {"enabled": True, "minAvailable": 1}}
    return {
        **placement("cert-manager"),
        **budget,
        "crds": {"enabled": True, "keep": False},
        "global": {"priorityClassName": PRIORITY},
        "replicaCount": REPLICAS,
        "serviceAccount": {"create": True, "name": "cert-manager"},
        "resources": resources("20m", "128Mi"),
        "webhook": {**placement("webhook"), **budget, "replicaCount": REPLICAS, "resources": resources("20m", "64Mi")},
        "cainjector": {**system_nodes(), "replicaCount": 1, "resources": resources("20m", "256Mi")},
        # It only waits for the webhook to answer, so that what needs certificates can follow.
        "startupapicheck": system_nodes(),
    }


def _cloudnative_pg(_context: ChartContext) -> Values:
    """Give values; one of the two operators leads, the other answers the webhook beside it."""
    return {
        **placement("cloudnative-pg"),
        "replicaCount": REPLICAS,
        "priorityClassName": PRIORITY,
        "serviceAccount": {"create": True, "name": "cloudnative-pg"},
        "resources": resources("100m", "256Mi"),
    }


def _barman_plugin(_context: ChartContext) -> Values:
    """Give values; the plugin's work is done by a sidecar of each instance, with the instance's own permissions."""
    return {
        **placement("plugin-barman-cloud"),
        "replicaCount": 1,
        "priorityClassName": PRIORITY,
        "serviceAccount": {"create": True, "name": "plugin-barman-cloud"},
        "resources": resources("20m", "128Mi"),
    }


def _policy_controller(context: ChartContext) -> Values:
    """Give values that refuse what no policy names; only namespaces that carry the label are asked about."""
    nodes, asked = system_nodes(), resources("100m", "512Mi")
    term: Values = {
        "topologyKey": "topology.kubernetes.io/zone",
        "labelSelector": {"matchLabels": {"control-plane": "policy-controller-webhook"}},
    }
    return {
        "commonNodeSelector": nodes["nodeSelector"],
        "commonTolerations": nodes["tolerations"],
        "webhook": {
            "replicaCount": REPLICAS,
            "priorityClass": PRIORITY,
            # The chart takes no spread; its own affinity looks at nodes, not at zones.
            "affinity": {
                "podAntiAffinity": {
                    "preferredDuringSchedulingIgnoredDuringExecution": [{"weight": 100, "podAffinityTerm": term}]
                }
            },
            # A pod that cannot be judged is not let in.
            "failurePolicy": "Fail",
            "configData": {"no-match-policy": "deny"},
            "serviceAccount": {"create": True, "name": "policy-controller"},
            "podDisruptionBudget": {"enabled": True, "minAvailable": 1},
            # Without a way out, Sigstore's public roots are out of reach, and a controller that asks for them ends.
            **({"extraArgs": {"disable-tuf": True}} if context.isolated else {}),
            # Helm drops a key whose value is null: the chart has a CPU limit of its own, 200m.
            "resources": {**asked, "limits": {**asked["limits"], "cpu": None}},
        },
    }


OPTIONAL_CHARTS: Final[Mapping[str, ChartAddOn]] = {
    # The database operator's backup plugin proves itself to the operator by a certificate.
    "cert-manager": ChartAddOn(
        chart="cert-manager",
        repository="https://charts.jetstack.io",
        version="v1.21.1",
        definitions="with the chart",
        namespace="cert-manager",
        service_account="cert-manager",
        values=_cert_manager,
    ),
    "cloudnative-pg": ChartAddOn(
        chart="cloudnative-pg",
        repository="https://cloudnative-pg.github.io/charts",
        version="0.29.0",
        definitions="with the chart",
        namespace="cnpg-system",
        service_account="cloudnative-pg",
        values=_cloudnative_pg,
    ),
    # It must live beside the operator, which looks for it there.
    "plugin-barman-cloud": ChartAddOn(
        chart="plugin-barman-cloud",
        repository="https://cloudnative-pg.github.io/charts",
        version="0.7.0",
        definitions="with the chart",
        namespace="cnpg-system",
        service_account="plugin-barman-cloud",
        values=_barman_plugin,
    ),
    "policy-controller": ChartAddOn(
        chart="policy-controller",
        repository="https://sigstore.github.io/helm-charts",
        version="0.10.6",
        definitions="with the chart",
        namespace="cosign-system",
        service_account="policy-controller",
        values=_policy_controller,
        permissions=lambda context: chart_permissions.image_signatures(context.scope),
        # The Job leases-cleanup takes no tolerations: on system nodes alone it would wait until the time-out.
        cleans_up=True,
    ),
}
