"""The whole platform: every component of one stack, wired together."""

from collections.abc import Mapping
from typing import Any

import pulumi_aws as aws
from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.cluster.cluster import Cluster, ClusterArgs
from components.encryption.encryption import Encryption, EncryptionArgs
from components.network.network import Network, NetworkArgs
from components.secrets.secret_store import SecretStore, SecretStoreArgs
from settings import PlatformSettings


class Platform(ComponentResource):
    """A product's production platform in one region.

    `secrets` holds the operator's values for the workload's provided secrets, as one secret mapping of name to value.
    """

    exports: dict[str, Input[Any]]

    def __init__(
        self,
        name: str,
        settings: PlatformSettings,
        secrets: Output[Mapping[str, str]] | None = None,
        opts: ResourceOptions | None = None,
    ) -> None:
        provider = _aws_provider(settings)
        super().__init__(
            "groundwork:components:Platform",
            name,
            None,
            ResourceOptions.merge(opts, ResourceOptions(provider=provider)),
        )
        child = ResourceOptions(parent=self)
        protect = settings.stack.protection.stateful
        self.encryption = Encryption(
            "encryption",
            EncryptionArgs(prefix=settings.prefix, protect=protect, replica_regions=settings.stack.replica_regions),
            child,
        )
        self.secrets = SecretStore(
            "secrets",
            SecretStoreArgs(
                workload=settings.workload,
                path=f"{settings.workload.name}/{settings.stack_name}",
                secrets_key_arn=self.encryption.secrets_key_arn,
                replica_key_arns=self.encryption.secrets_replica_key_arns,
                provided=_provided(settings, secrets),
                protect=protect,
            ),
            child,
        )
        self.network = Network(
            "network",
            NetworkArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                zones=settings.stack.zones,
                settings=settings.stack.network,
                logs_key_arn=self.encryption.logs_key_arn,
                cluster_name=settings.prefix,
            ),
            child,
        )
        self.cluster = Cluster(
            "cluster",
            ClusterArgs(
                prefix=settings.prefix,
                region=settings.stack.region,
                settings=settings.stack.cluster,
                subnet_ids=self.network.private_subnet_ids,
                logs_key_arn=self.encryption.logs_key_arn,
                cluster_key_arn=self.encryption.cluster_key_arn,
                data_key_arn=self.encryption.data_key_arn,
                access=settings.stack.access,
                network_ready=self.network.ready,
                protect=protect,
            ),
            child,
        )
        self.exports = {"region": settings.stack.region, "prefix": settings.prefix}
        self.register_outputs(self.exports)


def _provided(settings: PlatformSettings, values: Output[Mapping[str, str]] | None) -> dict[str, Output[str]]:
    """Look each declared name up in the operator's values; nothing is unwrapped."""
    if values is None:
        return {}

    def value(name: str) -> Output[str]:
        return values.apply(lambda given: given[name])

    return {name: value(name) for name in settings.stack.provided_secrets}


def _aws_provider(settings: PlatformSettings) -> aws.Provider:
    """One explicit provider per stack: every resource in its region, every taggable resource with these tags."""
    return aws.Provider(
        "aws",
        region=settings.stack.region,  # pyright: ignore[reportArgumentType] -- the SDK's enum lags behind AWS
        default_tags=aws.ProviderDefaultTagsArgs(
            tags={
                "Product": settings.workload.name,
                "Environment": settings.stack.environment,
                "Stack": settings.stack_name,
                "ManagedBy": "groundwork",
            }
        ),
    )
