"""The standard runtime: EKS with Karpenter, add-ons, and the product as Helm releases."""

from collections.abc import Mapping
from typing import Any, Literal

from pulumi import Input, Output

from components.application.application import SYSTEM_NAMESPACE, Application, ApplicationArgs
from components.application.wiring import COLLECTOR_ENDPOINT
from components.assembly.foundation import Foundation
from components.cluster.addons import AddOns, AddOnsArgs
from components.cluster.api_access import ClusterNetwork
from components.cluster.cluster import Cluster, ClusterArgs
from components.cluster.demand import workload_capacity
from components.cluster.optional import optional_charts, store_namespaces
from components.cluster.system_pods import with_room
from components.monitoring.adapter import custom_metrics
from components.monitoring.charts import NAMESPACE as MONITORING_NAMESPACE
from components.naming import copied_secret_path, secret_path
from components.runtime.base import PodIdentity, Surroundings, Watch
from components.runtime.secret_readers import secret_readers
from settings import PlatformSettings
from settings.workload.secrets import ExternalSecret


class EksRuntime:
    """A cluster that charts can be installed on."""

    security_group_id: Output[str]
    target_type: Literal["ip", "instance"] = "ip"
    telemetry_endpoint = COLLECTOR_ENDPOINT
    pod_identity: PodIdentity | None

    def __init__(self, foundation: Foundation) -> None:
        self.foundation = foundation
        self._settings = settings = foundation.settings
        stack, network, encryption = settings.stack, foundation.network, foundation.encryption
        self.cluster = Cluster(
            "cluster",
            ClusterArgs(
                prefix=settings.prefix,
                region=stack.region,
                settings=with_room(settings),
                network=ClusterNetwork(
                    vpc_id=network.vpc_id, cidr=network.cidr, route_table_ids=network.private_route_table_ids
                ),
                subnet_ids=network.private_subnet_ids,
                logs_key_arn=encryption.logs_key_arn,
                cluster_key_arn=encryption.cluster_key_arn,
                data_key_arn=encryption.data_key_arn,
                access=stack.access,
                network_ready=network.ready,
                protect=stack.protection.stateful,
                shared_files=bool(settings.shared_folders),
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
                namespaces=[settings.namespace, SYSTEM_NAMESPACE, MONITORING_NAMESPACE, *store_namespaces(settings)],
                capacity=workload_capacity(settings),
                pools=settings.node_pools,
                encrypted_network=settings.workload.transit_encryption != "none",
                optional=optional_charts(settings),
                tags=foundation.tags,
            ),
            foundation.child,
        )
        self.security_group_id = self.cluster.security_group_id
        self._identity = PodIdentity(cluster_name=self.cluster.name, namespace=settings.namespace)
        self.pod_identity = self._identity

    def watch(self) -> Watch:
        return Watch(
            cluster_name=self.cluster.name,
            container_log_group_name=self.cluster.container_log_group_names["application"],
            provider=self.cluster.provider,
            cluster_ready=[*self.cluster.ready, *self.add_ons.ready],
            interruption_queue_name=self.add_ons.interruption_queue_name,
            custom_metrics=custom_metrics(self._settings),
        )

    def run(self, surroundings: Surroundings) -> None:
        readers = secret_readers(self.foundation, self._identity, surroundings.wiring)
        self.application = Application(
            "application",
            ApplicationArgs(
                settings=self._settings,
                provider=self.cluster.provider,
                wiring=surroundings.wiring,
                depends_on=[
                    *self.cluster.ready,
                    *self.add_ons.ready,
                    *surroundings.monitors,
                    *surroundings.stores,
                    *readers,
                ],
            ),
            self.foundation.child,
        )

    def exports(self) -> Mapping[str, Input[Any]]:
        return {"cluster_name": self.cluster.name}


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
