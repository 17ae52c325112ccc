"""The standard runtime: EKS with Karpenter, add-ons, and the product as Helm releases."""

from collections.abc import Mapping
from typing import Any, Literal

from pulumi import Input, Output

from components.capabilities.contract import Kubernetes
from components.capabilities.planned import planned_managed_add_ons, planned_namespaces
from components.cluster.addons import AddOns, AddOnsArgs
from components.cluster.api_access import ClusterNetwork
from components.cluster.cluster import Cluster, ClusterArgs
from components.cluster.demand import workload_capacity
from components.cluster.optional import optional_charts
from components.cluster.system_nodes import node_name
from components.cluster.system_pods import with_room
from components.foundation.foundation import Foundation
from components.identity.pod_role import Statement
from components.identity.sessions import instance_session
from components.monitoring.adapter import custom_metrics
from components.monitoring.charts import NAMESPACE as MONITORING_NAMESPACE
from components.naming import copied_secret_path, secret_path, zone_labels
from components.product.wiring import COLLECTOR_ENDPOINT
from components.runtimes.contract import ProductContext, Watch
from components.runtimes.kubernetes.application import Application, ApplicationArgs
from components.runtimes.kubernetes.longest_run import longest_run_seconds
from components.runtimes.kubernetes.namespaces import SYSTEM_NAMESPACE
from components.runtimes.kubernetes.peers import runtime_outputs
from components.runtimes.kubernetes.pod_roles import pod_roles
from settings import PlatformSettings
from settings.workload.outputs import WiredOutput
from settings.workload.secrets import ExternalSecret


class EksRuntime:
    """A cluster that charts can be installed on."""

    security_group_id: Output[str]
    target_type: Literal["ip", "instance"] = "ip"
    kubernetes: Kubernetes

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self._settings = settings = foundation.settings
        stack, network, encryption = settings.stack, foundation.network, foundation.encryption
        existing = stack.existing.network
        self.cluster = Cluster(
            "cluster",
            ClusterArgs(
                prefix=settings.prefix,
                region=stack.region,
                settings=with_room(settings),
                network=ClusterNetwork(
                    vpc_id=network.vpc_id, cidr=network.cidr, route_table_ids=network.private_route_table_ids
                ),
                subnet_ids=network.private_subnet_ids[: len(stack.clustered_zones)],
                added_subnet_ids=_added_subnets(foundation),
                logs_key_arn=encryption.logs_key_arn,
                cluster_key_arn=encryption.cluster_key_arn,
                data_key_arn=encryption.data_key_arn,
                access=stack.access,
                network_ready=network.ready,
                protect=stack.protection.stateful,
                managed_add_ons=planned_managed_add_ons(settings),
                existing=stack.existing.cluster,
            ),
            foundation.child,
        )
        self.add_ons = AddOns(
            "add-ons",
            AddOnsArgs(
                prefix=settings.prefix,
                region=stack.region,
                zones=stack.zones,
                cluster=self.cluster,
                settings=stack.cluster,
                nat=stack.network.nat,
                vpc_id=network.vpc_id,
                secrets_key_arn=encryption.secrets_key_arn,
                copies_key_arn=_copies_key(foundation),
                data_key_arn=encryption.data_key_arn,
                secret_names=[f"{secret_path(settings)}/*", *_foreign_secrets(settings), *_copies(settings)],
                namespaces=[settings.namespace, SYSTEM_NAMESPACE, MONITORING_NAMESPACE, *planned_namespaces(settings)],
                capacity=workload_capacity(settings),
                longest_run_seconds=longest_run_seconds(settings),
                pools=settings.node_pools,
                encrypted_network=settings.workload.transit_encryption != "none",
                optional=optional_charts(settings),
                node_subnet_ids=[each.id for each in existing.private_subnets] if existing else (),
                tags=foundation.tags,
            ),
            foundation.child,
        )
        self.security_group_id = self.cluster.security_group_id
        self.kubernetes = Kubernetes(
            provider=self.cluster.provider,
            cluster_name=self.cluster.name,
            namespace=settings.namespace,
            release_namespace=SYSTEM_NAMESPACE,
            ready=[*self.cluster.ready, *self.add_ons.ready],
        )

    def outputs(self) -> dict[WiredOutput, Input[str]]:
        return {"telemetry.otlp_endpoint": COLLECTOR_ENDPOINT, **runtime_outputs(self._settings)}

    def sessions(self) -> list[Statement]:
        """Name the system nodes: they carry the group that stores let in, and Session Manager's agent."""
        settings = self._settings
        account_id = self.foundation.encryption.account_id
        return instance_session(settings.stack.region, account_id, node_name(settings.prefix))

    def watch(self) -> Watch:
        return Watch(
            cluster_name=self.cluster.name,
            container_log_group_name=self.cluster.container_log_group_names["application"],
            provider=self.cluster.provider,
            cluster_ready=self.kubernetes.ready,
            interruption_queue_name=self.add_ons.interruption_queue_name,
            custom_metrics=custom_metrics(self._settings),
        )

    def run(self, context: ProductContext) -> None:
        roles = pod_roles(self.foundation, self.kubernetes, context.wiring)
        self.application = Application(
            "application",
            ApplicationArgs(
                settings=self._settings,
                provider=self.cluster.provider,
                wiring=context.wiring,
                depends_on=[
                    *self.kubernetes.ready,
                    *context.monitors,
                    *context.stores,
                    *roles,
                ],
            ),
            self.foundation.child,
        )

    def exports(self) -> Mapping[str, Input[Any]]:
        return {"cluster_name": self.cluster.name}


def _added_subnets(foundation: Foundation) -> dict[str, Output[str]]:
    """Give the private subnet of each zone that the cluster's control plane is not in, by the zone's letter."""
    stack, subnet_ids = foundation.settings.stack, foundation.network.private_subnet_ids
    labelled = list(zip(zone_labels(stack.region, stack.zones), subnet_ids, strict=True))
    return dict(labelled[len(stack.clustered_zones) :])


def _copies(settings: PlatformSettings) -> list[str]:
    """Name the copies of the primary region's secrets, for a region that reads them."""
    path = copied_secret_path(settings)
    return [f"{path}/*"] if path else []


def _copies_key(foundation: Foundation) -> Output[str] | None:
    """Give the key that encrypts those copies: the primary's, replicated to this region."""
    settings = foundation.settings
    if foundation.primary is None or not settings.shares_secrets:
        return None
    return foundation.primary.secrets_key_arn(settings.stack.region)


def _foreign_secrets(settings: PlatformSettings) -> list[str]:
    """Name the secrets that somebody keeps elsewhere; AWS ends every ARN with six characters of its own."""
    names = (each.name for each in settings.workload.secrets.values() if isinstance(each, ExternalSecret))
    return [f"{name}-??????" for name in names if name and not name.startswith(f"{secret_path(settings)}/")]
