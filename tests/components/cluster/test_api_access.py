"""How the machine that runs the program reaches the Kubernetes API: each way that the settings state."""

import json
from collections.abc import Hashable
from typing import Any, cast

from components.cluster.cluster import Cluster
from components.cluster.kubeconfig import tunnel
from settings.api_access import ApiPeering, NetworkAccess
from tests.components.cluster.conftest import make_cluster
from tests.components.recording import CLUSTER_SECURITY_GROUP, Recorder

_PROVIDER = "pulumi:providers:kubernetes"
_NODES = "aws:eks/nodeGroup:NodeGroup"
_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_ROUTE = "aws:ec2/route:Route"
_RUNNER = "10.200.0.0/16"


def _kubeconfig(cluster: Recorder[Cluster]) -> dict[str, Any]:
    return json.loads(cluster.one(_PROVIDER).inputs["kubeconfig"])


def _endpoint(cluster: Recorder[Cluster]) -> str:
    return cluster.value(cluster.result.endpoint)


def test_stated_ranges_open_the_endpoint_and_the_client_goes_there() -> None:
    cluster = make_cluster(api_access="public", public_access_cidrs=("203.0.113.0/24",))
    vpc = cluster.one("aws:eks/cluster:Cluster").inputs["vpcConfig"]
    assert (vpc["endpointPublicAccess"], vpc["publicAccessCidrs"]) == (True, ["203.0.113.0/24"])
    assert _kubeconfig(cluster)["clusters"][0]["cluster"]["server"] == _endpoint(cluster)
    assert _kubeconfig(cluster)["users"][0]["user"]["exec"]["command"] == "aws"


def test_a_tunnel_ends_on_this_machine_and_the_certificate_is_still_the_endpoints() -> None:
    cluster = make_cluster(api_access="tunnel")
    assert cluster.one("aws:eks/cluster:Cluster").inputs["vpcConfig"]["endpointPublicAccess"] is False
    host, port = _endpoint(cluster).removeprefix("https://"), tunnel("shop-prod", "").port
    server = _kubeconfig(cluster)["clusters"][0]["cluster"]
    assert server["server"] == f"https://127.0.0.1:{port}"
    assert server["tls-server-name"] == host
    assert server["certificate-authority-data"] == cluster.value(cluster.result.certificate_authority)
    assert "insecure-skip-tls-verify" not in server
    opened_by = _kubeconfig(cluster)["users"][0]["user"]["exec"]
    assert (opened_by["command"], opened_by["args"][:2]) == ("python3", ["-m", "tools.tunnel"])
    given = dict(zip(opened_by["args"][2::2], opened_by["args"][3::2], strict=True))
    assert given == {
        "--cluster-name": "shop-prod",
        "--region": "us-east-1",
        "--host": host,
        "--port": str(port),
        # What the launch template calls the machines, which are what the tunnel leads through.
        "--machines": cluster.one("aws:ec2/launchTemplate:LaunchTemplate").inputs["tagSpecifications"][0]["tags"][
            "Name"
        ],
    }


def test_the_client_waits_for_the_machines_that_the_tunnel_leads_through() -> None:
    tunnelled, public = make_cluster(api_access="tunnel"), make_cluster(api_access="public")
    assert tunnelled.comes_after(tunnelled.one(_PROVIDER), tunnelled.one(_NODES))
    assert not public.comes_after(public.one(_PROVIDER), public.one(_NODES))


def test_two_clusters_have_two_ports_below_those_of_outgoing_connections() -> None:
    ports = {tunnel(name, "").port for name in ("shop-prod", "shop-prod-eu-west-1", "shop-dev", "shop-staging")}
    assert len(ports) == 4
    assert all(20000 <= port < 30000 for port in ports)


def _network(peering: ApiPeering | None = None) -> Hashable:
    """Settings are frozen, which pydantic makes hashable where the type checker does not see it."""
    return cast("Hashable", NetworkAccess(cidrs=(_RUNNER,), peering=peering))


def test_the_runners_network_is_let_in_before_the_client_asks() -> None:
    cluster = make_cluster(api_access="network", network_access=_network())
    rule = cluster.one(_RULE)
    assert rule.inputs["securityGroupId"] == CLUSTER_SECURITY_GROUP
    assert (rule.inputs["cidrIpv4"], rule.inputs["ipProtocol"]) == (_RUNNER, "tcp")
    assert (rule.inputs["fromPort"], rule.inputs["toPort"]) == (443, 443)
    assert cluster.one("aws:eks/cluster:Cluster").inputs["vpcConfig"]["endpointPublicAccess"] is False
    assert _kubeconfig(cluster)["clusters"][0]["cluster"]["server"] == _endpoint(cluster)
    assert cluster.comes_after(cluster.one(_PROVIDER), rule)
    assert not cluster.of_type(_ROUTE)


def test_a_peered_runner_has_routes_both_ways_before_the_client_asks() -> None:
    peering = ApiPeering(vpc_id="vpc-0123456789abcdef0", route_table_ids=("rtb-0123456789abcdef0",))
    cluster = make_cluster(api_access="network", network_access=_network(peering))
    connection = cluster.one("aws:ec2/vpcPeeringConnection:VpcPeeringConnection")
    assert connection.inputs["peerVpcId"] == "vpc-0123456789abcdef0"
    assert connection.inputs["autoAccept"] is True
    routes = {(each.inputs["routeTableId"], each.inputs["destinationCidrBlock"]) for each in cluster.of_type(_ROUTE)}
    assert routes == {
        ("rtb-a", _RUNNER),
        ("rtb-b", _RUNNER),
        ("rtb-0123456789abcdef0", "10.0.0.0/16"),
    }
    for route in cluster.of_type(_ROUTE):
        assert route.depends_on(connection)
        assert cluster.comes_after(cluster.one(_PROVIDER), route)
