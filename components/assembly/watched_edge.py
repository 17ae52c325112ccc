"""What monitoring watches of what stands before the product."""

from pulumi import Output

from components.assembly.edge import Edge
from components.ingress.firewall import Firewall
from components.ingress.ingress import Ingress
from components.ingress.tcp_ports import TcpPorts
from components.monitoring.watched import CDN, WatchedEdge, WatchedFirewall, WatchedFront, WatchedTcp
from settings import PlatformSettings
from settings.arithmetic.traffic_alarms import latency_objective_seconds


def watched_edge(settings: PlatformSettings, ingress: Ingress | None) -> WatchedEdge | None:
    """Name what stands before the product, and the latency it promised."""
    if ingress is None:
        return None
    return WatchedEdge(
        load_balancer_arn_suffix=ingress.load_balancer_arn_suffix,
        target_group_arn_suffixes=ingress.target_group_arn_suffixes,
        certificate_arn=ingress.certificate_arn,
        firewall=_watched_firewall(ingress.firewall),
        latency_objective_seconds=latency_objective_seconds(settings.workload.objectives),
        tcp=_watched_tcp(ingress.tcp_ports),
    )


def _watched_tcp(ports: TcpPorts | None) -> WatchedTcp | None:
    if ports is None:
        return None
    return WatchedTcp(
        load_balancer_arn_suffix=ports.arn_suffix, target_group_arn_suffixes=ports.target_group_arn_suffixes
    )


def watched_front(edge: Edge) -> WatchedFront | None:
    """Name the distributions of the product's hosts and of files, and the firewall of the former."""
    sites: dict[str, Output[str]] = {f"site-{name}": site.distribution_id for name, site in edge.static_sites.items()}
    sites |= {name: server.distribution_id for name, server in edge.file_servers.items()}
    cdn = edge.ingress.cdn_distribution_id if edge.ingress else None
    distributions = {CDN: cdn, **sites} if cdn else sites
    if not distributions:
        return None
    return WatchedFront(
        distribution_ids=distributions,
        firewall=_watched_firewall(edge.ingress.cdn_firewall if edge.ingress else None),
    )


def _watched_firewall(firewall: Firewall | None) -> WatchedFirewall | None:
    if firewall is None:
        return None
    return WatchedFirewall(metric_name=firewall.metric_name, rules=firewall.rule_names, limits=firewall.limit_names)
