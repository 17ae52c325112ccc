"""What a platform asks of the runtime under a product, whichever it is.

What holds data or carries traffic knows a runtime by one security group, and nothing else of it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

import pulumi_kubernetes as kubernetes
from pulumi import Input, Output, Resource

from components.capabilities.contract import Kubernetes
from components.foundation.foundation import Foundation
from components.identity.pod_role import Statement
from components.monitoring.adapter import CustomMetric
from components.monitoring.watched import WatchedTasks
from components.product.wiring import Wiring
from settings.workload.outputs import WiredOutput


@dataclass(frozen=True, kw_only=True)
class Watch:
    """What monitoring needs to know of a runtime: a cluster to install monitors on, or tasks to watch from outside."""

    cluster_name: Input[str] | None = None
    container_log_group_name: Input[str] | None = None
    provider: kubernetes.Provider | None = None
    cluster_ready: Sequence[Resource] = field(default=())
    interruption_queue_name: Input[str] | None = None
    custom_metrics: Sequence[CustomMetric] = ()
    tasks: WatchedTasks | None = None


@dataclass(frozen=True, kw_only=True)
class ProductContext:
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
    """Whether the load balancer's targets are addresses of pods or tasks, or machines with the port of each task."""

    @property
    def kubernetes(self) -> Kubernetes | None:
        """Offer a cluster to what runs beside the product; None where there is none."""
        ...

    def outputs(self) -> dict[WiredOutput, Input[str]]:
        """Give what a workload file may name of the runtime: where the product sends traces, and what it has alone."""
        ...

    def sessions(self) -> list[Statement]:
        """Allow a session on what reaches the product's data from inside, and on nothing else; the product runs."""
        ...

    def watch(self) -> Watch:
        """Tell what there is to be watched."""
        ...

    def run(self, context: ProductContext) -> None:
        """Run the product."""
        ...

    def exports(self) -> Mapping[str, Input[Any]]:
        """Give the stack's outputs about the runtime."""
        ...
