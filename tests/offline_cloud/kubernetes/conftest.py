"""A fresh offline cloud for every test of this folder."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from offline_cloud.cloud.model import Record
from offline_cloud.kubernetes import release
from offline_cloud.kubernetes.cluster import CLUSTER, NODE_GROUP, PROVIDER
from tests.offline_cloud.kubernetes.clouds import ENDPOINT, KUBECONFIG, PROVIDER_URN, Cloud


@pytest.fixture(autouse=True)
def room(tmp_path: Path) -> Iterator[Path]:
    """Keep renderings and manifests in a folder of the test's own."""
    release.keep_in(tmp_path)
    yield tmp_path
    release.keep_in(None)


@pytest.fixture
def cloud() -> Cloud:
    """A cloud with an active cluster, a node group, and a provider that points to it."""
    made = Cloud()
    made.add(CLUSTER, "cluster", {"name": "prod", "version": "1.35"}, endpoint=ENDPOINT, status="ACTIVE")
    made.add(NODE_GROUP, "system", {"clusterName": "prod"})
    made.world.add(
        Record(
            urn=PROVIDER_URN,
            type=PROVIDER,
            inputs={"kubeconfig": KUBECONFIG},
            region="",
        )
    )
    return made
