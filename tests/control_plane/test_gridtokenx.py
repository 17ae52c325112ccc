"""GridTokenX on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestGridtokenx(OnACluster):
    workload = "gridtokenx"
