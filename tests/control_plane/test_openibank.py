"""OpeniBank on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestOpenibank(OnACluster):
    workload = "openibank"
    proves = (("test_the_most_of_every_service_finds_room", "OB-91"),)
