"""How GridTokenX is rolled out in production, and how small it is in development."""

from dataclasses import replace

import pulumi_kubernetes as kubernetes
import pytest

from components.runtimes.kubernetes.application import Application, ApplicationArgs
from components.runtimes.kubernetes.values import workload_values
from settings import PlatformSettings
from settings.facts.kubernetes import KUBERNETES
from tests.charts.gridtokenx import gridtokenx, wiring
from tests.charts.rendering import at, render
from tests.components.recording import Recorder, build

RELEASE = "kubernetes:helm.sh/v3:Release"
DIGEST = f"sha256:{'0123456789abcdef' * 4}"


def application(settings: PlatformSettings) -> Recorder[Application]:
    def made() -> Application:
        provider = kubernetes.Provider("cluster", kubeconfig="{}")
        return Application(
            "application", ApplicationArgs(settings=settings, provider=provider, wiring=wiring(settings))
        )

    return build(made)


@pytest.mark.requirement("GX-09")
@pytest.mark.requirement("GX-159")
def test_a_rollout_is_waited_for_and_taken_back_when_it_fails() -> None:
    release = application(gridtokenx("prod")).one(RELEASE, "application-workload").inputs
    assert (release["atomic"], release["cleanupOnFail"], release["waitForJobs"]) == (True, True, True)
    assert "skipAwait" not in release
    # 20 pods, one at a time.
    assert release["timeout"] >= 20 * 60
    assert release["namespace"] == "gridtokenx"


@pytest.mark.requirement("GX-159")
def test_a_digest_names_the_image_for_good() -> None:
    settings = gridtokenx("prod")
    service = settings.workload.services["api-gateway"]
    pinned = service.model_copy(update={"image": service.image.model_copy(update={"digest": DIGEST})})
    workload = settings.workload.model_copy(update={"services": {"api-gateway": pinned}})
    changed = settings.model_copy(update={"workload": workload})
    given = replace(wiring(settings), image_registry="111122223333.dkr.ecr.us-east-1.amazonaws.com/gridtokenx")
    deployment = render("workload", workload_values(changed, given).to_helm()).one("Deployment", "api-gateway")
    assert at(deployment, "spec.template.spec.containers[0].image").endswith(f"@{DIGEST}")


@pytest.mark.requirement("GX-07")
def test_the_cluster_runs_a_version_that_aws_supports() -> None:
    version = gridtokenx("prod").stack.cluster.version
    assert version in KUBERNETES
    assert tuple(map(int, version.split("."))) >= (1, 24)


@pytest.mark.requirement("GX-164")
def test_development_is_one_pod_with_one_database() -> None:
    settings = gridtokenx("dev")
    replicas = settings.replicas("api-gateway")
    assert (replicas.minimum, replicas.maximum) == (1, 1)
    assert settings.node_pools["api"].instance_types == ("t3.large",)
    assert settings.stack.database is not None
    assert (settings.stack.database.read_replicas, settings.stack.database.multi_az) == (0, False)
