"""Kubernetes objects of a release that every rule accepts, and one broken property for each rule."""

from typing import Any

from tests.policies.broken import DELETED

_LABELS = {"app": "api", "app.kubernetes.io/part-of": "openibank"}
_CONTAINER: dict[str, Any] = {
    "name": "api",
    "image": "111122223333.dkr.ecr.us-east-1.amazonaws.com/api:1.4.0",
    "env": [{"name": "LOG_LEVEL", "value": "info"}, {"name": "API_KEY", "valueFrom": {"secretKeyRef": {"name": "a"}}}],
    "ports": [{"name": "http", "containerPort": 3000}],
    "readinessProbe": {"httpGet": {"path": "/ready", "port": "http"}},
    "livenessProbe": {"httpGet": {"path": "/live", "port": "http"}},
    "resources": {"requests": {"cpu": "250m", "memory": "256Mi"}, "limits": {"memory": "512Mi"}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "capabilities": {"drop": ["ALL"]},
        "privileged": False,
        "readOnlyRootFilesystem": True,
    },
}
_POD: dict[str, Any] = {
    "automountServiceAccountToken": False,
    "serviceAccountName": "api",
    "securityContext": {"runAsNonRoot": True, "runAsUser": 10001, "seccompProfile": {"type": "RuntimeDefault"}},
    "topologySpreadConstraints": [{"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zone"}],
    "containers": [_CONTAINER],
    "volumes": [{"name": "scratch", "emptyDir": {"sizeLimit": "1Gi"}}],
}


def _object(kind: str, name: str, **others: Any) -> dict[str, Any]:
    return {"kind": kind, "metadata": {"name": name, "namespace": "openibank"}, **others}


GOOD: dict[str, dict[str, Any]] = {
    "Deployment": _object(
        "Deployment", "api", spec={"replicas": 3, "template": {"metadata": {"labels": _LABELS}, "spec": _POD}}
    ),
    "CronJob": _object(
        "CronJob",
        "report",
        spec={
            "concurrencyPolicy": "Forbid",
            "jobTemplate": {"spec": {"template": {"metadata": {"labels": {"app": "report"}}, "spec": _POD}}},
        },
    ),
    "PodDisruptionBudget": _object(
        "PodDisruptionBudget", "api", spec={"maxUnavailable": 1, "selector": {"matchLabels": dict(_LABELS)}}
    ),
    "ServiceAccount": _object("ServiceAccount", "api"),
    "Service": _object("Service", "api", spec={"type": "ClusterIP", "ports": [{"port": 3000}]}),
    "Role": _object(
        "Role",
        "leader",
        rules=[
            {"apiGroups": ["coordination.k8s.io"], "resources": ["leases"], "verbs": ["get", "update"]},
            {"apiGroups": [""], "resources": ["secrets"], "resourceNames": ["api"], "verbs": ["get"]},
        ],
    ),
    "RoleBinding": _object(
        "RoleBinding",
        "leader",
        roleRef={"kind": "Role", "name": "leader"},
        subjects=[{"kind": "ServiceAccount", "name": "leader"}],
    ),
    "NetworkPolicy": _object(
        "NetworkPolicy",
        "api",
        spec={
            "podSelector": {},
            "ingress": [{"from": [{"podSelector": {"matchLabels": {"app": "web"}}}]}],
            "egress": [{"to": [{"ipBlock": {"cidr": "0.0.0.0/0"}}], "ports": [{"port": 443}]}],
        },
    ),
    "ConfigMap": _object("ConfigMap", "api", data={"a": "b", "start.sh": "#!/bin/sh\nexec api\n"}),
    "Namespace": {
        "kind": "Namespace",
        "metadata": {"name": "openibank", "labels": {"pod-security.kubernetes.io/enforce": "restricted"}},
    },
    "NetworkPolicy/closed": _object("NetworkPolicy", "closed", spec={"podSelector": {}}),
    "ExternalSecret": _object("ExternalSecret", "api", spec={"refreshInterval": "1h"}),
    "StorageClass": {
        "kind": "StorageClass",
        "metadata": {"name": "gp3"},
        "provisioner": "ebs.csi.aws.com",
        "parameters": {"encrypted": "true"},
    },
    "EC2NodeClass": {
        "kind": "EC2NodeClass",
        "metadata": {"name": "workload"},
        "spec": {
            "metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1},
            "blockDeviceMappings": [{"deviceName": "/dev/xvda", "ebs": {"encrypted": True}}],
        },
    },
    "NodePool": {
        "kind": "NodePool",
        "metadata": {"name": "workload"},
        "spec": {"limits": {"cpu": "36", "memory": "144Gi"}},
    },
    "StatefulSet": _object("StatefulSet", "bus", spec={"template": {"metadata": {"labels": _LABELS}, "spec": _POD}}),
    "HorizontalPodAutoscaler": _object(
        "HorizontalPodAutoscaler",
        "bus",
        spec={"scaleTargetRef": {"kind": "StatefulSet", "name": "bus"}, "minReplicas": 3},
    ),
}

