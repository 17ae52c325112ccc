"""The event bus: RocketMQ on the cluster, or an address where somebody else runs it."""

from collections.abc import Mapping

from pulumi import Input

from components.backup.vault import VOLUME_TAG
from components.capabilities.contract import Context, Given, Kubernetes, Monitored, PlacedPods, Plan
from components.capabilities.event_bus.event_bus import (
    BROKER_PORTS,
    LOG_READER_REQUEST,
    NAME_SERVER_PORT,
    NAME_SERVER_REQUEST,
    NAMESPACE,
    EventBus,
    EventBusArgs,
)
from components.invariants import certain
from components.naming import secret_path
from components.product.credentials import FromCredential, Text
from components.product.images import SHELL, reference
from components.product.reach import InNamespace, Place, PublicAddresses, Reach
from components.secrets.credential import Credential
from settings import PlatformSettings
from settings.arithmetic.capacity import PodDemand
from settings.arithmetic.pods import demand_of
from settings.sizes.event_bus import EventBusSettings
from settings.workload.event_bus import EventBusNeeds
from settings.workload.outputs import SecretOutput
from settings.workload.service import Amount, WiredOutput

_ASKED = "an event bus is built for a product that asks for one"
_NAME = "event_bus"


class EventBusCapability:
    """A product sees no difference between a bus of the stack's own and one whose address it states."""

    name = _NAME

    def plan(self, settings: PlatformSettings) -> Plan | None:
        stack = settings.stack.event_bus
        if stack is None:
            return None
        if stack.address is not None:
            return Plan(reach=[_reach(PublicAddresses(), int(stack.address.rpartition(":")[2]))])
        return Plan(
            reach=[_reach(InNamespace(NAMESPACE), NAME_SERVER_PORT)],
            pods=_pods(stack),
            charts=["cert-manager"],
            namespaces=[NAMESPACE],
            volumes=True,
            secrets=_secrets(),
        )

    def build(self, context: Context) -> Given:
        settings = context.settings
        stack, needs = certain(settings.stack.event_bus, _ASKED), certain(settings.workload.event_bus, _ASKED)
        if stack.address is not None:
            return Given(outputs=_outputs(settings, stack.address))
        kubernetes = certain(context.kubernetes, "an event bus of the stack's own runs on a cluster")
        return Given(when_monitored=lambda monitored: _run(context, stack, needs, kubernetes, monitored))


def _reach(place: Place, name_server_port: int) -> Reach:
    """A name server says where the brokers are, and a client connects to both."""
    return Reach(use=_NAME, place=place, ports=(name_server_port, *BROKER_PORTS))


def _pods(stack: EventBusSettings) -> list[PlacedPods]:
    beside = demand_of(Amount(**LOG_READER_REQUEST))
    broker, server = Amount(cpu=stack.cpu, memory=stack.memory), Amount(**NAME_SERVER_REQUEST)
    return [
        PlacedPods(demand=PodDemand(maximum=copies, request=demand_of(request) + beside))
        for copies, request in ((stack.brokers, broker), (stack.name_servers, server))
    ]


def _secrets() -> Mapping[SecretOutput, Text]:
    """What RocketMQ calls the two halves of a credential."""
    return {
        "event_bus.access_key": (FromCredential(_NAME, "username"),),
        "event_bus.secret_key": (FromCredential(_NAME, "password"),),
    }


def _outputs(settings: PlatformSettings, address: Input[str]) -> Mapping[WiredOutput, Input[str]]:
    return {
        "event_bus.address": address,
        "event_bus.topic_prefix": settings.topic_prefix,
        "event_bus.consumer_group": settings.consumer_group,
    }


def _run(
    context: Context, stack: EventBusSettings, needs: EventBusNeeds, kubernetes: Kubernetes, monitored: Monitored
) -> Given:
    """Install the release, whose metrics and alert rules take the definitions that the monitoring brings."""
    foundation, settings = context.foundation, context.settings
    definitions = certain(monitored.definitions, "a cluster is monitored from inside")
    bus = EventBus(
        "event-bus",
        EventBusArgs(
            product=settings.workload.name,
            product_namespace=settings.namespace,
            settings=stack,
            needs=needs,
            zones=len(settings.stack.zones),
            image=reference(settings, needs.image),
            shell_image=reference(settings, SHELL),
            topic_prefix=settings.topic_prefix,
            consumer_group=settings.consumer_group,
            secret_path=secret_path(settings),
            secrets_key_arn=foundation.encryption.secrets_key_arn,
            replica_key_arns=foundation.encryption.secrets_replica_key_arns,
            data_key_arn=foundation.encryption.data_key_arn,
            backup_tag=(VOLUME_TAG, settings.prefix),
            release_namespace=kubernetes.release_namespace,
            metrics_namespace=monitored.namespace,
            provider=kubernetes.provider,
            protect=foundation.protect,
            retention=foundation.retention,
            keep_volumes=settings.production,
            after=[*kubernetes.ready, definitions, foundation.secrets],
        ),
        foundation.child,
    )
    return Given(
        resources=[bus],
        outputs=_outputs(settings, bus.address),
        credentials={_NAME: Credential(entry=bus.user, user=settings.workload.name)},
        exports={"event_bus_host": bus.host},
    )
