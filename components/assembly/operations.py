"""What watches over a stack and over what is let into it."""

from components.admission.image_policy import ImagePolicy, ImagePolicyArgs
from components.assembly.edge import Edge
from components.assembly.watched_edge import watched_edge, watched_front
from components.backup.backups import Backups
from components.capabilities.collected import Collected
from components.capabilities.watched import Watched, watched_copy, watched_rotation
from components.foundation.foundation import Foundation
from components.monitoring.backlogs import scaled_by
from components.monitoring.monitoring import Monitoring, MonitoringArgs, UptimeTarget
from components.naming import secret_path
from components.registry.product import product_registry
from components.runtimes.contract import Runtime
from settings import PlatformSettings


def build_monitoring(
    foundation: Foundation, runtime: Runtime, capabilities: Collected, backups: Backups, edge: Edge
) -> Monitoring:
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
            grown=stack.permits_to("grow", "metrics"),
            retention=foundation.retention,
            cluster_ready=watch.cluster_ready,
            container_log_group_name=watch.container_log_group_name,
            tasks=watch.tasks,
            watched=[*capabilities.watched, *_watched_rotation(foundation), *_watched_copy(backups)],
            panels=capabilities.panels,
            instance_events=capabilities.instance_events,
            edge=watched_edge(settings, edge.ingress),
            front=watched_front(edge),
            nat_gateway_ids=foundation.network.nat_gateway_ids,
            interruption_queue_name=watch.interruption_queue_name,
            backup_vault_name=backups.vault_name,
            backup_copied=encryption.copies is not None,
            custom_metrics=watch.custom_metrics,
            backlogs=scaled_by(settings, capabilities.backlogs),
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


def _watched_rotation(foundation: Foundation) -> list[Watched]:
    rotation = foundation.secrets.rotation
    return [watched_rotation("secret-rotation", rotation.function_name)] if rotation else []


def _watched_copy(backups: Backups) -> list[Watched]:
    dimensions = backups.copy_dimensions
    return [watched_copy("dump-copies", dimensions)] if dimensions else []


def _uptime(settings: PlatformSettings) -> UptimeTarget | None:
    """Route 53 asks from addresses all over the world: a product that is closed to them cannot be asked."""
    check = settings.workload.health_check
    if check is None or "0.0.0.0/0" not in settings.stack.ingress.allowed_cidrs:
        return None
    return UptimeTarget(host=settings.hostname(check.host), path=check.path, search=check.search)


def build_image_policy(foundation: Foundation, runtime: Runtime) -> ImagePolicy | None:
    """Build what refuses unsigned images, for a product that asks for it, on a cluster."""
    settings, kubernetes = foundation.settings, runtime.kubernetes
    if settings.workload.image_policy is None or kubernetes is None:
        return None
    return ImagePolicy(
        "image-policy",
        ImagePolicyArgs(
            settings=settings,
            registry=product_registry(settings, foundation.encryption.account_id),
            release_namespace=kubernetes.release_namespace,
            provider=kubernetes.provider,
            after=kubernetes.ready,
        ),
        foundation.child,
    )
