"""A newer control plane: what is installed has to be served by it."""

from dataclasses import replace

from offline_cloud.cloud.model import Diagnostic, Properties
from offline_cloud.kubernetes import release, upgrade
from offline_cloud.kubernetes.cluster import CLUSTER
from tests.offline_cloud.kubernetes.clouds import Cloud, deployment, thing

TARGET: Properties = {"apiVersion": "apps/v1", "kind": "Deployment", "name": "main"}
SCALER = thing(
    "autoscaling/v2beta2", "HorizontalPodAutoscaler", "main", spec={"scaleTargetRef": TARGET, "maxReplicas": 3}
)


def raised(cloud: Cloud, before: str, after: str) -> list[Diagnostic]:
    (cluster,) = cloud.world.of_type(CLUSTER)
    cloud.world.remove(cluster)
    old = replace(cluster, inputs={**cluster.inputs, "version": before})
    cloud.world.add(old)
    new = replace(old, inputs={**old.inputs, "version": after})
    return upgrade.refused(old, new, cloud.world, release.renderer())


def test_an_api_that_goes_names_its_release_and_what_comes_instead(cloud: Cloud) -> None:
    (cluster,) = cloud.world.of_type(CLUSTER)
    cloud.world.remove(cluster)
    cloud.world.add(replace(cluster, inputs={**cluster.inputs, "version": "1.25"}))
    assert not cloud.objects(SCALER, deployment()).diagnostics
    (gone,) = raised(cloud, "1.25", "1.26")
    assert gone.path == "version"
    assert "Kubernetes 1.26 does not serve autoscaling/v2beta2 of HorizontalPodAutoscaler any more" in gone.reason
    assert "things has main" in gone.reason
    assert gone.fix is not None
    assert gone.fix.startswith("move it to autoscaling/v1, autoscaling/v2 and run up, before the cluster's version")


def test_what_is_served_goes_along(cloud: Cloud) -> None:
    assert not cloud.objects(deployment()).diagnostics
    assert raised(cloud, "1.34", "1.35") == []
    assert raised(cloud, "1.35", "1.35") == []
