"""OpeniBank on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestOpenibank(OnACluster):
    workload = "openibank"
