"""How a client reaches the cluster: no credential inside, a token is asked of AWS for each run."""

import zlib
from dataclasses import dataclass
from typing import Any

_FIRST_PORT, _PORTS = 20000, 10000
"""Below the ports that Linux (from 32768) and macOS (from 49152) give to outgoing connections."""


@dataclass(frozen=True, kw_only=True)
class Tunnel:
    """The machines of this `Name` tag carry the way in; it ends at a port of this machine, the same on every one."""

    machines: str
    port: int


def tunnel(cluster_name: str, machines: str) -> Tunnel:
    """Give every cluster a port by its name, so that the tunnels of two stacks do not meet."""
    return Tunnel(machines=machines, port=_FIRST_PORT + zlib.crc32(cluster_name.encode()) % _PORTS)


def kubeconfig(
    name: str, region: str, endpoint: str, certificate_authority: str, through: Tunnel | None = None
) -> dict[str, Any]:
    """Return a kubeconfig whose user runs `aws eks get-token`, with the identity that the AWS provider uses too.

    Through a tunnel the server is a port of this machine. The certificate is still checked against the endpoint's own
    name, and the command that asks for the token opens the tunnel first: a client runs it before it connects.
    """
    return {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": name,
        "clusters": [{"name": name, "cluster": _server(endpoint, certificate_authority, through)}],
        "contexts": [{"name": name, "context": {"cluster": name, "user": name}}],
        "users": [
            {
                "name": name,
                "user": {
                    "exec": {
                        "apiVersion": "client.authentication.k8s.io/v1beta1",
                        **_token(name, region, endpoint, through),
                        "interactiveMode": "Never",
                    }
                },
            }
        ],
    }


def _server(endpoint: str, certificate_authority: str, through: Tunnel | None) -> dict[str, str]:
    authority = {"certificate-authority-data": certificate_authority}
    if through is None:
        return {"server": endpoint, **authority}
    # Not `proxy-url`: the provider does not keep to it (https://github.com/pulumi/pulumi-kubernetes/issues/3395).
    return {"server": f"https://127.0.0.1:{through.port}", "tls-server-name": _host(endpoint), **authority}


def _token(name: str, region: str, endpoint: str, through: Tunnel | None) -> dict[str, Any]:
    asked = ["--cluster-name", name, "--region", region]
    if through is None:
        return {"command": "aws", "args": ["eks", "get-token", *asked, "--output", "json"]}
    way = ["--host", _host(endpoint), "--port", str(through.port), "--machines", through.machines]
    # The engine starts its providers in the project's folder, where the module is found.
    return {"command": "python3", "args": ["-m", "tools.tunnel", *asked, *way]}


def _host(endpoint: str) -> str:
    return endpoint.removeprefix("https://").rstrip("/")
