"""What each program of the control plane is started with, as a managed cluster's are where that can be told."""

import json
from pathlib import Path
from typing import Final

STAGES: Final = Path(__file__).with_name("stages.yaml")
SERVICES: Final = "172.20.0.0/16"
"""EKS's own range: https://docs.aws.amazon.com/eks/latest/APIReference/API_KubernetesNetworkConfigRequest.html"""

_ISSUER: Final = "https://kubernetes.default.svc"


def etcd(folder: Path, url: str, peer: str) -> list[str]:
    """Return etcd's flags; what it holds need not survive a crash."""
    return [
        f"--data-dir={folder / 'etcd'}",
        f"--listen-client-urls={url}",
        f"--advertise-client-urls={url}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        "--unsafe-no-fsync",
        "--log-level=error",
    ]


def api_server(folder: Path, port: int, store: str) -> list[str]:
    """Return the API server's flags: RBAC, and every admission plugin that is on by default."""
    return [
        f"--etcd-servers={store}",
        "--bind-address=127.0.0.1",
        f"--secure-port={port}",
        # Nothing is reached at this address: pods do not run.
        "--advertise-address=10.0.0.1",
        "--endpoint-reconciler-type=none",
        f"--cert-dir={folder}",
        f"--token-auth-file={folder / 'tokens.csv'}",
        "--authorization-mode=Node,RBAC",
        f"--service-account-issuer={_ISSUER}",
        f"--service-account-key-file={folder / 'service-account.pub'}",
        f"--service-account-signing-key-file={folder / 'service-account.key'}",
        f"--service-cluster-ip-range={SERVICES}",
        "--allow-privileged=true",
        # A test asks as fast as it can; fairness between users is not what is looked at.
        "--enable-priority-and-fairness=false",
        "--max-requests-inflight=0",
        "--max-mutating-requests-inflight=0",
    ]


def controller_manager(folder: Path) -> list[str]:
    """Return the controllers' flags; autoscalers look every second rather than fifteen."""
    return [
        *_client(folder, "kube-controller-manager"),
        "--use-service-account-credentials",
        "--controllers=*,-node-ipam-controller,-node-route-controller,-cloud-node-lifecycle-controller",
        f"--service-account-private-key-file={folder / 'service-account.key'}",
        f"--root-ca-file={folder / 'apiserver.crt'}",
        "--horizontal-pod-autoscaler-sync-period=1s",
        "--horizontal-pod-autoscaler-initial-readiness-delay=1s",
        "--horizontal-pod-autoscaler-cpu-initialization-period=1s",
        # A claim is bound within a second of its volume, rather than within fifteen.
        "--pvclaimbinder-sync-period=1s",
        "--kube-api-qps=200",
        "--kube-api-burst=400",
    ]


def scheduler(folder: Path) -> list[str]:
    """Return the scheduler's flags: its default profile, as a managed cluster runs it."""
    return [*_client(folder, "kube-scheduler"), "--kube-api-qps=200", "--kube-api-burst=400"]


def kwok(folder: Path) -> list[str]:
    """Return KWOK's flags: it stands in for the kubelet of every node there is."""
    return [
        f"--kubeconfig={folder / 'kwok.kubeconfig'}",
        f"--config={STAGES}",
        "--manage-all-nodes=true",
        "--node-lease-duration-seconds=40",
        "--server-address=",
    ]


def _client(folder: Path, name: str) -> list[str]:
    return [
        f"--kubeconfig={folder / name}.kubeconfig",
        "--leader-elect=false",
        # Nobody looks at what it serves.
        "--secure-port=0",
        "--authentication-skip-lookup",
    ]


def write_kubeconfig(file: Path, url: str, certificate: Path, token: str) -> None:
    """Write a kubeconfig with one cluster, user and context."""
    name = "groundwork"
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "clusters": [{"name": name, "cluster": {"server": url, "certificate-authority": str(certificate)}}],
        "users": [{"name": name, "user": {"token": token}}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "current-context": name,
    }
    file.touch(mode=0o600)
    file.write_text(json.dumps(content))
