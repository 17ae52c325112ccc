"""RocketMQ on the cluster: the release, its credentials, and the address that applications connect to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi_kubernetes as kubernetes
import pulumi_random as random
from pulumi import ComponentResource, Input, Output, Resource, ResourceOptions
from pulumi_kubernetes.helm.v3 import Release

from components.capabilities.event_bus.rules import rules
from components.chart_values.event_bus import (
    BackupTag,
    Brokers,
    Credentials,
    EventBusValues,
    NameServers,
    Requests,
    Storage,
    Topic,
)
from components.chart_values.folder import chart_path
from components.secrets.stored_secret import SecretEntry, StoredSecret, StoredSecretArgs
from settings.arithmetic.eventbus import broker_memory
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.sizes.event_bus import EventBusSettings
from settings.types import mebibytes
from settings.workload.event_bus import EventBusNeeds

NAMESPACE = "event-bus"
"""Where the brokers run, apart from the product: only their ports are open to it."""
NAME_SERVER_PORT = 9876
BROKER_PORTS = (10909, 10911)
NAME_SERVER_REQUEST = {"cpu": "100m", "memory": "640Mi"}
"""What a name server sets aside: a heap of 256 MiB, buffers of 128, and the JVM itself."""

LOG_READER_REQUEST = {"cpu": "10m", "memory": "16Mi"}
"""What the container beside each broker and name server sets aside; the chart renders it with the same amounts."""

_ADMINISTRATOR = "administrator"
_PASSWORD_LENGTH = 48
_TIMEOUT_SECONDS = 900


@dataclass(frozen=True, kw_only=True)
class EventBusArgs:
    """`secret_path` is the start of the credentials' names; `image` and `shell_image` are full references.

    `topic_prefix` starts every topic and group that the product may use. `backup_tag` is put on each volume.
    `after` is what must stand first: secrets, volumes, certificates and the definitions of ServiceMonitor and
    PrometheusRule. `keep_volumes` is the environment's and not a matter of protection: neither a storage class nor a
    StatefulSet's claims can change, so both must stay when a stack is released to be destroyed.
    """

    product: str
    product_namespace: str
    settings: EventBusSettings
    needs: EventBusNeeds
    zones: int
    image: Input[str]
    shell_image: Input[str]
    topic_prefix: str
    consumer_group: str
    secret_path: str
    secrets_key_arn: Input[str]
    replica_key_arns: Mapping[str, Input[str]]
    data_key_arn: Input[str]
    backup_tag: tuple[str, str]
    release_namespace: str
    metrics_namespace: str
    provider: kubernetes.Provider
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    keep_volumes: bool
    after: Sequence[Resource]


class EventBus(ComponentResource):
    """What an application sees: a name server's address, and a user that reads and writes below its prefix alone."""

    host: str
    port: int
    user: SecretEntry
    """JSON with `username` and `password`: RocketMQ's access key and secret key."""
    release: Release

    def __init__(self, name: str, args: EventBusArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:EventBus", name, None, opts)
        self.host = f"names.{NAMESPACE}.svc.cluster.local"
        self.port = NAME_SERVER_PORT
        administrator = self._credential(name, args, "admin", _ADMINISTRATOR)
        user = self._credential(name, args, "user", args.product)
        self.user = user.entry
        self.release = Release(
            f"{name}-release",
            name="event-bus",
            chart=chart_path("event-bus"),
            namespace=args.release_namespace,
            create_namespace=True,
            values=event_bus_values(args, administrator.entry, user.entry).to_helm(),
            atomic=True,
            cleanup_on_fail=True,
            timeout=_TIMEOUT_SECONDS,
            max_history=10,
            opts=ResourceOptions(parent=self, provider=args.provider, depends_on=[*args.after, administrator, user]),
        )
        self.register_outputs({"host": self.host, "port": self.port})

    @property
    def address(self) -> str:
        """Host and port, as clients take them."""
        return f"{self.host}:{self.port}"

    def _credential(self, name: str, args: EventBusArgs, label: str, username: str) -> StoredSecret:
        password = random.RandomPassword(
            f"{name}-{label}-password", length=_PASSWORD_LENGTH, special=False, opts=ResourceOptions(parent=self)
        ).result
        return StoredSecret(
            f"{name}-{label}",
            StoredSecretArgs(
                secret_name=f"{args.secret_path}/event-bus-{label}",
                description=f"User {username} of the event bus",
                key_arn=args.secrets_key_arn,
                replica_key_arns=args.replica_key_arns,
                value=Output.json_dumps({"username": username, "password": password}),
                protect=args.protect,
                retention=args.retention,
            ),
            ResourceOptions(parent=self),
        )


def event_bus_values(args: EventBusArgs, administrator: SecretEntry, user: SecretEntry) -> EventBusValues:
    """Values of the local chart; none of them is secret."""
    settings, needs = args.settings, args.needs
    memory = broker_memory(mebibytes(settings.memory))
    key, value = args.backup_tag
    return EventBusValues(
        product=args.product,
        product_namespace=args.product_namespace,
        namespace=NAMESPACE,
        metrics_namespace=args.metrics_namespace,
        image=args.image,
        shell_image=args.shell_image,
        user=needs.image_user,
        zones=args.zones,
        name_servers=NameServers(count=settings.name_servers, resources=Requests(**NAME_SERVER_REQUEST)),
        brokers=Brokers(
            count=settings.brokers,
            cpu=settings.cpu,
            memory=settings.memory,
            heap_mib=memory.heap,
            direct_mib=memory.direct,
        ),
        storage=Storage(
            type="gp3",
            gib=settings.storage_gib,
            key=args.data_key_arn,
            # A volume that outlives its claim can be mounted again; elsewhere it would only be paid for.
            reclaim="Retain" if args.keep_volumes else "Delete",
            tag=BackupTag(key=key, value=value),
        ),
        retention_hours=needs.retention_hours,
        automatic_topics=needs.automatic_topics,
        tls=needs.tls,
        prefix=args.topic_prefix,
        consumer_group=args.consumer_group,
        topics={f"{args.topic_prefix}-{name}": Topic(queues=topic.queues) for name, topic in needs.topics.items()},
        credentials=Credentials(admin=administrator.remote_name, user=user.remote_name),
        rules=rules(
            NAMESPACE, brokers=settings.brokers, name_servers=settings.name_servers, lag_messages=needs.lag_messages
        ),
    )
