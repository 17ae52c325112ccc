"""How a client reaches the cluster: no credential inside, a token is asked of AWS for each run."""

from typing import Any


def kubeconfig(name: str, region: str, endpoint: str, certificate_authority: str) -> dict[str, Any]:
    """Return a kubeconfig whose user runs `aws eks get-token`, with the identity that the AWS provider uses too."""
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [
            {"name": name, "cluster": {"server": endpoint, "certificate-authority-data": certificate_authority}}
        ],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [
            {
                "name": name,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1beta1",
                        "command": "aws",
                        "args": ["eks", "get-token", "--cluster-name", name, "--region", region, "--output", "json"],
                        "interactiveMode": "Never",
                    }
                },
            }
        ],
    }
