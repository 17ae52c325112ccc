"""A recovery region has the images before it needs them, and rolls the same ones out."""

from dataclasses import replace
from typing import Any

import pytest
from pulumi import ResourceOptions

from components.product.images import product_reference
from components.registry.product import product_images, product_registry
from settings import PlatformSettings
from settings.workload.service import Image
from tests.charts.gridtokenx import gridtokenx, rendered, wiring
from tests.charts.rendering import at
from tests.components.recording import ACCOUNT, Recorder, build

_COPIES = "aws:ecr/replicationConfiguration:ReplicationConfiguration"
_DIGEST = f"sha256:{'0123456789abcdef' * 4}"


def _settings(region: str = "us-east-1", **application: Any) -> PlatformSettings:
    settings = gridtokenx("prod")
    changed = settings.stack.application.model_copy(update={"registry": "ecr", "repositories": True, **application})
    stack = settings.stack.model_copy(update={"region": region, "application": changed})
    return settings.model_copy(update={"stack": stack})


def _images(**application: Any) -> Recorder[Any]:
    return build(lambda: product_images(_settings(**application), ACCOUNT, "arn:data", ResourceOptions()))


@pytest.mark.requirement("GX-153")
def test_every_push_is_copied_to_the_recovery_region() -> None:
    (rule,) = _images(replicate_images_to=("us-west-2",)).one(_COPIES).inputs["replicationConfiguration"]["rules"]
    assert rule["destinations"] == [{"region": "us-west-2", "registryId": ACCOUNT}]
    # Of this product alone: the registry is the account's.
    assert rule["repositoryFilters"] == [{"filter": "gridtokenx/", "filterType": "PREFIX_MATCH"}]


def test_nothing_is_copied_unless_asked_for() -> None:
    assert _images().of_type(_COPIES) == []


@pytest.mark.requirement("GX-153")
def test_the_recovery_region_pulls_the_same_digest_from_its_own_registry() -> None:
    image = Image(repository="gridtokenx/api-gateway", tag="v1.0.0", digest=_DIGEST)

    def reference(region: str) -> Any:
        settings = _settings(region)
        given = replace(wiring(settings), image_registry=product_registry(settings, ACCOUNT))
        return product_reference(settings, given, image)

    for region in ("us-east-1", "us-west-2"):
        recorder = build(lambda region=region: reference(region))
        pulled = f"{ACCOUNT}.dkr.ecr.{region}.amazonaws.com/gridtokenx/api-gateway@{_DIGEST}"
        assert recorder.value(recorder.result) == pulled


_PULL_SECONDS = 60
"""For a node that has never seen the image: 1 GiB at the 1 Gbps that the guide asks of a node takes 9 s, twice that to
unpack; the rest is for the scheduler."""


@pytest.mark.requirement("GX-153")
def test_the_least_number_of_pods_is_redeployed_within_five_minutes() -> None:
    release = rendered("workload", "prod")
    deployment = release.one("Deployment", "api-gateway")
    probe = at(deployment, "spec.template.spec.containers[0].readinessProbe")
    (route, *_) = gridtokenx("prod").workload.ingress.routes
    # The load balancer calls a target healthy after two checks, and the pod is ready only then.
    ready = probe["initialDelaySeconds"] + probe["periodSeconds"] + 2 * route.health_interval_seconds
    scaler = next(item for item in release.of_kind("HorizontalPodAutoscaler"))
    # Where pods run already they are replaced one by one; in an empty region they all start at once.
    assert scaler["spec"]["minReplicas"] * (_PULL_SECONDS + ready) < 5 * 60
