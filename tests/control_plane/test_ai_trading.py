"""The AI trading system on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestAiTrading(OnACluster):
    workload = "ai-trading"
    proves = (("test_every_pod_finds_a_node_and_runs", "AT-138"),)
