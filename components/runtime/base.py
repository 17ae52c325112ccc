"""What a platform asks of the runtime under a product, whichever it is.

What holds data or carries traffic knows a runtime by one security group, and nothing else of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import pulumi_kubernetes as kubernetes
from pulumi import Input, Output, Resource

from components.application.wiring import Wiring
from components.assembly.foundation import Foundation
from components.identity.pod_role import Statement
from components.monitoring.adapter import CustomMetric
from components.monitoring.watched import WatchedTasks


@dataclass(frozen=True, kw_only=True)
class PodIdentity:
    """The cluster and namespace whose service accounts may be given roles."""

    cluster_name: Input[str]
    namespace: str


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What monitoring is told of a runtime: a cluster to install monitors on, or tasks to watch from outside."""

    cluster_name: Input[str] | None = None
    container_log_group_name: Input[str] | None = None
    provider: kubernetes.Provider | None = None
    cluster_ready: Sequence[Resource] = field(default=())
    interruption_queue_name: Input[str] | None = None
    custom_metrics: Sequence[CustomMetric] = ()
    tasks: WatchedTasks | None = None


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What is there when the product is run, and gone only after it.

    `resource_labels` is what Application Auto Scaling calls each target group, by (service, port name).
    `dump_statements` lets a dump into its bucket, `restore_statements` lets a restore test read there.
    """

    wiring: Wiring
    stores: Sequence[Resource] = ()
    monitors: Sequence[Resource] = ()
    topic_arn: Input[str] | None = None
    """Hears of the product's alerts, where they do not come from inside a cluster."""
    chat_topic_arn: Input[str] | None = None
    """The same, in the form of a chat client."""
    dump_statements: Sequence[Statement] = ()
    restore_statements: Sequence[Statement] = ()
    resource_labels: Mapping[tuple[str, str], Input[str]] = field(default_factory=dict[tuple[str, str], Input[str]])


class Runtime(Protocol):
    """Built in two steps: what the stores and the load balancer need to know first, the product itself last."""

    foundation: Foundation
    security_group_id: Output[str]
    """The group that everything of the product carries."""
    target_type: Literal["ip", "instance"]
    """Whether the load balancer knows what it asks by its own address, or by its machine's and a port of the day."""
    telemetry_endpoint: str
    """Where the product sends traces."""
    pod_identity: PodIdentity | None
    """How a job gets a role; None where it has one of its own."""

    def watch(self) -> Watch:
        """Tell what there is to be watched."""
        ...

    def run(self, surroundings: Surroundings) -> None:
        """Run the product."""
        ...

    def exports(self) -> Mapping[str, Input[Any]]:
        """Give the stack's outputs about the runtime."""
        ...
