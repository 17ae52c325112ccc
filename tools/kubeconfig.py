"""Print a kubeconfig for a stack that stands: `python -m tools.kubeconfig --stack prod > prod.kubeconfig`.

It reaches the API on the way that the stack states, as `up` does: through a tunnel, kubectl opens that by itself. No
credential is inside; whoever uses it enters as who their AWS credentials say.
"""

import json
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

from components.cluster.kubeconfig import kubeconfig, tunnel
from components.cluster.system_nodes import node_name
from settings import PlatformSettings
from settings.runtimes import Feature
from tools.stack import ROOT, asked, parser
from tools.tunnel.keeper import last_line


def document(settings: PlatformSettings, cluster: dict[str, Any]) -> dict[str, Any]:
    """Return the kubeconfig of a cluster as `aws eks describe-cluster` answers."""
    name, stack = settings.prefix, settings.stack
    through = tunnel(name, node_name(name)) if stack.cluster.api_access == "tunnel" else None
    authority = cluster["certificateAuthority"]["data"]
    config = kubeconfig(name, stack.region, cluster["endpoint"], authority, through)
    if through is not None:
        # A person's kubectl starts in any folder, not in this project's as the engine's providers do.
        config["users"][0]["user"]["exec"]["env"] = [{"name": "PYTHONPATH", "value": str(ROOT)}]
    return config


def _described(settings: PlatformSettings) -> dict[str, Any] | str:
    """Ask for the cluster; a line when there is no answer."""
    question = ["aws", "eks", "describe-cluster", "--name", settings.prefix, "--region", settings.stack.region]
    try:
        answer = subprocess.run([*question, "--output", "json"], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "aws is not on PATH: install the AWS command line, version 2"
    if answer.returncode != 0:
        return last_line(answer.stderr) or "aws eks describe-cluster failed"
    return json.loads(answer.stdout)["cluster"]


def main(arguments: Sequence[str]) -> int:
    """Print it; returns the exit code."""
    chosen = parser("tools.kubeconfig", "A kubeconfig of a stack.").parse_args(arguments)
    settings = asked(chosen)
    if settings is None:
        return 1
    if Feature.KUBERNETES_API not in settings.stack.offers:
        sys.stderr.write(f"{chosen.stack} has no cluster: it runs on {settings.stack.runtime}\n")
        return 1
    cluster = _described(settings)
    if isinstance(cluster, str):
        sys.stderr.write(f"{cluster}\n")
        return 1
    print(json.dumps(document(settings, cluster), indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
