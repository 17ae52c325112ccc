"""What watches over a stack and over what is let into it."""

from components.admission.image_policy import ImagePolicy, ImagePolicyArgs
from components.application.application import SYSTEM_NAMESPACE
from components.assembly.edge import Edge
from components.assembly.foundation import Foundation
from components.assembly.stores import Stores
from components.assembly.watched_stores import watched_cache, watched_database, watched_edge, watched_front
from components.monitoring.monitoring import Monitoring, MonitoringArgs, UptimeTarget
from components.naming import secret_path
from components.registry.product import product_registry
from components.runtime.base import Runtime
from components.runtime.eks import EksRuntime
from settings import PlatformSettings


def build_monitoring(foundation: Foundation, runtime: Runtime, stores: Stores, edge: Edge) -> Monitoring:
    """Build the alarms, logs, metrics and dashboards of all that was built before."""
    settings, encryption, watch = foundation.settings, foundation.encryption, runtime.watch()
    stack = settings.stack
    return Monitoring(
        "monitoring",
        MonitoringArgs(
            prefix=settings.prefix,
            account_id=encryption.account_id,
            region=stack.region,
            settings=stack.monitoring,
            secret_path=secret_path(settings),
            notifications_key_arn=encryption.notifications_key_arn,
            uptime_key_arn=encryption.notifying_region_key_arn,
            secrets_key_arn=encryption.secrets_key_arn,
            cluster_name=watch.cluster_name,
            provider=watch.provider,
            highly_available=settings.production,
            protect=foundation.protect,
            cluster_ready=watch.cluster_ready,
            container_log_group_name=watch.container_log_group_name,
            tasks=watch.tasks,
            database=watched_database(settings, stores.database),
            cache=watched_cache(settings, stores.cache),
            edge=watched_edge(settings, edge.ingress),
            front=watched_front(edge),
            nat_gateway_ids=foundation.network.nat_gateway_ids,
            interruption_queue_name=watch.interruption_queue_name,
            backup_vault_name=stores.backups.vault_name,
            custom_metrics=watch.custom_metrics,
            duties=duties(settings),
            uptime=_uptime(settings),
            quiet_window=settings.quiet_window,
            meshed=settings.meshed,
            closed=stack.application.stopped or stack.ingress.maintenance,
        ),
        foundation.child,
    )


def duties(settings: PlatformSettings) -> dict[str, dict[str, list[str]]]:
    """Say which alerts go to which team's address in production, by the attributes that Alertmanager gives them.

    Who is on call hears what is critical, whosever it is. All conditions of a subscription's filter hold at once, so a
    team's address that is on call too hears everything.
    """
    contacts = settings.workload.contacts
    found: dict[str, dict[str, list[str]]] = {}
    if not settings.production:
        return found
    for team, email in contacts.teams.items():
        if team != contacts.on_call_team:
            found.setdefault(email, {"team": []})["team"].append(team)
    if contacts.on_call_team is not None:
        email = contacts.teams[contacts.on_call_team]
        found[email] = {} if email in found else {"severity": ["critical"]}
    return found


def _uptime(settings: PlatformSettings) -> UptimeTarget | None:
    """Route 53 asks from addresses all over the world: a product that is closed to them cannot be asked."""
    check = settings.workload.health_check
    if check is None or "0.0.0.0/0" not in settings.stack.ingress.allowed_cidrs:
        return None
    return UptimeTarget(host=settings.hostname(check.host), path=check.path, search=check.search)


def build_image_policy(foundation: Foundation, runtime: Runtime) -> ImagePolicy | None:
    """Build what refuses unsigned images, for a product that asks for it, on a cluster."""
    settings = foundation.settings
    if settings.workload.image_policy is None or not isinstance(runtime, EksRuntime):
        return None
    return ImagePolicy(
        "image-policy",
        ImagePolicyArgs(
            settings=settings,
            registry=product_registry(settings, foundation.encryption.account_id),
            release_namespace=SYSTEM_NAMESPACE,
            provider=runtime.cluster.provider,
            after=[*runtime.cluster.ready, *runtime.add_ons.ready],
        ),
        foundation.child,
    )
