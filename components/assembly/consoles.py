"""The operators' consoles by internal host names, where a stack asks for them."""

from components.assembly.edge import Edge
from components.consoles.consoles import Consoles, ConsolesArgs
from components.foundation.foundation import Foundation
from components.ingress.sign_on import Provider
from components.monitoring.monitoring import Monitoring
from components.runtimes.contract import Runtime


def build_consoles(foundation: Foundation, runtime: Runtime, edge: Edge, monitoring: Monitoring) -> Consoles | None:
    """Build them, on a cluster, for a product whose zone the certificate can be proven in."""
    settings, network, secret = foundation.settings, foundation.network, foundation.consoles_client_secret
    stack, monitors = settings.stack, monitoring.prometheus_stack
    sign_on = stack.consoles.sign_on
    kubernetes = runtime.kubernetes
    if sign_on is None or edge.ingress is None or secret is None or monitors is None or kubernetes is None:
        return None
    return Consoles(
        "consoles",
        ConsolesArgs(
            product=settings.workload.name,
            prefix=settings.prefix,
            region=stack.region,
            account_id=foundation.encryption.account_id,
            domain=stack.domain,
            public_zone_id=edge.ingress.zone_id,
            vpc_id=network.vpc_id,
            subnet_ids=network.private_subnet_ids,
            allowed_cidrs=[stack.network.cidr, *stack.consoles.allowed_cidrs],
            cluster_security_group_id=runtime.security_group_id,
            provider=Provider(stated=sign_on, client_secret=secret),
            kubernetes_provider=kubernetes.provider,
            namespace=monitoring.namespace,
            log_retention_days=stack.ingress.access_log_retention_days,
            deletion_protection=stack.ingress.deletion_protection,
            protect=foundation.protect,
            retention=foundation.retention,
            after=[*kubernetes.ready, monitors],
        ),
        foundation.child,
    )
