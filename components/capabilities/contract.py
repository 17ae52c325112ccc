"""What a capability is: something that a product can ask for, stated in one place.

A capability has a folder beside this file, with its component, its alarms and one declaration. `plan` says what follows
from the settings alone, before anything is built; `build` builds it and says what it gives. Everything else in the
platform reads plans and what was given, and knows no capability by name: see `registry` and `collected`.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import pulumi_kubernetes as kubernetes
from pulumi import Input, Output, Resource

from components.backup.vault import RecoveryPoints
from components.capabilities.room import Room
from components.capabilities.watched import InstanceEvents, Panel, Watched
from components.foundation.foundation import Foundation
from components.identity.pod_role import Statement
from components.product.backlog import Backlog
from components.product.credentials import Text
from components.product.reach import Reach
from components.product.shared_volumes import Folder, SharedVolume
from components.secrets.credential import Credential, StoreUser
from components.storage.served_files import ServedFiles
from settings import PlatformSettings
from settings.arithmetic.capacity import PodDemand
from settings.workload.outputs import SecretOutput
from settings.workload.service import WiredOutput


@dataclass(frozen=True, kw_only=True)
class PlacedPods:
    """Pods that a capability runs on the cluster, and the product's node pool that carries them, if it names one."""

    demand: PodDemand
    node_pool: str | None = None


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What follows from the settings alone.

    `charts` are the optional add-ons that it needs on a cluster, as components/cluster/optional_charts.py calls them;
    `namespaces` those in which it reads secrets of its own. `volumes` says that it keeps volumes on the cluster that
    carry the tag of the stack's vault. `secrets` are the texts of the secret outputs that a product may name, `users`
    the credentials that the stack's secret store makes for them. `managed_add_ons` are the optional add-ons that EKS
    itself keeps. `unencrypted` are services of AWS that the network's own encryption does not cover, `key_users` those
    that work with the stack's data key by themselves.
    `rooms` works out what can run out at the product's peak.
    """

    reach: Sequence[Reach] = ()
    pods: Sequence[PlacedPods] = ()
    charts: Sequence[str] = ()
    namespaces: Sequence[str] = ()
    volumes: bool = False
    secrets: Mapping[SecretOutput, Text] = field(default_factory=dict[SecretOutput, Text])
    users: Sequence[StoreUser] = ()
    managed_add_ons: Sequence[str] = ()
    rooms: Callable[[], Iterable[Room]] = tuple
    unencrypted: Sequence[str] = ()
    key_users: Sequence[str] = ()


@dataclass(frozen=True, kw_only=True)
class Kubernetes:
    """What a runtime with a cluster offers. `namespace` is the product's, `release_namespace` holds the releases.

    `ready` is what must stand before a release: nodes, secrets, volumes, and the add-ons that were planned.
    """

    provider: kubernetes.Provider
    cluster_name: Input[str]
    namespace: str
    release_namespace: str
    ready: Sequence[Resource]


@dataclass(frozen=True, kw_only=True)
class Context:
    """What a capability is built with.

    `clients_group_id` is the security group that everything of the product carries. `kubernetes` is None where the
    product runs without a cluster.
    """

    foundation: Foundation
    clients_group_id: Output[str]
    kubernetes: Kubernetes | None

    @property
    def settings(self) -> PlatformSettings:
        return self.foundation.settings


@dataclass(frozen=True, kw_only=True)
class Monitored:
    """What is there once the stack is monitored.

    `topic_arn` hears of alarms. `namespace` is where metrics are scraped from; `definitions` brings the definitions of
    ServiceMonitor, PodMonitor and PrometheusRule, and is None without a cluster.
    """

    topic_arn: Output[str]
    namespace: str
    definitions: Resource | None


@dataclass(frozen=True, kw_only=True)
class Running:
    """What is there once the product runs. `sessions` allows a session on what reaches the product's data."""

    sessions: Callable[[], Sequence[Statement]]


@dataclass(frozen=True, kw_only=True)
class Given:
    """What a capability gives once it is built.

    `resources` are there before the product and gone after it. `outputs` are what a workload may name as
    `{output: …}`, `exports` the stack's own outputs, and `for_other_regions` what a secondary region's stack reads;
    none holds a secret value. `credentials` are named by the texts of the plan; `administrator` is the secret of
    whoever sets the product's own user up.

    `statements` is what each service, Job or migration may do on AWS, by its name, and `backlogs` what waits for
    it, which the runtime may scale it by. `folders` are those that a service mounts. `served` is what CloudFront
    serves, by a name for it. `points` is what the stack's vault keeps; `watched`, `panels` and `instance_events` are
    what the monitoring shows and reports.

    `when_monitored` builds what needs the monitoring, and gives more: a release with alert rules, what an alarm starts.
    `when_running` does so once the product runs.
    """

    resources: Sequence[Resource] = ()
    outputs: Mapping[WiredOutput, Input[str]] = field(default_factory=dict[WiredOutput, Input[str]])
    credentials: Mapping[str, Credential] = field(default_factory=dict[str, Credential])
    administrator: Input[str] | None = None
    exports: Mapping[str, Input[Any]] = field(default_factory=dict[str, Input[Any]])
    for_other_regions: Mapping[str, Input[Any]] = field(default_factory=dict[str, Input[Any]])
    statements: Mapping[str, Sequence[Statement]] = field(default_factory=dict[str, Sequence[Statement]])
    backlogs: Mapping[str, Sequence[Backlog]] = field(default_factory=dict[str, Sequence[Backlog]])
    folders: Mapping[Folder, SharedVolume] = field(default_factory=dict[Folder, SharedVolume])
    served: Mapping[str, ServedFiles] = field(default_factory=dict[str, ServedFiles])
    points: Sequence[RecoveryPoints] = ()
    watched: Sequence[Watched] = ()
    panels: Sequence[Panel] = ()
    instance_events: Sequence[InstanceEvents] = ()
    when_monitored: "Callable[[Monitored], Given] | None" = None
    when_running: "Callable[[Running], Given] | None" = None


class Capability(Protocol):
    """One thing that a product can ask for. `name` is the section of the workload file that asks for it."""

    @property
    def name(self) -> str: ...

    def plan(self, settings: PlatformSettings) -> Plan | None:
        """Say what follows from the settings; None where this stack does not have it."""
        ...

    def build(self, context: Context) -> Given:
        """Build it, on a stack that has it, and say what it gives."""
        ...
