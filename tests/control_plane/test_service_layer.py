"""The service layer on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestServiceLayer(OnACluster):
    workload = "service-layer"
