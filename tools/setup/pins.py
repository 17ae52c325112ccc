"""Which tools there are, each by its Go module's folder and main package; versions stand in the go.mod files there."""

from tools.setup.builds import Built
from tools.setup.places import ROOT

PULUMI_VERSION = "3.274.1"
KUBERNETES_VERSION = "1.35.4"

_VERSION_VARIABLE = "github.com/pulumi/pulumi/sdk/v3/go/common/version.Version"
PULUMI = Built(
    "pulumi",
    ROOT / "tools" / "pulumi",
    "github.com/pulumi/pulumi/pkg/v3/cmd/pulumi",
    f"-s -w -X {_VERSION_VARIABLE}=v{PULUMI_VERSION}",
)
HELM = Built("helm", ROOT / "tools" / "helm", "helm.sh/helm/v3/cmd/helm")
KUBECONFORM = Built("kubeconform", ROOT / "tools" / "helm", "github.com/yannh/kubeconform/cmd/kubeconform")
_PROMETHEUS = ROOT / "tools" / "prometheus"
_ALERTMANAGER = "github.com/prometheus/alertmanager"
_PROMETHEUS_PACKAGES = "github.com/prometheus/prometheus/cmd"
AMTOOL = Built("amtool", _PROMETHEUS, f"{_ALERTMANAGER}/cmd/amtool")
# Without discovery of services in clouds, whose clients are most of the build; no rule needs one.
PROMTOOL = Built("promtool", _PROMETHEUS, f"{_PROMETHEUS_PACKAGES}/promtool", tags="remove_all_sd")
PROMETHEUS = (
    PROMTOOL,
    Built("prometheus", _PROMETHEUS, f"{_PROMETHEUS_PACKAGES}/prometheus", tags="remove_all_sd"),
    AMTOOL,
    Built(
        "alertmanager",
        _PROMETHEUS,
        f"{_ALERTMANAGER}/cmd/alertmanager",
        pageless=(_ALERTMANAGER, "ui/app/dist", "github.com/KimMachineGun/automemlimit"),
    ),
)
"""Prometheus and Alertmanager with their tools: built one after the other, for each needs most of the one before."""
YAML_HOST = Built(
    "pulumi-language-yaml",
    ROOT / "tools" / "pulumi_yaml",
    "github.com/pulumi/pulumi-yaml/cmd/pulumi-language-yaml",
)
ACTIONLINT = Built("actionlint", ROOT / "tools" / "actionlint", "github.com/rhysd/actionlint/cmd/actionlint")


def _of_kubernetes(name: str) -> Built:
    variable, minor = "k8s.io/component-base/version.git", KUBERNETES_VERSION.split(".")[1]
    versions = {"Version": f"v{KUBERNETES_VERSION}", "Major": "1", "Minor": minor}
    flags = " ".join(["-s -w", *(f"-X {variable}{key}={value}" for key, value in versions.items())])
    return Built(name, ROOT / "tools" / "kubernetes", f"k8s.io/kubernetes/cmd/{name}", flags)


CONTROL_PLANE = (
    (Built("etcd", ROOT / "tools" / "etcd", "go.etcd.io/etcd/server/v3"), "3.6"),
    *(
        (_of_kubernetes(name), KUBERNETES_VERSION.rpartition(".")[0])
        for name in ("kube-apiserver", "kubectl", "kube-scheduler", "kube-controller-manager")
    ),
    (Built("kwok", ROOT / "tools" / "kwok", "sigs.k8s.io/kwok/cmd/kwok"), "0.8"),
)
"""A Kubernetes control plane, and KWOK for nodes without machines; each with the minor version that serves too."""
