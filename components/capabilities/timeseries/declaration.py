"""The time-series database: TimescaleDB on the cluster."""

from components.capabilities.contract import Context, Given, Kubernetes, Monitored, PlacedPods, Plan
from components.capabilities.timeseries.timeseries import NAMESPACE, PORT, Timeseries, TimeseriesArgs
from components.capabilities.watched import watched_copy
from components.invariants import certain
from components.product.credentials import FromCredential, FromOutput, user_in_url
from components.product.images import reference
from components.product.reach import InNamespace, Reach
from components.secrets.credential import role_users
from settings import PlatformSettings
from settings.arithmetic.capacity import PodDemand
from settings.arithmetic.pods import demand_of
from settings.arithmetic.pooler import RESOURCES
from settings.arithmetic.recovery import archive_stuck_seconds
from settings.arithmetic.roles import owner, role_names
from settings.arithmetic.timeseries import pooler_instances
from settings.sizes.timeseries import TimeseriesSettings
from settings.workload.service import Amount
from settings.workload.timeseries import TimeseriesNeeds

_ASKED = "a time-series database is built for a product that asks for one"
_NAME = "timeseries"
_CHARTS = ("cert-manager", "cloudnative-pg", "plugin-barman-cloud")
_PLACE = (":", FromOutput("timeseries.port"), "/", FromOutput("timeseries.name"), "?sslmode=require")


class TimeseriesCapability:
    name = _NAME

    def plan(self, settings: PlatformSettings) -> Plan | None:
        stack, needs = settings.stack.timeseries, settings.workload.timeseries
        if stack is None or needs is None:
            return None
        user = ("postgres://", *user_in_url(_NAME))
        return Plan(
            reach=[Reach(use=_NAME, place=InNamespace(NAMESPACE), ports=(PORT,), toolbox=True)],
            pods=_pods(stack, needs),
            charts=_CHARTS,
            namespaces=[NAMESPACE],
            secrets={
                "timeseries.url": (*user, FromOutput("timeseries.host"), *_PLACE),
                "timeseries.reader_url": (*user, FromOutput("timeseries.reader_host"), *_PLACE),
                "timeseries.password": (FromCredential(_NAME, "password"),),
            },
            users=role_users(settings.workload, "timeseries", f"time-series database {needs.name}", shared=False),
        )

    def build(self, context: Context) -> Given:
        settings = context.settings
        stack, needs = certain(settings.stack.timeseries, _ASKED), certain(settings.workload.timeseries, _ASKED)
        kubernetes = certain(context.kubernetes, "a time-series database runs on a cluster")
        made = _timeseries(context, stack, needs, kubernetes)
        copy = made.copy
        return Given(
            exports={"timeseries_copy": copy.name} if copy else {},
            watched=[watched_copy("timeseries-copy", copy.dimensions)] if copy else [],
            when_monitored=lambda monitored: _run(made, monitored),
        )


def _pods(stack: TimeseriesSettings, needs: TimeseriesNeeds) -> list[PlacedPods]:
    instance = demand_of(Amount(cpu=stack.cpu, memory=stack.memory))
    instances = PlacedPods(demand=PodDemand(maximum=stack.instances, request=instance), node_pool=needs.node_pool)
    if needs.pooler is None:
        return [instances]
    poolers = pooler_instances(needs.pooler.instances, stack.instances)
    return [instances, PlacedPods(demand=PodDemand(maximum=poolers, request=demand_of(RESOURCES.requests)))]


def _timeseries(
    context: Context, stack: TimeseriesSettings, needs: TimeseriesNeeds, kubernetes: Kubernetes
) -> Timeseries:
    foundation, settings = context.foundation, context.settings
    return Timeseries(
        "timeseries",
        TimeseriesArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            product=settings.workload.name,
            product_namespace=settings.namespace,
            settings=stack,
            needs=needs,
            zones=len(settings.stack.zones),
            image=reference(settings, needs.image),
            credentials={
                key: foundation.secrets.credentials[key].entry.remote_name
                for key in role_names(settings.workload, "timeseries", needs)
            },
            owner=owner(settings.workload, "timeseries", needs),
            release_namespace=kubernetes.release_namespace,
            cluster_name=kubernetes.cluster_name,
            data_key_arn=foundation.encryption.data_key_arn,
            provider=kubernetes.provider,
            protect=foundation.protect,
            retention=foundation.retention,
            keep_volumes=settings.production,
            after=[*kubernetes.ready, foundation.secrets],
            pool=needs.node_pool if needs.node_pool in settings.node_pools else None,
            archive_stuck_seconds=archive_stuck_seconds(settings.workload),
            copies=foundation.encryption.copies,
        ),
        foundation.child,
    )


def _run(made: Timeseries, monitored: Monitored) -> Given:
    """Install the release, whose metrics and alert rules take the definitions that the monitoring brings."""
    made.install(monitored.namespace, [certain(monitored.definitions, "a cluster is monitored from inside")])
    return Given(
        resources=[made],
        outputs={
            "timeseries.host": made.host,
            "timeseries.reader_host": made.reader_host,
            "timeseries.port": str(made.port),
            "timeseries.name": made.name,
        },
    )
