"""What holds for every product on a real control plane; a class of tests for each product takes it over."""

import os
from math import ceil
from typing import ClassVar

import pytest

from components.cluster.charts import CHARTS
from components.cluster.demand import PLATFORM_PODS, workload_demand
from components.cluster.mesh_charts import MESH_CHARTS
from components.cluster.optional_charts import OPTIONAL_CHARTS
from components.cluster.system_pods import system_room
from components.monitoring.charts import NAMESPACE
from tests.control_plane.cluster import Cluster
from tests.control_plane.load import serving
from tests.control_plane.watching import by_service, watching_pods
from tools.capacity import in_pool
from tools.control_plane.definitions import definitions
from tools.control_plane.nodes import ZONE

COMMON = "workload"
SYSTEM = "system"
SYSTEM_NAMESPACES = {each.namespace for table in (CHARTS, MESH_CHARTS, OPTIONAL_CHARTS) for each in table.values()}


class OnACluster:
    """Tests of a product on each stack that gives it a cluster."""

    workload: ClassVar[str]
    proves: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Names of tests, each with the requirement of the product that it proves in production."""

    def test_the_api_server_takes_every_object(self, cluster: Cluster) -> None:
        assert [str(each) for each in cluster.verdicts if each.outcome == "refused"] == []

    def test_the_api_server_warns_of_nothing(self, cluster: Cluster) -> None:
        assert [str(each) for each in cluster.verdicts if each.outcome == "accepted" and each.said] == []

    def test_no_kind_goes_unjudged(self, cluster: Cluster) -> None:
        unjudged = sorted({each.kind for each in cluster.verdicts if each.outcome == "not judged"})
        if unjudged and not definitions() and os.environ.get("CI") != "true":
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

    def test_autoscalers_move_at_their_figures(self, production: Cluster) -> None:
        """At a target each holds still; a fifth above, it grows by a fifth: by CPU, memory or figures of its own."""
        settings, scaling = production.product.settings, production.scaled_services()
        with serving(production.plane) as load:
            for figure in sorted({figure for figures in scaling.values() for figure in figures}):
                apps = {app: figures[figure] for app, figures in scaling.items() if figure in figures}
                before = {app: production.replicas(app) for app in scaling}
                load.totals = {(app, figure): target * before[app] for app, target in apps.items()}
                production.wait_for_autoscalers(apps, figure)
                assert {app: production.replicas(app) for app in scaling} == before, figure
                load.totals = {key: total * 1.2 for key, total in load.totals.items()}
                wanted = before | {app: min(ceil(before[app] * 1.2), settings.replicas(app).maximum) for app in apps}
                production.wait_for_replicas(wanted)
                assert {app: production.replicas(app) for app in scaling} == wanted, figure

    def test_a_drained_node_takes_no_service_below_its_budget(self, production: Cluster) -> None:
        node = production.busiest_node(_of_the_product)
        copies = {app: len(pods) for app, pods in by_service(production.pods()).items()}
        # Karpenter launches another in the zone of the one that goes.
        production.add_node_like(node)
        with watching_pods(production.plane.client) as seen:
            production.drain(node)
            production.settle()
        production.uncordon(node)
        assert production.pending() == {}
        assert production.incomplete() == []
        short = {app: fewest for app, fewest in seen.fewest.items() if copies[app] > 1 and fewest < copies[app] - 1}
        assert short == {}

    def test_the_platform_does_without_the_system_nodes_that_may_be_missing(self, production: Cluster) -> None:
        spare = production.product.settings.stack.cluster.system_nodes.spare
        drained = [name for name in production.nodes if name.startswith("system-")][:spare]
        for node in drained:
            production.drain(node)
        production.settle()
        pending, incomplete = production.pending(), production.incomplete()
        # Before anything is judged: the tests that follow have the same cluster.
        for node in drained:
            production.uncordon(node)
        assert len(drained) == spare > 0
        assert pending == {}
        assert incomplete == []

    def test_the_most_of_every_service_finds_room(self, cluster: Cluster) -> None:
        """What autoscaling may ask for, the pool's limit gives; `make capacity` counts the same requests."""
        cluster.scale_to_maximum()
        cluster.settle()
        assert cluster.pending() == {}
        assert cluster.incomplete() == []
        settings = cluster.product.settings
        for pool in settings.node_pools:
            assert cluster.requested(pool, _of_the_product) == in_pool(settings, pool)
        assert cluster.requested(COMMON, _of_the_product) == workload_demand(settings)
        watched = cluster.requested(COMMON, lambda namespace: namespace == NAMESPACE)
        assert watched.millicores <= PLATFORM_PODS.millicores
        assert watched.mebibytes <= PLATFORM_PODS.mebibytes

    def test_a_rollout_of_everything_at_once_keeps_every_service_at_its_number(self, production: Cluster) -> None:
        """At the most that autoscaling makes: the quota and the nodes have room for the pod that each starts first."""
        with watching_pods(production.plane.client) as seen:
            rolled = production.roll_out(production.product.settings.namespace)
            production.settle()
        assert production.incomplete() == []
        assert rolled
        for app, (copies, is_rolling) in rolled.items():
            assert seen.most[app] <= copies + is_rolling, app
            assert seen.fewest[app] >= (copies if is_rolling else 0), app


def _of_the_product(namespace: str) -> bool:
    return namespace != NAMESPACE and namespace not in SYSTEM_NAMESPACES
