"""GridTokenX in development and staging: the guide's instances, and pods that fit them."""

import pytest

from components.checked import refuse_unbuildable
from settings.types import mebibytes, millicores
from tests.charts.gridtokenx import gridtokenx, rendered
from tests.charts.rendering import at

_CONTAINER = "spec.template.spec.containers[name=api-gateway].resources"


def _types(stack: str) -> list[str]:
    stated = at(rendered("cluster", stack).one("NodePool", "api"), "spec.template.spec.requirements")
    return next(each["values"] for each in stated if each["key"] == "node.kubernetes.io/instance-type")


def _disk(stack: str) -> str:
    return str(at(rendered("cluster", stack).one("EC2NodeClass", "api"), "spec.blockDeviceMappings[0].ebs.volumeSize"))


@pytest.mark.requirement("GX-34")
def test_development_runs_on_the_guides_type_with_its_disk() -> None:
    assert _types("dev") == ["t3.large"]
    assert _disk("dev") == "20Gi"


@pytest.mark.requirement("GX-34")
def test_a_pod_of_development_has_two_cores_and_four_gibibytes_at_most() -> None:
    resources = at(rendered("workload", "dev").one("Deployment", "api-gateway"), _CONTAINER)
    assert (millicores(resources["limits"]["cpu"]), mebibytes(resources["limits"]["memory"])) == (2000, 4096)
    # N17: the pod's own request of 2 vCPU would leave no room for anything else on a machine of two.
    assert millicores(resources["requests"]["cpu"]) < 2000
    refuse_unbuildable(gridtokenx("dev"))


@pytest.mark.requirement("GX-35")
def test_staging_runs_on_four_cores_eight_gibibytes_and_fifty_of_disk() -> None:
    assert _types("staging") == ["c6i.xlarge"]  # 4 vCPU, 8 GiB
    assert _disk("staging") == "50Gi"
    stated = at(rendered("cluster", "staging").one("NodePool", "api"), "spec.template.spec.requirements")
    network = [each for each in stated if each["key"] == "karpenter.k8s.aws/instance-network-bandwidth"]
    assert [(each["operator"], int(each["values"][0]) + 1) for each in network] == [("Gt", 1000)]


@pytest.mark.requirement("GX-35")
def test_two_pods_of_staging_fit_a_machine_and_twenty_fit_the_pool() -> None:
    resources = at(rendered("workload", "staging").one("Deployment", "api-gateway"), _CONTAINER)
    requests = millicores(resources["requests"]["cpu"]), mebibytes(resources["requests"]["memory"])
    assert (2 * requests[0] < 4000, 2 * requests[1] < 8 * 1024 - 1024) == (True, True)
    assert millicores(resources["limits"]["cpu"]) == 4000
    limits = at(rendered("cluster", "staging").one("NodePool", "api"), "spec.limits")
    assert int(limits["cpu"]) // 4 >= 10
    refuse_unbuildable(gridtokenx("staging"))


def test_production_keeps_the_products_own_figures() -> None:
    resources = at(rendered("workload", "prod").one("Deployment", "api-gateway"), _CONTAINER)
    assert (resources["requests"]["cpu"], resources["limits"]["memory"]) == ("2000m", "8Gi")
    assert _types("prod") == ["c6i.2xlarge"]


def test_the_pods_of_development_name_their_pool() -> None:
    pod = rendered("workload", "dev").one("Deployment", "api-gateway")["spec"]["template"]["spec"]
    wanted = {"key": "groundwork.io/pool", "value": "api", "effect": "NoSchedule", "operator": "Equal"}
    assert wanted in pod["tolerations"]
