"""The standard runtime: EKS with Karpenter, add-ons, and the product as Helm releases."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pulumi import Input, Output, Resource, ResourceOptions

from components.application.application import SYSTEM_NAMESPACE, Application, ApplicationArgs
from components.application.wiring import COLLECTOR_ENDPOINT, Wiring
from components.cluster.addons import AddOns, AddOnsArgs
from components.cluster.cluster import Cluster, ClusterArgs
from components.cluster.demand import workload_capacity
from components.cluster.optional import optional_charts, store_namespaces
from components.monitoring.adapter import custom_metrics
from components.naming import secret_path
from components.runtime.base import PodIdentity, Watch
from settings import PlatformSettings
from settings.workload.secrets import ExternalSecret

if TYPE_CHECKING:
    from components.platform import Platform


class EksRuntime:
    """A cluster that charts can be installed on."""

    security_group_id: Output[str]
    telemetry_endpoint = COLLECTOR_ENDPOINT
    pod_identity: PodIdentity | None

    def __init__(self, platform: "Platform", tags: Mapping[str, str]) -> None:
        self._settings = settings = platform.settings
        stack, child = settings.stack, ResourceOptions(parent=platform)
        self.cluster = Cluster(
            "cluster",
            ClusterArgs(
                prefix=settings.prefix,
                region=stack.region,
                settings=stack.cluster,
                subnet_ids=platform.network.private_subnet_ids,
                logs_key_arn=platform.encryption.logs_key_arn,
                cluster_key_arn=platform.encryption.cluster_key_arn,
                data_key_arn=platform.encryption.data_key_arn,
                access=stack.access,
                network_ready=platform.network.ready,
                protect=stack.protection.stateful,
            ),
            child,
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
                vpc_id=platform.network.vpc_id,
                secrets_key_arn=platform.encryption.secrets_key_arn,
                data_key_arn=platform.encryption.data_key_arn,
                secret_names=[f"{secret_path(settings)}/*", *_foreign_secrets(settings)],
                namespaces=[settings.workload.name, SYSTEM_NAMESPACE, "observability", *store_namespaces(settings)],
                capacity=workload_capacity(settings),
                pools=settings.node_pools,
                encrypted_network=settings.workload.transit_encryption == "transparent",
                optional=optional_charts(settings),
                tags=dict(tags),
            ),
            child,
        )
        self.security_group_id = self.cluster.security_group_id
        self.pod_identity = PodIdentity(cluster_name=self.cluster.name, namespace=settings.workload.name)

    def watch(self) -> Watch:
        return Watch(
            cluster_name=self.cluster.name,
            container_log_group_name=self.cluster.container_log_group_names["application"],
            provider=self.cluster.provider,
            cluster_ready=[*self.cluster.ready, *self.add_ons.ready],
            interruption_queue_name=self.add_ons.interruption_queue_name,
            custom_metrics=custom_metrics(self._settings),
        )

    def run(self, platform: "Platform", wiring: Wiring, around: Sequence[Resource]) -> None:
        self.application = Application(
            "application",
            ApplicationArgs(
                settings=self._settings,
                provider=self.cluster.provider,
                wiring=wiring,
                depends_on=[
                    *self.cluster.ready,
                    *self.add_ons.ready,
                    *platform.monitoring.in_cluster,
                    *around,
                ],
            ),
            ResourceOptions(parent=platform),
        )

    def exports(self) -> Mapping[str, Input[Any]]:
        return {"cluster_name": self.cluster.name}


def _foreign_secrets(settings: PlatformSettings) -> list[str]:
    """Name the secrets that somebody keeps elsewhere; AWS ends every ARN with six characters of its own."""
    names = (each.name for each in settings.workload.secrets.values() if isinstance(each, ExternalSecret))
    return [f"{name}-??????" for name in names if name and not name.startswith(f"{secret_path(settings)}/")]
