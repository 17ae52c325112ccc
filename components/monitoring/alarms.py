"""The alarms of everything that holds data or carries traffic."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch

from components.capabilities.watched import Watched
from components.monitoring.resource_alarms import ResourceAlarms, ResourceAlarmsArgs
from components.monitoring.watched import WatchedEdge, WatchedTasks, WatchedTcp
from settings.arithmetic.alarms import Alarm
from settings.arithmetic.platform_alarms import age_alarms, backup_alarms, cluster_alarms, log_alarms, queue_alarms
from settings.arithmetic.task_alarms import task_alarms
from settings.arithmetic.traffic_alarms import (
    certificate_alarms,
    firewall_alarms,
    load_balancer_alarms,
    nat_gateway_alarms,
    network_load_balancer_alarms,
    target_group_alarms,
    tcp_port_alarms,
)


@dataclass(frozen=True, kw_only=True)
class AlarmsArgs:
    """What there is to watch; what is None, or empty, is not there."""

    prefix: str
    region: str
    topic_arn: Input[str]
    watched: Sequence[Watched] = ()
    edge: WatchedEdge | None = None
    nat_gateway_ids: Sequence[Input[str]] = ()
    cluster_name: Input[str] | None = None
    interruption_queue_name: Input[str] | None = None
    backup_vault_name: Input[str] | None = None
    log_group_name: Input[str] | None = None
    tasks: WatchedTasks | None = None
    closed: bool = False
    """Somebody stopped the product, or its answers, on purpose: nobody is notified that it is down."""


class Alarms(ComponentResource):
    """CloudWatch alarms, and one that says that the product is down."""

    names: list[Output[str]]
    arns: list[Output[str]]

    def __init__(self, name: str, args: AlarmsArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Alarms", name, None, opts)
        self._logical = name
        self._args = args
        self._made: list[ResourceAlarms] = []
        self.names, self.arns = [], []
        for each in args.watched:
            self._watch(each.label, each.dimensions, each.alarms)
        self._watch_edge()
        self._watch_platform()
        self._watch_tasks()
        self._watch_backups()
        self.names.extend(name for made in self._made for name in made.names)
        self.arns.extend(arn for made in self._made for arn in made.arns)
        self._say_when_the_product_is_down()
        self.register_outputs({"arns": self.arns})

    def _watch(self, label: str, dimensions: Mapping[str, Input[str]], alarms: Sequence[Alarm]) -> list[Output[str]]:
        made = ResourceAlarms(
            f"{self._logical}-{label}",
            ResourceAlarmsArgs(
                prefix=self._args.prefix,
                label=label,
                dimensions=dimensions,
                alarms=alarms,
                topic_arn=self._args.topic_arn,
            ),
            opts=ResourceOptions(parent=self),
        )
        self._made.append(made)
        return made.names

    def _watch_edge(self) -> None:
        edge = self._args.edge
        if edge is None:
            return
        balancer = {"LoadBalancer": edge.load_balancer_arn_suffix}
        objective = edge.latency_objective_seconds
        self._watch("load-balancer", balancer, load_balancer_alarms(latency_objective_seconds=objective))
        for target, suffix in edge.target_group_arn_suffixes.items():
            self._watch("-".join(target), {**balancer, "TargetGroup": suffix}, target_group_alarms())
        self._watch("certificate", {"CertificateArn": edge.certificate_arn}, certificate_alarms())
        if edge.tcp:
            self._watch_tcp(edge.tcp)
        if edge.firewall:
            dimensions = {"WebACL": edge.firewall.metric_name, "Region": self._args.region}
            self._watch("firewall", dimensions, firewall_alarms(edge.firewall.limits))

    def _watch_tcp(self, tcp: WatchedTcp) -> None:
        balancer = {"LoadBalancer": tcp.load_balancer_arn_suffix}
        self._watch("tcp", balancer, network_load_balancer_alarms())
        for target, suffix in tcp.target_group_arn_suffixes.items():
            self._watch(f"tcp-{'-'.join(target)}", {**balancer, "TargetGroup": suffix}, tcp_port_alarms())

    def _watch_platform(self) -> None:
        args = self._args
        for index, gateway in enumerate(args.nat_gateway_ids, start=1):
            self._watch(f"nat-{index}", {"NatGatewayId": gateway}, nat_gateway_alarms())
        if args.cluster_name is not None:
            self._watch("cluster", {"ClusterName": args.cluster_name}, cluster_alarms())
        if args.interruption_queue_name is not None:
            self._watch("interruptions", {"QueueName": args.interruption_queue_name}, queue_alarms())
        if args.log_group_name is not None:
            self._watch("logs", {"LogGroupName": args.log_group_name}, log_alarms())

    def _watch_tasks(self) -> None:
        tasks = self._args.tasks
        if tasks is None:
            return
        for service in tasks.services:
            dimensions: dict[str, Input[str]] = {"ClusterName": tasks.cluster_name, "ServiceName": service}
            self._watch(f"service-{service}", dimensions, task_alarms())
        for writer, group in tasks.log_group_names.items():
            self._watch(f"logs-{writer}", {"LogGroupName": group}, log_alarms())

    def _watch_backups(self) -> None:
        """Tell that a backup was missed, once what is backed up has stood for as long as an alarm looks back."""
        vault = self._args.backup_vault_name
        if vault is None:
            return
        young = self._age()
        missed = self._watch("backups", {"BackupVaultName": vault}, backup_alarms(silent=bool(young)))
        if young:
            rule = Output.all(*missed, *young).apply(lambda names: f'ALARM("{names[0]}") AND OK("{names[1]}")')
            self._combine("backups-missed", "No backup was completed although one was due", rule)

    def _age(self) -> list[Output[str]]:
        """Watch how long something stands that always reports; nothing, where nothing does."""
        args = self._args
        for each in args.watched:
            if each.heartbeat is not None:
                return self._watch("backups-age", each.dimensions, age_alarms(*each.heartbeat))
        if args.cluster_name is not None:
            dimensions = {"ClusterName": args.cluster_name}
            return self._watch("backups-age", dimensions, age_alarms("AWS/EKS", "apiserver_request_total"))
        return []

    def _say_when_the_product_is_down(self) -> None:
        """One message for what several alarms see at once; the alarms it combines tell nobody themselves."""
        combined = [name for made in self._made for name in made.combined]
        if not combined:
            return
        meaning = "The product answers nobody: see the load balancer's and pods' alarms"
        self._combine("product-down", meaning, Output.all(*combined).apply(any_of), silent=self._args.closed)

    def _combine(self, key: str, meaning: str, rule: Output[str], *, silent: bool = False) -> None:
        # A silent alarm waits for its topic all the same. Without that, `pulumi up --target` of another resource fails:
        # the engine keeps the alarm's old state, and with it registers the topic a second time. The provider replaces a
        # composite alarm for another `actions_enabled`, which is how the single alarms fall silent.
        actions = Output.from_input(self._args.topic_arn).apply(lambda arn: [] if silent else [arn])
        combined = cloudwatch.CompositeAlarm(
            f"{self._logical}-{key}",
            alarm_name=f"{self._args.prefix}-{key}",
            alarm_description=f"[critical] {meaning}",
            alarm_rule=rule,
            alarm_actions=actions,
            ok_actions=actions,
            tags={"Severity": "critical"},
            opts=ResourceOptions(parent=self),
        )
        self.names.append(combined.alarm_name)
        self.arns.append(combined.arn)


def any_of(names: Sequence[str]) -> str:
    """Give the rule that is true when any of the named alarms fires."""
    return " OR ".join(f'ALARM("{name}")' for name in names)
