"""The real API server takes what clustered pods become, and keeps a record of each of them."""

from components.runtimes.kubernetes.values import workload_values
from tests.charts.rendering import Rendered, render
from tests.charts.test_peers import clustered
from tools.control_plane.client import Manifest
from tools.control_plane.processes import ControlPlane
from tools.control_plane.releases import create_namespace


def test_a_headless_service_its_pods_and_their_policy_are_taken(bare: ControlPlane) -> None:
    create_namespace(bare.client, "peers")
    release: Rendered = render("workload", workload_values(*clustered()).to_helm())
    for kind, name in (
        ("Service", "chat"),
        ("Service", "chat-headless"),
        ("Deployment", "chat"),
        ("NetworkPolicy", "chat-policy"),
    ):
        manifest: Manifest = dict(release.one(kind, name))
        bare.client.create(manifest, "peers", dry_run=True)
