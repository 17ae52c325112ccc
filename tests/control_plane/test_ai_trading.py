"""The AI trading system on a real control plane."""

from tests.control_plane.contract import OnACluster


class TestAiTrading(OnACluster):
    workload = "ai-trading"
