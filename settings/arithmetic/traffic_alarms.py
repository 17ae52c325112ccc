"""Alarms of what carries traffic: load balancer, firewall, certificate, NAT, and the answer seen from outside."""

from collections.abc import Sequence
from dataclasses import replace

from settings.arithmetic.alarms import DAY, MINUTE, Alarm, Ratio
from settings.workload.objectives import LatencyObjective, Objective

_SLOW_SECONDS = 1.0
"""An answer that takes longer breaks a person's flow; the objective of a product that states none."""


def latency_objective_seconds(objectives: Sequence[Objective]) -> float:
    """Give the longest answer time that a product's objectives allow; 1 s when it states none."""
    latencies = (objective for objective in objectives if isinstance(objective, LatencyObjective))
    return max((latency.milliseconds / 1000 for latency in latencies), default=_SLOW_SECONDS)


def load_balancer_alarms(*, latency_objective_seconds: float) -> tuple[Alarm, ...]:
    """Give the alarms of the load balancer; the objective is for the 99th percentile of the answer time."""
    alb = "AWS/ApplicationELB"
    return (
        Alarm(
            key="unanswered",
            meaning="The load balancer itself answers 5xx: no pod is ready, or pods close connections (OB-119)",
            severity="critical",
            namespace=alb,
            metric="HTTPCode_ELB_5XX_Count",
            statistic="Sum",
            threshold=5,
            ratio=Ratio(of="RequestCount", minimum=20),
            period_seconds=MINUTE,
            periods=5,
            sufficient=3,
            missing="notBreaching",
            combined=True,
        ),
        Alarm(
            key="errors",
            meaning="More than 5 % of the answers are the product's own 5xx",
            severity="critical",
            namespace=alb,
            metric="HTTPCode_Target_5XX_Count",
            statistic="Sum",
            threshold=5,
            ratio=Ratio(of="RequestCount", minimum=20),
            period_seconds=MINUTE,
            periods=5,
            missing="notBreaching",
        ),
        Alarm(
            key="latency",
            meaning=f"The slowest hundredth of the answers takes longer than {latency_objective_seconds:g} s",
            namespace=alb,
            metric="TargetResponseTime",
            statistic="p99",
            threshold=latency_objective_seconds,
            missing="notBreaching",
        ),
        Alarm(
            key="refused-connections",
            meaning="Pods refuse connections: a network policy, a wrong port, or pods that stop too early (OB-121)",
            namespace=alb,
            metric="TargetConnectionErrorCount",
            statistic="Sum",
            threshold=10,
            missing="notBreaching",
        ),
        Alarm(
            key="rejected-connections",
            meaning="The load balancer reached its maximum of connections and rejects new ones",
            severity="critical",
            namespace=alb,
            metric="RejectedConnectionCount",
            statistic="Sum",
            threshold=0,
            periods=1,
            missing="notBreaching",
        ),
    )


def target_group_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of one target group."""
    alb = "AWS/ApplicationELB"
    return (
        Alarm(
            key="no-healthy-pod",
            meaning="No pod is fit to answer: the product is down",
            severity="critical",
            namespace=alb,
            metric="HealthyHostCount",
            statistic="Maximum",
            side="below",
            threshold=1,
            period_seconds=MINUTE,
            periods=3,
            missing="breaching",
            combined=True,
        ),
        Alarm(
            key="unhealthy-pods",
            meaning="Pods fail the load balancer's check: see their readiness and logs (OB-119)",
            namespace=alb,
            metric="UnHealthyHostCount",
            statistic="Minimum",
            threshold=0,
            missing="notBreaching",
        ),
    )


_NETWORK = "AWS/NetworkELB"


def network_load_balancer_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of a Network Load Balancer as a whole."""
    return (
        Alarm(
            key="resets",
            meaning="Pods end connections in the middle: the process fails, closes early, or takes no more of them",
            namespace=_NETWORK,
            metric="TCP_Target_Reset_Count",
            statistic="Sum",
            threshold=100,
            missing="notBreaching",
        ),
        Alarm(
            key="ports",
            meaning="No source port is left towards the pods: new connections fail; run more pods",
            severity="critical",
            namespace=_NETWORK,
            metric="PortAllocationErrorCount",
            statistic="Sum",
            threshold=0,
            missing="notBreaching",
        ),
    )


