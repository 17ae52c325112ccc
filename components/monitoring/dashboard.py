"""One CloudWatch dashboard for what the product runs on; the product's own dashboards are in Grafana."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, Input, Output, ResourceOptions
from pulumi_aws import cloudwatch

from components.capabilities.watched import Panel
from components.monitoring.front_alarms import FRONT_REGION
from components.monitoring.watched import WatchedEdge, WatchedFront, WatchedTasks, WatchedTcp
from settings.arithmetic.metrics import must_be_published
from settings.facts.regions import HEALTH_CHECK_REGION

Widget = dict[str, object]
Metric = list[Input[object]]

_COLUMNS = 24
_WIDTH, _HEIGHT = 8, 6
"""Three widgets in a row: https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/CloudWatch-Dashboard-Body-Structure.html"""


@dataclass(frozen=True, kw_only=True)
class DashboardArgs:
    """What there is to show; what is None, or empty, is not there."""

    prefix: str
    region: str
    alarm_arns: Sequence[Input[str]]
    panels: Sequence[Panel] = ()
    edge: WatchedEdge | None = None
    front: WatchedFront | None = None
    nat_gateway_ids: Sequence[Input[str]] = ()
    cluster_name: Input[str] | None = None
    tasks: WatchedTasks | None = None
    health_check_id: Input[str] | None = None
    """What asks the product from outside; its metrics are in HEALTH_CHECK_REGION."""


class Dashboard(ComponentResource):
    """The dashboard, from the outside to the stores: alarms first, then traffic, then what traffic depends on."""

    dashboard_name: Output[str]

    def __init__(self, name: str, args: DashboardArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Dashboard", name, None, opts)
        dashboard = cloudwatch.Dashboard(
            f"{name}-dashboard",
            dashboard_name=args.prefix,
            dashboard_body=Output.json_dumps(dashboard_body(args)),
            opts=ResourceOptions(parent=self),
        )
        self.dashboard_name = dashboard.dashboard_name
        self.register_outputs({"dashboardName": self.dashboard_name})


def dashboard_body(args: DashboardArgs) -> dict[str, object]:
    """Lay the widgets out, three in a row, below the alarms. Pure: leaves may be outputs, the layout never is."""
    alarms: Widget = {
        "type": "alarm",
        "x": 0,
        "y": 0,
        "width": _COLUMNS,
        "height": 4,
        # A widget shows at most 100 alarms.
        "properties": {"title": "Alarms", "alarms": list(args.alarm_arns)[:100]},
    }
    graphs = [
        *(_edge(args.edge, args.region) if args.edge else []),
        *(_front(args.front) if args.front else []),
        *([_uptime(args.health_check_id)] if args.health_check_id is not None else []),
        *(_panel(panel) for panel in args.panels),
        *(_tasks(args.tasks) if args.tasks else []),
        *_platform(args),
    ]
    placed = [
        {
            "type": "metric",
            "x": index % 3 * _WIDTH,
            "y": 4 + index // 3 * _HEIGHT,
            "width": _WIDTH,
            "height": _HEIGHT,
            "properties": {"region": args.region, "view": "timeSeries", "stacked": False, **properties},
        }
        for index, properties in enumerate(graphs)
    ]
    return {"start": "-PT6H", "periodOverride": "inherit", "widgets": [alarms, *placed]}


def _graph(title: str, metrics: Sequence[Metric], statistic: str = "Average", period: int = 60) -> Widget:
    return {"title": title, "metrics": list(metrics), "stat": statistic, "period": period}


def _metric(namespace: str, name: str, dimensions: Mapping[str, Input[str]], **options: str) -> Metric:
    must_be_published(namespace, name, dimensions)
    pairs: list[Input[object]] = [part for pair in dimensions.items() for part in pair]
    return [namespace, name, *pairs, *([dict(options)] if options else [])]


def _edge(edge: WatchedEdge, region: str) -> list[Widget]:
    alb = "AWS/ApplicationELB"
    balancer = {"LoadBalancer": edge.load_balancer_arn_suffix}
    counts = ("RequestCount", "HTTPCode_Target_4XX_Count", "HTTPCode_Target_5XX_Count", "HTTPCode_ELB_5XX_Count")
    pods = [
        _metric(alb, name, {**balancer, "TargetGroup": suffix}, label=f"{' '.join(target)} {name}")
        for target, suffix in edge.target_group_arn_suffixes.items()
        for name in ("HealthyHostCount", "UnHealthyHostCount")
    ]
    times = [_metric(alb, "TargetResponseTime", balancer, stat=stat, label=stat) for stat in ("p50", "p90", "p99")]
    graphs = [
        _graph("Requests and errors", [_metric(alb, name, balancer) for name in counts], "Sum"),
        _graph("Answer time (s)", times),
        _graph("Pods behind the load balancer", pods, "Minimum"),
    ]
    if edge.tcp:
        graphs.append(_graph("Pods behind the TCP ports", _tcp(edge.tcp), "Minimum"))
    if edge.firewall:
        acl = {"WebACL": edge.firewall.metric_name, "Region": region}
        rules = ("ALL", *edge.firewall.rules)
        blocked = [_metric("AWS/WAFV2", "BlockedRequests", {**acl, "Rule": rule}, label=rule) for rule in rules]
        graphs.append(_graph("Requests the firewall refused", blocked, "Sum"))
    return graphs


def _tcp(tcp: WatchedTcp) -> list[Metric]:
    return [
        _metric(
            "AWS/NetworkELB",
            name,
            {"LoadBalancer": tcp.load_balancer_arn_suffix, "TargetGroup": suffix},
            label=f"{' '.join(target)} {name}",
        )
        for target, suffix in tcp.target_group_arn_suffixes.items()
        for name in ("HealthyHostCount", "UnHealthyHostCount")
    ]


def _front(front: WatchedFront) -> list[Widget]:
    def graph(title: str, metric: str, statistic: str) -> Widget:
        metrics = [
            _metric("AWS/CloudFront", metric, {"DistributionId": distribution, "Region": "Global"}, label=label)
            for label, distribution in front.distribution_ids.items()
        ]
        return {**_graph(title, metrics, statistic), "region": FRONT_REGION}

    return [
        graph("CloudFront: requests", "Requests", "Sum"),
        graph("CloudFront: 5xx answers (%)", "5xxErrorRate", "Average"),
    ]


def _uptime(health_check_id: Input[str]) -> Widget:
    """Show how long two round trips of the network take, and the first byte of the answer, seen from outside.

    For HTTPS no `ConnectionTime` is measured:
    https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-check-latency.html
    """
    names = ("SSLHandshakeTime", "TimeToFirstByte")
    metrics = [_metric("AWS/Route53", name, {"HealthCheckId": health_check_id}, label=name) for name in names]
    return {**_graph("From outside (ms)", metrics), "region": HEALTH_CHECK_REGION}


def _panel(panel: Panel) -> Widget:
    metrics = [_metric(each.namespace, each.name, each.dimensions) for each in panel.metrics]
    return _graph(panel.title, metrics, panel.statistic)


def _tasks(tasks: WatchedTasks) -> list[Widget]:
    def graph(title: str, metric: str) -> Widget:
        cluster = {"ClusterName": tasks.cluster_name}
        return _graph(title, [_metric("AWS/ECS", metric, {**cluster, "ServiceName": name}) for name in tasks.services])

    return [graph("Services: CPU (%)", "CPUUtilization"), graph("Services: memory (%)", "MemoryUtilization")]


def _platform(args: DashboardArgs) -> list[Widget]:
    graphs: list[Widget] = []
    if args.cluster_name is not None:
        cluster = {"ClusterName": args.cluster_name}
        names = ("scheduler_pending_pods", "scheduler_pending_pods_UNSCHEDULABLE", "apiserver_request_total_5XX")
        graphs.append(_graph("Cluster", [_metric("AWS/EKS", name, cluster) for name in names], "Maximum"))
    if args.nat_gateway_ids:
        names = ("BytesOutToDestination", "ErrorPortAllocation", "PacketsDropCount")
        metrics = [
            _metric("AWS/NATGateway", name, {"NatGatewayId": gateway})
            for gateway in args.nat_gateway_ids
            for name in names
        ]
        graphs.append(_graph("NAT gateways", metrics, "Sum", 300))
    return graphs
