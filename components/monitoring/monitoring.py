"""Monitoring: who is notified, what is watched from AWS, and what watches from inside the cluster."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

import pulumi_kubernetes as kubernetes
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.capabilities.watched import InstanceEvents, Panel, Watched
from components.monitoring.adapter import CustomMetric, MetricsAdapter, MetricsAdapterArgs
from components.monitoring.alarms import Alarms, AlarmsArgs
from components.monitoring.backlogs import BacklogExporter, BacklogExporterArgs, Backlogs, external_rules
from components.monitoring.charts import NAMESPACE
from components.monitoring.dashboard import Dashboard, DashboardArgs
from components.monitoring.events import Events, EventsArgs
from components.monitoring.front_alarms import FrontAlarms, FrontAlarmsArgs
from components.monitoring.logs import LogProtection, LogProtectionArgs
from components.monitoring.metrics import Metrics, MetricsArgs
from components.monitoring.notifications import Notifications, NotificationsArgs, SlackChannel
from components.monitoring.quiet_window import QuietWindow, QuietWindowArgs
from components.monitoring.traces import Traces, TracesArgs
from components.monitoring.uptime import Uptime, UptimeArgs
from components.monitoring.watched import WatchedEdge, WatchedFront, WatchedTasks
from components.product.backlog import Backlog
from settings.facts.regions import HEALTH_CHECK_REGION
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.stack import MonitoringSettings


@dataclass(frozen=True, kw_only=True)
class UptimeTarget:
    """What is asked for from outside, and the text that a well answer holds."""

    host: str
    path: str
    search: str


@dataclass(frozen=True, kw_only=True)
class MonitoringArgs:
    """What monitoring is made from; what is None, or empty, is not there to be watched.

    `secret_path` is where the cluster may read secrets. `container_log_group_name` holds what containers write.
    When `meshed`, the monitors speak mutual TLS with the product's pods.
    Without a cluster, `tasks` are watched from AWS alone, and nothing is installed.
    `highly_available` runs two of each monitor, in two zones. `cluster_ready` is what every chart waits for: nodes,
    volumes, and the delivery of secrets.
    """

    prefix: str
    account_id: Input[str]
    region: str
    settings: MonitoringSettings
    secret_path: str
    notifications_key_arn: Input[str]
    secrets_key_arn: Input[str]
    cluster_name: Input[str] | None
    container_log_group_name: Input[str] | None
    provider: kubernetes.Provider | None
    highly_available: bool
    protect: bool
    grown: bool = False
    retention: RetentionSettings = EVERYTHING_KEPT
    cluster_ready: Sequence[Resource]
    tasks: WatchedTasks | None = None
    watched: Sequence[Watched] = ()
    panels: Sequence[Panel] = ()
    instance_events: Sequence[InstanceEvents] = ()
    edge: WatchedEdge | None = None
    front: WatchedFront | None = None
    nat_gateway_ids: Sequence[Input[str]] = ()
    interruption_queue_name: Input[str] | None = None
    backup_vault_name: Input[str] | None = None
    backup_copied: bool = False
    """Whether the vault's points are copied into another region."""
    uptime: UptimeTarget | None = None
    uptime_key_arn: Input[str] | None = None
    """Key for a topic in the region that health checks and CloudFront report to; None where it is the stack's own."""
    custom_metrics: Sequence[CustomMetric] = ()
    backlogs: Backlogs = field(default_factory=dict[str, Sequence[Backlog]])
    """What services of the cluster scale by that CloudWatch counts, by the service's name."""
    duties: Mapping[str, Mapping[str, Sequence[str]]] = field(default_factory=dict[str, Mapping[str, Sequence[str]]])
    """Addresses beside the stack's, each with the values of the alerts' attributes that it is sent."""
    meshed: bool = False
    quiet_window: str | None = None
    """Weekly window in which no alarm or alert calls anybody."""
    closed: bool = False
    """Somebody stopped the product, or its answers, on purpose: nobody is notified that it is down."""


