"""The real API server takes what a product's ports become."""

from tests.charts.product import chart, with_services
from tests.charts.test_protocols import RPC
from tools.control_plane.client import Manifest
from tools.control_plane.processes import ControlPlane
from tools.control_plane.releases import create_namespace


def _of(name: str, *kinds: str) -> list[Manifest]:
    found = chart(with_services({name: RPC}))
    return [dict(found.one(kind, name)) for kind in kinds]


def test_ports_and_probes_of_grpc_are_taken(bare: ControlPlane) -> None:
    create_namespace(bare.client, "ports")
    for manifest in _of("orders", "Service", "Deployment"):
        bare.client.create(manifest, "ports", dry_run=True)
