"""What alarms and dashboards are about."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Input

from settings.arithmetic.routes import ServicePort


@dataclass(frozen=True, kw_only=True)
class WatchedFirewall:
    """A web ACL and its rules, as metrics call them; `limits` are the rules that count how often a client asks."""

    metric_name: Input[str]
    rules: Sequence[str]
    limits: Sequence[str] = ()


CDN = "cdn"
"""What the distribution of the product's hosts is called."""


@dataclass(frozen=True, kw_only=True)
class WatchedFront:
    """What CloudFront answers with: distributions by what they serve, and the firewall before them, if any."""

    distribution_ids: Mapping[str, Input[str]]
    firewall: WatchedFirewall | None = None


@dataclass(frozen=True, kw_only=True)
class WatchedTcp:
    """A Network Load Balancer, and the target group of each of its ports."""

    load_balancer_arn_suffix: Input[str]
    target_group_arn_suffixes: Mapping[ServicePort, Input[str]]


@dataclass(frozen=True, kw_only=True)
class WatchedEdge:
    """`latency_objective_seconds` is for the slowest hundredth of the answers."""

    load_balancer_arn_suffix: Input[str]
    target_group_arn_suffixes: Mapping[ServicePort, Input[str]]
    certificate_arn: Input[str]
    firewall: WatchedFirewall | None
    latency_objective_seconds: float
    tcp: WatchedTcp | None = None


@dataclass(frozen=True, kw_only=True)
class WatchedTasks:
    """Services on ECS by name, with the tasks that each has at least, and the log groups of services and jobs.

    `managed_prometheus` tells that the product's own alerts come from there.
    """

    cluster_name: Input[str]
    services: Mapping[str, int]
    log_group_names: Mapping[str, Input[str]]
    managed_prometheus: bool = False
