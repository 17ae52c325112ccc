"""A private API server answers nobody outside the networks that it lets in."""

import json

import pytest

from offline_cloud.cloud.model import Record, Value
from offline_cloud.kubernetes.cluster import CLUSTER, PROVIDER
from offline_cloud.kubernetes.way_in import INGRESS_RULE
from tests.offline_cloud.kubernetes.clouds import CHARTS, ENDPOINT, PROVIDER_URN, Cloud, said

SHOP = str(CHARTS / "shop")
GROUP = "sg-0123456789abcdef0"
TIMEOUT = "its endpoint is private, and this machine is in no network that the cluster's security group lets in"


@pytest.fixture
def private(cloud: Cloud) -> Cloud:
    """The cloud whose cluster has a private endpoint."""
    for record in cloud.world.of_type(CLUSTER):
        cloud.world.remove(record)
    closed: dict[str, Value] = {"endpointPrivateAccess": True, "endpointPublicAccess": False}
    cloud.add(
        CLUSTER,
        "cluster",
        {"name": "prod", "version": "1.35", "vpcConfig": {**closed}},
        endpoint=ENDPOINT,
        status="ACTIVE",
        vpcConfig={**closed, "clusterSecurityGroupId": GROUP},
    )
    return cloud


def _through(cloud: Cloud, server: str, name: str) -> None:
    for record in cloud.world.of_type(PROVIDER):
        cloud.world.remove(record)
    config = json.dumps({"clusters": [{"cluster": {"server": server, "tls-server-name": name}}]})
    cloud.world.add(Record(urn=PROVIDER_URN, type=PROVIDER, inputs={"kubeconfig": config}, region=""))


def test_a_release_straight_to_a_private_endpoint_times_out(private: Cloud) -> None:
    refused = said(private.install("shop", chart=SHOP))
    assert TIMEOUT in refused
    assert "dial tcp: i/o timeout" in refused


def test_a_tunnel_leads_to_the_cluster_whose_certificate_it_names(private: Cloud) -> None:
    _through(private, "https://127.0.0.1:23456", ENDPOINT.removeprefix("https://"))
    assert said(private.install("shop", chart=SHOP)) == ""


def test_a_tunnel_to_nowhere_is_refused(private: Cloud) -> None:
    _through(private, "https://127.0.0.1:23456", "other.gr7.eu-central-1.eks.amazonaws.com")
    assert "cannot be reached: no such cluster exists" in said(private.install("shop", chart=SHOP))


def _rule(**more: Value) -> dict[str, Value]:
    return {"securityGroupId": GROUP, "cidrIpv4": "10.200.0.0/16", **more}


@pytest.mark.parametrize(
    ("rule", "accepted"),
    [
        (_rule(ipProtocol="tcp", fromPort=443, toPort=443), True),
        (_rule(ipProtocol="-1"), True),
        (_rule(ipProtocol="tcp", fromPort=80, toPort=80), False),
        (_rule(ipProtocol="-1", securityGroupId="sg-0other"), False),
    ],
)
def test_a_network_has_to_be_let_in_by_the_clusters_own_group(
    private: Cloud, rule: dict[str, Value], accepted: bool
) -> None:
    private.add(INGRESS_RULE, "runner", rule)
    assert (TIMEOUT not in said(private.install("shop", chart=SHOP))) is accepted
