"""waiver.exchange on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestWaiverExchange(OnACluster):
    workload = "waiver-exchange"