_SPEC, _JOB = "spec.template.spec", "spec.jobTemplate.spec.template.spec"
_C = f"{_SPEC}.containers.0"
_S = f"{_C}.securityContext"

BROKEN: list[tuple[str, str, str, Any]] = [
    ("pod-not-privileged", "Deployment", f"{_S}.privileged", True),
    ("pod-not-root", "Deployment", f"{_SPEC}.securityContext.runAsNonRoot", DELETED),
    ("pod-not-root", "Deployment", f"{_S}.runAsUser", 0),
    ("pod-not-root", "CronJob", f"{_JOB}.containers.0.securityContext.runAsNonRoot", False),
    ("pod-no-escalation", "Deployment", f"{_S}.allowPrivilegeEscalation", DELETED),
    ("pod-no-capabilities", "Deployment", f"{_S}.capabilities.add", ["NET_ADMIN"]),
    ("pod-no-capabilities", "Deployment", f"{_S}.capabilities.drop", ["NET_RAW"]),
    ("pod-no-capabilities", "Deployment", f"{_S}.capabilities", DELETED),
    ("pod-root-read-only", "Deployment", f"{_S}.readOnlyRootFilesystem", False),
    ("pod-system-calls-confined", "Deployment", f"{_SPEC}.securityContext.seccompProfile", DELETED),
    ("pod-no-host-paths", "Deployment", f"{_SPEC}.volumes.0.hostPath", {"path": "/var/run"}),
    ("pod-own-network", "Deployment", f"{_SPEC}.hostNetwork", True),
    ("pod-own-network", "Deployment", f"{_C}.ports.0.hostPort", 3000),
    ("pod-own-processes", "Deployment", f"{_SPEC}.hostPID", True),
    ("pod-own-processes", "Deployment", f"{_SPEC}.hostIPC", True),
    ("pod-image-pinned", "Deployment", f"{_C}.image", "docker.io/library/nginx:latest"),
    ("pod-image-pinned", "CronJob", f"{_JOB}.containers.0.image", "nginx"),
    ("pod-room-stated", "Deployment", f"{_C}.resources.limits", DELETED),
    ("pod-room-stated", "Deployment", f"{_C}.resources.requests.cpu", DELETED),
    ("pod-no-plain-secrets", "Deployment", f"{_C}.env.0", {"name": "CLIENT_SECRET", "value": "s3cr3t"}),
    ("pod-no-plain-secrets", "Deployment", f"{_C}.env.0", {"name": "URL", "value": "redis://app:s3cr3t@cache:6379"}),
    ("pod-probed", "Deployment", f"{_C}.livenessProbe", DELETED),
    ("pod-probed", "Deployment", f"{_C}.readinessProbe", DELETED),
    ("pod-spread", "Deployment", f"{_SPEC}.topologySpreadConstraints", DELETED),
    ("pod-disruption-budget", "PodDisruptionBudget", "spec.selector.matchLabels", {"app": "web"}),
    ("pod-token-needed", "Deployment", f"{_SPEC}.automountServiceAccountToken", DELETED),
    ("pod-token-needed", "Deployment", f"{_SPEC}.automountServiceAccountToken", True),
    ("role-no-wildcards", "Role", "rules.0.verbs", ["*"]),
    ("role-no-wildcards", "Role", "rules.0.resources", ["*"]),
    ("role-no-rights-over-rights", "Role", "rules.0.verbs", ["get", "escalate"]),
    ("role-secrets-named", "Role", "rules.1.resourceNames", DELETED),
    ("binding-not-administrator", "RoleBinding", "roleRef.name", "cluster-admin"),
    ("binding-not-everybody", "RoleBinding", "subjects.0.name", "system:authenticated"),
    ("service-inside", "Service", "spec.type", "NodePort"),
    ("service-inside", "Service", "spec.type", "LoadBalancer"),
    ("network-policy-not-open", "NetworkPolicy", "spec.ingress.0", {}),
    ("network-policy-not-open", "NetworkPolicy", "spec.egress.0.ports", DELETED),
    ("release-no-secrets", "ConfigMap", "kind", "Secret"),
    ("pod-containers-apart", "Deployment", f"{_SPEC}.shareProcessNamespace", True),
    ("pod-image-of-known-registry", "Deployment", f"{_C}.image", "images.example.com/api:1.0.0"),
    ("pod-own-account", "Deployment", f"{_SPEC}.serviceAccountName", "default"),
    ("pod-own-account", "CronJob", f"{_JOB}.serviceAccountName", DELETED),
    ("pod-kernel-settings-safe", "Deployment", f"{_SPEC}.securityContext.sysctls", [{"name": "kernel.msgmax"}]),
    ("pod-proc-masked", "Deployment", f"{_S}.procMount", "Unmasked"),
    ("scratch-bounded", "Deployment", f"{_SPEC}.volumes.0.emptyDir", {}),
    ("job-one-at-a-time", "CronJob", "spec.concurrencyPolicy", "Allow"),
    ("job-one-at-a-time", "CronJob", "spec.concurrencyPolicy", DELETED),
    ("config-no-secrets", "ConfigMap", "data", {"DB_PASSWORD": "correct-horse"}),
    ("config-no-secrets", "ConfigMap", "data", {"env": "A=b\nexport DB_PASSWORD=correct-horse\n"}),
    ("pods-apart-when-scaled", "StatefulSet", f"{_SPEC}.topologySpreadConstraints", DELETED),
    ("scaled-from-two", "HorizontalPodAutoscaler", "spec.minReplicas", 1),
    ("scaled-from-two", "HorizontalPodAutoscaler", "spec.minReplicas", DELETED),
    ("budget-lets-pods-go", "PodDisruptionBudget", "spec.maxUnavailable", 0),
    ("budget-lets-pods-go", "PodDisruptionBudget", "spec.minAvailable", "100%"),
    ("role-no-new-pods", "Role", "rules.0", {"resources": ["pods"], "verbs": ["create"]}),
    ("role-no-entering-pods", "Role", "rules.0", {"resources": ["pods/exec"], "verbs": ["create"]}),
    ("role-no-webhooks", "Role", "rules.0", {"resources": ["mutatingwebhookconfigurations"], "verbs": ["patch"]}),
    ("role-no-tokens", "Role", "rules.0", {"resources": ["serviceaccounts/token"], "verbs": ["create"]}),
    ("role-no-volumes", "Role", "rules.0", {"resources": ["persistentvolumes"], "verbs": ["create"]}),
    ("namespace-holds-standard", "Namespace", "metadata.labels", {"team": "a"}),
    ("namespace-closed-at-first", "NetworkPolicy/closed", "spec.podSelector", {"matchLabels": {"app": "api"}}),
    ("service-no-outside-addresses", "Service", "spec.externalIPs", ["203.0.113.7"]),
    ("secret-refreshed", "ExternalSecret", "spec.refreshInterval", "0"),
    ("volume-class-encrypted", "StorageClass", "parameters", DELETED),
    ("node-class-metadata-v2", "EC2NodeClass", "spec.metadataOptions.httpTokens", "optional"),
    ("node-class-metadata-v2", "EC2NodeClass", "spec.metadataOptions.httpPutResponseHopLimit", 2),
    ("node-class-disk-encrypted", "EC2NodeClass", "spec.blockDeviceMappings.0.ebs.encrypted", False),
    ("node-pool-bounded", "NodePool", "spec.limits", DELETED),
    ("object-not-in-default-namespace", "Deployment", "metadata.namespace", "default"),
]
