"""Whether the machine that runs the program reaches a cluster's API server.

That machine is in no network of the stack's. A private endpoint answers only inside the VPC and in the networks
connected to it that the cluster's security group lets in.
https://docs.aws.amazon.com/eks/latest/userguide/cluster-endpoint.html
"""

from typing import Final

from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, text
from offline_cloud.kubernetes.cluster import configuration, kubeconfig_of

INGRESS_RULE: Final = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_HTTPS: Final = 443


def unreachable(record: Record, cluster: Record, world: World) -> Diagnostic | None:
    """Refuse a release through an endpoint that does not answer where the program runs."""
    server = kubeconfig_of(configuration(record, world))
    through_a_tunnel = text(server, "clusters[0].cluster.tls-server-name") is not None
    if flag(cluster.inputs, "vpcConfig.endpointPublicAccess") is not False or through_a_tunnel:
        return None
    if text(server, "clusters[0].cluster.server") is None or _lets_a_network_in(cluster, world):
        return None
    name = text(cluster.inputs, "name") or cluster.name
    return Diagnostic(
        "",
        f"the API server of {name} cannot be reached: its endpoint is private, and this machine is in no network that"
        " the cluster's security group lets in: dial tcp: i/o timeout",
        "open the endpoint to stated ranges, go through a tunnel, or let in the network that this machine is in",
    )


def _lets_a_network_in(cluster: Record, world: World) -> bool:
    group = text(cluster.outputs, "vpcConfig.clusterSecurityGroupId")
    return any(
        text(rule.inputs, "securityGroupId") == group and text(rule.inputs, "cidrIpv4") and _covers_https(rule.inputs)
        for rule in world.of_type(INGRESS_RULE)
    )


def _covers_https(rule: Properties) -> bool:
    if text(rule, "ipProtocol") == "-1":
        return True
    first, last = rule.get("fromPort"), rule.get("toPort")
    return isinstance(first, (int, float)) and isinstance(last, (int, float)) and first <= _HTTPS <= last
