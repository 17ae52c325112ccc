"""Images that a gateway endpoint keeps from every node: the release would end in ImagePullBackOff."""

import json

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Record, Value
from offline_cloud.cloud.rules import before_create
from offline_cloud.cloud.services.ecr.registries import BUCKETS, bucket_of, registry_of
from offline_cloud.kubernetes.catalog import pinned
from offline_cloud.kubernetes.checks.images import registries
from tests.offline_cloud.cloud.memory import Memory
from tests.offline_cloud.kubernetes.clouds import Cloud, container, deployment, pods, said

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
BUCKET = "prod-registry-k8s-io-eu-central-1"


def policy(*buckets: str, **more: Value) -> str:
    resources = [f"arn:aws:s3:::{bucket}/*" for bucket in buckets]
    statement = {"Effect": "Allow", "Principal": "*", "Action": "s3:GetObject", "Resource": resources, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def gateway(cloud: Cloud, stated: str | None) -> None:
    inputs: dict[str, Value] = {"serviceName": "com.amazonaws.eu-central-1.s3", "vpcEndpointType": "Gateway"}
    cloud.add(ENDPOINT, "s3", {**inputs, **({} if stated is None else {"policy": stated})})


def test_a_bucket_that_the_policy_does_not_name_keeps_an_image_away(cloud: Cloud) -> None:
    gateway(cloud, policy("prod-eu-central-1-starport-layer-bucket"))
    outcome = cloud.objects(deployment(template=pods(containers=[container(image="registry.k8s.io/kubectl:v1.35.0")])))
    assert (
        f"ImagePullBackOff: registry.k8s.io/kubectl:v1.35.0 cannot be pulled: its layers lie in the bucket {BUCKET}"
        in (said(outcome))
    )
    assert f"allow s3:GetObject on arn:aws:s3:::{BUCKET}/*" in said(outcome)


@pytest.mark.parametrize(
    "stated",
    [None, policy(BUCKET), policy("*"), policy(BUCKET, Action="s3:*"), policy(BUCKET, Action=["s3:Get*"])],
)
def test_a_bucket_that_the_policy_allows_serves(cloud: Cloud, stated: str | None) -> None:
    gateway(cloud, stated)
    image = container(image="registry.k8s.io/kubectl:v1.35.0")
    assert not cloud.objects(deployment(template=pods(containers=[image]))).diagnostics


def test_an_upstream_chart_is_judged_by_the_registries_of_its_images(cloud: Cloud) -> None:
    gateway(cloud, policy(BUCKET, Condition={"StringEquals": {"aws:ResourceAccount": "000000000000"}}))
    assert "registry.k8s.io/metrics-server/image cannot be pulled" in said(cloud.upstream("metrics-server"))
    assert not cloud.upstream("karpenter").diagnostics


def test_a_task_is_judged_too() -> None:
    world = Memory()
    world.records.append(
        Record(
            urn=f"urn:pulumi:prod::groundwork::{ENDPOINT}::s3",
            type=ENDPOINT,
            inputs={"serviceName": "com.amazonaws.us-east-1.s3", "policy": policy("docker-images-prod")},
            region="us-east-1",
            id="vpce-1",
        )
    )
    definitions = [json.dumps([{"name": "a", "image": image}]) for image in ("grafana/k6:1", "quay.io/shop/api:1")]
    hub, quay = (
        before_create(world.draft("aws:ecs/taskDefinition:TaskDefinition", "task", containerDefinitions=each), world)
        for each in definitions
    )
    assert hub == []
    assert [each.reason.split(":")[0] for each in quay] == ["CannotPullContainerError"]


def test_every_pinned_chart_says_where_its_images_come_from() -> None:
    assert registries().keys() == pinned().keys()


@pytest.mark.parametrize(
    ("image", "registry"),
    [
        ("shop/api:1", "docker.io"),
        ("redis", "docker.io"),
        ("index.docker.io/library/redis", "docker.io"),
        ("quay.io/jetstack/cert-manager:1", "quay.io"),
        ("localhost:5000/api", "localhost:5000"),
    ],
)
def test_the_registry_of_an_image_is_read_from_its_name(image: str, registry: str) -> None:
    assert registry_of(image) == registry


def test_buckets_are_those_of_the_region() -> None:
    assert bucket_of("registry.k8s.io", "eu-west-2") == BUCKETS["registry.k8s.io"]["eu-west-2"]
    assert bucket_of("quay.io", "eu-west-1") is None
    assert bucket_of("1.dkr.ecr.eu-west-1.amazonaws.com", "eu-west-1") == "prod-eu-west-1-starport-layer-bucket"
    assert bucket_of("1.dkr.ecr.us-east-1.amazonaws.com", "eu-west-1") is None
    assert facts.ENDPOINT == ENDPOINT
