"""What holds for every product on a real control plane; a class of tests for each product takes it over."""

from typing import ClassVar

import pytest

from components.cluster.charts import CHARTS
from components.cluster.demand import PLATFORM_PODS
from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional_charts import OPTIONAL_CHARTS
from components.cluster.system_pods import system_room
from components.monitoring.charts import NAMESPACE
from tests.control_plane.cluster import Cluster
from tests.control_plane.watching import by_service
from tools.control_plane.definitions import definitions
from tools.control_plane.nodes import ZONE

COMMON = "workload"
SYSTEM = "system"
SYSTEM_NAMESPACES = {each.namespace for table in (CHARTS, MESH_CHARTS, OPTIONAL_CHARTS) for each in table.values()}


class OnACluster:
    """Tests of a product on each stack that gives it a cluster."""

    workload: ClassVar[str]

    def test_the_api_server_takes_every_object(self, cluster: Cluster) -> None:
        assert [str(each) for each in cluster.verdicts if each.outcome == "refused"] == []

    def test_the_api_server_warns_of_nothing(self, cluster: Cluster) -> None:
        assert [str(each) for each in cluster.verdicts if each.outcome == "accepted" and each.said] == []

    def test_no_kind_goes_unjudged(self, cluster: Cluster) -> None:
        unjudged = sorted({each.kind for each in cluster.verdicts if each.outcome == "not judged"})
        if unjudged and not definitions():
            pytest.skip(f"not judged, for want of their definitions: {', '.join(unjudged)}")
        assert unjudged == []

    def test_every_pod_finds_a_node_and_runs(self, cluster: Cluster) -> None:
        assert cluster.pending() == {}
        assert cluster.incomplete() == []

    def test_the_platforms_own_pods_have_the_system_nodes_to_themselves(self, cluster: Cluster) -> None:
        for pod in cluster.pods():
            if not cluster.is_daemon(pod):
                own = pod["metadata"]["namespace"] in SYSTEM_NAMESPACES
                assert (cluster.pool_of(pod) == SYSTEM) == own, pod["metadata"]["name"]

    def test_the_system_nodes_hold_what_the_plan_counts(self, cluster: Cluster) -> None:
        room = system_room(cluster.product.settings)
        assert room is not None
        assert cluster.requested(SYSTEM, lambda _: True, daemons=True) == room.pods + room.daemons * room.minimum

    def test_copies_are_in_as_many_zones_as_there_are(self, cluster: Cluster) -> None:
        zones = len(cluster.product.settings.stack.zones)
        for app, pods in by_service(cluster.pods()).items():
            where = [cluster.node_of(pod)["metadata"]["labels"][ZONE] for pod in pods]
            assert len(set(where)) == min(len(pods), zones), (app, where)

    def test_the_most_of_every_service_finds_room(self, cluster: Cluster) -> None:
        """What autoscaling may ask for, the pool's limit gives; `make capacity` counts the same requests."""
        cluster.scale_to_maximum()
        cluster.settle()
        assert cluster.pending() == {}
        assert cluster.incomplete() == []
        watched = cluster.requested(COMMON, lambda namespace: namespace == NAMESPACE)
        assert watched.millicores <= PLATFORM_PODS.millicores
        assert watched.mebibytes <= PLATFORM_PODS.mebibytes
