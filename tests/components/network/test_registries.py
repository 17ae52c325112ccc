"""Every image that a product, a Job or a chart pulls comes from a registry whose storage is reachable from inside."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, cast

import pytest

from components.network.registries import REGISTRIES, node_buckets, registry_buckets
from offline_cloud.cloud.services.ecr.registries import BUCKETS, bucket_of, registry_of
from offline_cloud.kubernetes.checks.images import registries as of_charts
from tests.components.graphs import FORMS, Form, graph

ENDPOINT = "aws:ec2/vpcEndpoint:VpcEndpoint"
_IMAGE_KEYS = ("image", "Image", "repository")


def images(value: Any, key: str = "") -> Iterator[str]:
    """The images named in a release's values."""
    if isinstance(value, Mapping):
        for name, item in cast("Mapping[str, Any]", value).items():
            yield from images(item, name)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from images(item, key)
    elif isinstance(value, str) and key.endswith(_IMAGE_KEYS) and "/" in value and "://" not in value:
        yield value


def pulled(form: Form) -> set[str]:
    """The registries that a stack's pods and tasks pull from; a chart's own images by the chart's table."""
    found: set[str] = set()
    for each in graph(form).registrations:
        if each.type == "kubernetes:helm.sh/v3:Release":
            chart = str(each.inputs["chart"])
            if not chart.startswith("./"):
                found.update(of_charts()[chart.rsplit("/", 1)[-1]])
            found.update(registry_of(image) for image in images(each.inputs.get("values")))
        elif each.type == "aws:ecs/taskDefinition:TaskDefinition":
            containers = each.document("containerDefinitions")
            found.update(registry_of(container["image"]) for container in containers)
    return found


@pytest.mark.parametrize("form", FORMS, ids=str)
def test_the_gateway_lets_every_registry_serve_its_layers(form: Form) -> None:
    recorder = graph(form)
    (gateway,) = [each for each in recorder.of_type(ENDPOINT) if each.inputs["vpcEndpointType"] == "Gateway"]
    region = gateway.inputs["serviceName"].split(".")[2]
    _, *reads = json.loads(gateway.inputs["policy"])["Statement"]
    allowed = {resource for statement in reads for resource in statement["Resource"]}
    public = {host for host in pulled(form) if ".dkr.ecr." not in host}
    assert public
    assert public <= REGISTRIES.keys()
    for host in public:
        bucket = bucket_of(host, region)
        assert bucket is None or f"arn:aws:s3:::{bucket}/*" in allowed, host


def test_each_registry_is_used_and_names_its_source() -> None:
    used = {host for form in FORMS for host in pulled(form)}
    assert used.issuperset({"docker.io", "quay.io", "registry.k8s.io", "ghcr.io", "public.ecr.aws", "cgr.dev"})
    assert all(registry.source.startswith("https://") and registry.storage for registry in REGISTRIES.values())


@pytest.mark.parametrize("region", ["us-east-1", "eu-west-1", "eu-west-2", "eu-central-1", "ap-south-1", "sa-east-1"])
def test_the_buckets_are_those_that_the_offline_cloud_knows(region: str) -> None:
    known = {name for host in BUCKETS if (name := bucket_of(host, region))}
    assert set(registry_buckets(region)) == known
    assert bucket_of(f"1.dkr.ecr.{region}.amazonaws.com", region) in node_buckets(region)