def tcp_port_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of the target group of one TCP port."""
    return tuple(
        replace(
            alarm,
            namespace=_NETWORK,
            meaning="No pod takes connections on this port" if alarm.combined else alarm.meaning,
        )
        for alarm in target_group_alarms()
    )


def nat_gateway_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of one NAT gateway."""
    nat = "AWS/NATGateway"
    return (
        Alarm(
            key="ports",
            meaning="No source port is left for a destination: outgoing connections fail; reuse them or add addresses",
            severity="critical",
            namespace=nat,
            metric="ErrorPortAllocation",
            statistic="Sum",
            threshold=0,
            missing="notBreaching",
        ),
        Alarm(
            key="drops",
            meaning="The NAT gateway drops packets: ask AWS support when it lasts",
            namespace=nat,
            metric="PacketsDropCount",
            statistic="Sum",
            threshold=100,
            missing="notBreaching",
        ),
    )


_WAF = "AWS/WAFV2"
_LIMIT = "rate-limit"


def firewall_alarms(limits: Sequence[str]) -> tuple[Alarm, ...]:
    """Give the alarms of a web ACL whose rules `limits` count how often a client asks."""
    return (
        Alarm(
            key="blocked",
            meaning="More than 10,000 requests are refused in 5 minutes: an attack, or a rule that hits real clients",
            namespace=_WAF,
            metric="BlockedRequests",
            statistic="Sum",
            threshold=10_000,
            periods=1,
            missing="notBreaching",
            dimensions={"Rule": "ALL"},
        ),
        *map(_limited, limits),
    )


def _limited(rule: str) -> Alarm:
    return Alarm(
        key=f"limited{rule.removeprefix(_LIMIT)}",
        meaning=f"{rule} refuses requests for 15 minutes on end: a client loops, or the limit is too low",
        namespace=_WAF,
        metric="BlockedRequests",
        statistic="Sum",
        threshold=500,
        missing="notBreaching",
        dimensions={"Rule": rule},
    )


def distribution_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of a CloudFront distribution, whose metrics are in us-east-1."""
    return (
        Alarm(
            key="errors",
            meaning="More than 5 % of CloudFront's answers are 5xx: the origin is not reached, or fails",
            severity="critical",
            namespace="AWS/CloudFront",
            metric="5xxErrorRate",
            statistic="Average",
            threshold=5,
            period_seconds=MINUTE,
            periods=5,
            missing="notBreaching",
            dimensions={"Region": "Global"},
        ),
    )


def certificate_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of a certificate: ACM renews 60 days ahead, so 30 days left mean that it could not."""
    return (
        Alarm(
            key="expiry",
            meaning="The certificate ends within 30 days and was not renewed: see its validation records (OB-83)",
            severity="critical",
            namespace="AWS/CertificateManager",
            metric="DaysToExpiry",
            statistic="Minimum",
            side="below",
            threshold=30,
            period_seconds=DAY,
            periods=1,
        ),
    )


def uptime_alarms() -> tuple[Alarm, ...]:
    """Give the alarms of a Route 53 health check (0 is down, 1 is up)."""
    return (
        Alarm(
            key="down",
            meaning="The product's health answer is missing or not healthy, seen from outside (OB-14)",
            severity="critical",
            namespace="AWS/Route53",
            metric="HealthCheckStatus",
            statistic="Minimum",
            side="below",
            threshold=1,
            period_seconds=MINUTE,
            periods=2,
            missing="breaching",
        ),
    )
