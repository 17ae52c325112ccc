"""Two stacks of one workload install releases of the same names, each into its own cluster."""

from contextlib import closing
from dataclasses import replace
from pathlib import Path

from offline_cloud.cloud.model import Properties, Record
from offline_cloud.cloud.store import Store
from offline_cloud.kubernetes.cluster import CLUSTER, NODE_GROUP
from offline_cloud.kubernetes.inputs import RELEASE
from offline_cloud.provider.connection import Connection
from offline_cloud.provider.lifecycle import Lifecycle
from offline_cloud.provider.values import Decoded
from tests.offline_cloud.kubernetes.clouds import CHARTS, record


def of_stack(kept: Record, stack: str) -> Record:
    """Move a record to another stack."""
    urn = kept.urn.replace(":prod::", f":{stack}::")
    return replace(kept, urn=urn, id=f"{kept.id}-{stack}")


def test_a_release_is_its_stacks_own(tmp_path: Path) -> None:
    values: Properties = {"name": "shop", "chart": str(CHARTS / "shop"), "namespace": "shop", "createNamespace": True}
    with closing(Store(tmp_path / "cloud.db")) as store:
        for stack in ("prod", "dev"):
            cluster = record(CLUSTER, "cluster", {"name": stack, "version": "1.35"}, endpoint=f"https://{stack}")
            store.put(of_stack(cluster, stack))
            store.put(of_stack(record(NODE_GROUP, "system", {"clusterName": stack}), stack))
        lifecycle = Lifecycle(store)
        connections: dict[str, Connection] = {}
        for stack in ("prod", "dev"):
            project = f"urn:pulumi:{stack}::groundwork"
            connections[stack] = Connection("kubernetes", f"{project}::pulumi:providers:kubernetes::cluster")
            kubeconfig = f'{{"clusters": [{{"cluster": {{"server": "https://{stack}"}}}}]}}'
            lifecycle.configure(connections[stack], {"kubeconfig": kubeconfig})
            made = lifecycle.create(connections[stack], f"{project}::{RELEASE}::shop", RELEASE, Decoded(values), False)
            assert made.id == "shop/shop"
        lifecycle.delete(connections["dev"], RELEASE, "shop/shop", Decoded())
        assert lifecycle.read(connections["dev"], RELEASE, "shop/shop", Decoded(), Decoded()) is None
        assert lifecycle.read(connections["prod"], RELEASE, "shop/shop", Decoded(), Decoded()) is not None
        assert [kept.stack for kept in store.records() if kept.type == RELEASE] == ["prod"]