class Monitoring(ComponentResource):
    """Everything that tells a person, and everything that a person looks at."""

    namespace: str
    """Where Prometheus scrapes from and the collector listens."""
    collector_host: str
    topic_arn: Output[str]
    chat_topic_arn: Output[str] | None
    """Where Prometheus's alerts go in the form of a chat client; None where no chat channel hears of them."""
    uptime_topic_arn: Output[str] | None
    dashboard_name: Output[str]
    grafana_secret_name: str | None
    prometheus_stack: Release | None
    """Brings ServiceMonitor, PodMonitor and PrometheusRule: a release that creates one depends on it."""
    in_cluster: list[Release]
    """What a product on the cluster waits for: the monitors, and the metrics that its autoscalers ask for."""

    def __init__(self, name: str, args: MonitoringArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Monitoring", name, None, opts)
        self.namespace = NAMESPACE
        self._notify(name, args)
        self._watch_from_aws(name, args)
        self._mask_credentials(name, args)
        self._watch_from_inside(name, args)
        self.register_outputs({"topicArn": self.topic_arn, "dashboardName": self.dashboard_name})

    def _notify(self, name: str, args: MonitoringArgs) -> None:
        workspace, channel = args.settings.slack_workspace, args.settings.slack_channel
        self.uptime_topic_arn = self._notify_from_health_checks(name, args)
        elsewhere = [self.uptime_topic_arn] if self.uptime_topic_arn else []
        notifications = Notifications(
            f"{name}-notifications",
            NotificationsArgs(
                prefix=args.prefix,
                account_id=args.account_id,
                region=args.region,
                key_arn=args.notifications_key_arn,
                emails=args.settings.emails,
                duties=args.duties,
                slack=SlackChannel(workspace=workspace, channel=channel) if workspace and channel else None,
                others=elsewhere,
                prometheus=_prometheus(args),
            ),
            opts=ResourceOptions(parent=self),
        )
        self.topic_arn, self.chat_topic_arn = notifications.topic_arn, notifications.chat_topic_arn

    def _notify_from_health_checks(self, name: str, args: MonitoringArgs) -> Output[str] | None:
        """Outside the region that health checks and CloudFront report to, their alarms need a topic there."""
        if (args.uptime is None and args.front is None) or args.uptime_key_arn is None:
            return None
        return Notifications(
            f"{name}-uptime-notifications",
            NotificationsArgs(
                prefix=f"{args.prefix}-uptime",
                account_id=args.account_id,
                region=args.region,
                key_arn=args.uptime_key_arn,
                emails=args.settings.emails,
                elsewhere=HEALTH_CHECK_REGION,
            ),
            opts=ResourceOptions(parent=self),
        ).topic_arn

    def _watch_from_aws(self, name: str, args: MonitoringArgs) -> None:
        child = ResourceOptions(parent=self)
        alarms = Alarms(
            f"{name}-alarms",
            AlarmsArgs(
                prefix=args.prefix,
                region=args.region,
                topic_arn=self.topic_arn,
                watched=args.watched,
                edge=args.edge,
                nat_gateway_ids=args.nat_gateway_ids,
                cluster_name=args.cluster_name,
                interruption_queue_name=args.interruption_queue_name,
                backup_vault_name=args.backup_vault_name,
                log_group_name=args.container_log_group_name,
                tasks=args.tasks,
                closed=args.closed,
            ),
            opts=child,
        )
        Events(
            f"{name}-events",
            EventsArgs(
                prefix=args.prefix,
                topic_arn=self.topic_arn,
                instances=args.instance_events,
                backup_vault_name=args.backup_vault_name,
                copied=args.backup_copied,
                task_cluster_name=args.tasks.cluster_name if args.tasks else None,
            ),
            opts=child,
        )
        uptime, front = self._ask_from_outside(name, args), self._watch_front(name, args)
        there = [*(uptime.alarm_names if uptime else ()), *(front.names if front else ())]
        self._keep_quiet(name, args, alarms, there)
        self.dashboard_name = Dashboard(
            name,
            DashboardArgs(
                prefix=args.prefix,
                region=args.region,
                alarm_arns=alarms.arns,
                panels=args.panels,
                edge=args.edge,
                front=args.front,
                nat_gateway_ids=args.nat_gateway_ids,
                cluster_name=args.cluster_name,
                tasks=args.tasks,
                health_check_id=uptime.health_check_id if uptime else None,
            ),
            opts=child,
        ).dashboard_name

    def _keep_quiet(self, name: str, args: MonitoringArgs, alarms: Alarms, there: Sequence[Output[str]]) -> None:
        if args.quiet_window is None:
            return
        child = ResourceOptions(parent=self)
        elsewhere = there if args.region != HEALTH_CHECK_REGION else ()
        names = [*alarms.names, *(() if elsewhere else there)]
        given = QuietWindowArgs(prefix=args.prefix, window=args.quiet_window, alarm_names=names)
        QuietWindow(f"{name}-quiet", given, opts=child)
        if elsewhere:
            given = replace(given, alarm_names=elsewhere, elsewhere=HEALTH_CHECK_REGION)
            QuietWindow(f"{name}-uptime-quiet", given, opts=child)

    def _ask_from_outside(self, name: str, args: MonitoringArgs) -> Uptime | None:
        if args.uptime is None:
            return None
        return Uptime(
            f"{name}-uptime",
            UptimeArgs(
                prefix=args.prefix,
                region=args.region,
                host=args.uptime.host,
                path=args.uptime.path,
                search=args.uptime.search,
                topic_arn=self.uptime_topic_arn or self.topic_arn,
                silent=args.closed,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _watch_front(self, name: str, args: MonitoringArgs) -> FrontAlarms | None:
        if args.front is None:
            return None
        return FrontAlarms(
            f"{name}-front",
            FrontAlarmsArgs(
                prefix=args.prefix,
                region=args.region,
                front=args.front,
                topic_arn=self.uptime_topic_arn or self.topic_arn,
                silent=args.closed,
            ),
            opts=ResourceOptions(parent=self),
        )

    def _mask_credentials(self, name: str, args: MonitoringArgs) -> None:
        child = ResourceOptions(parent=self)
        if args.container_log_group_name is not None:
            cluster_logs = LogProtectionArgs(log_group_name=args.container_log_group_name)
            LogProtection(f"{name}-log-protection", cluster_logs, opts=child)
        if args.tasks is None:
            return
        for writer, group in args.tasks.log_group_names.items():
            LogProtection(f"{name}-{writer}-log-protection", LogProtectionArgs(log_group_name=group), opts=child)

    def _watch_from_inside(self, name: str, args: MonitoringArgs) -> None:
        if args.provider is None or args.cluster_name is None or args.container_log_group_name is None:
            self.prometheus_stack, self.grafana_secret_name = None, None
            self.in_cluster, self.collector_host = [], ""
            return
        self._watch_from_the_cluster(name, args, args.provider, args.cluster_name, args.container_log_group_name)

    def _watch_from_the_cluster(
        self,
        name: str,
        args: MonitoringArgs,
        provider: kubernetes.Provider,
        cluster_name: Input[str],
        log_group_name: Input[str],
    ) -> None:
        child = ResourceOptions(parent=self)
        replicas = 2 if args.highly_available else 1
        metrics = Metrics(
            f"{name}-metrics",
            MetricsArgs(
                prefix=args.prefix,
                region=args.region,
                cluster_name=cluster_name,
                secret_path=args.secret_path,
                secrets_key_arn=args.secrets_key_arn,
                notifications_key_arn=args.notifications_key_arn,
                topic_arn=self.topic_arn,
                chat_topic_arn=self.chat_topic_arn,
                provider=provider,
                replicas=replicas,
                retention_days=args.settings.metrics_retention_days,
                storage_gib=args.settings.metrics_storage_gib,
                grown=args.grown,
                protect=args.protect,
                retention=args.retention,
                quiet_window=args.quiet_window,
                meshed=args.meshed,
                depends_on=args.cluster_ready,
            ),
            opts=child,
        )
        traces = Traces(
            f"{name}-traces",
            TracesArgs(
                prefix=args.prefix,
                region=args.region,
                cluster_name=cluster_name,
                provider=provider,
                replicas=replicas,
                account_id=args.account_id,
                log_group_name=log_group_name,
                meshed=args.meshed,
                depends_on=[*args.cluster_ready, metrics.release],
            ),
            opts=child,
        )
        self.prometheus_stack = metrics.release
        self.in_cluster = [
            metrics.release,
            *self._serve_metrics(name, args, provider, cluster_name, metrics.release, replicas),
        ]
        self.grafana_secret_name = metrics.admin_secret_name
        self.collector_host = traces.host

    def _serve_metrics(
        self,
        name: str,
        args: MonitoringArgs,
        provider: kubernetes.Provider,
        cluster_name: Input[str],
        prometheus: Release,
        replicas: int,
    ) -> list[Release]:
        """Serve what autoscalers ask for beside CPU and memory; nothing where none does."""
        child, after = ResourceOptions(parent=self), [*args.cluster_ready, prometheus]
        releases: list[Release] = []
        if args.backlogs:
            exporter = BacklogExporterArgs(
                prefix=args.prefix,
                region=args.region,
                cluster_name=cluster_name,
                backlogs=args.backlogs,
                provider=provider,
                replicas=replicas,
                depends_on=after,
            )
            releases.append(BacklogExporter(f"{name}-backlogs", exporter, opts=child).release)
        if args.custom_metrics or args.backlogs:
            adapter = MetricsAdapterArgs(
                metrics=args.custom_metrics,
                external=external_rules(args.backlogs),
                provider=provider,
                replicas=replicas,
                depends_on=after,
            )
            releases.append(MetricsAdapter(f"{name}-adapter", adapter, opts=child).release)
        return releases


def _prometheus(args: MonitoringArgs) -> Literal["cluster", "managed"] | None:
    """Say whose alerts are sent beside those of CloudWatch."""
    if args.tasks is not None:
        return "managed" if args.tasks.managed_prometheus else None
    return "cluster" if args.provider is not None else None
