"""What every other part of a stack stands on: its keys, secrets, images and network."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import Output, Resource, ResourceOptions

from components.admission.signing_key import endpoint_statements
from components.encryption.encryption import Encryption, EncryptionArgs
from components.foundation.primary import Primary
from components.foundation.provider import tags
from components.naming import copied_secret_path, secret_path
from components.network.network import Network, NetworkArgs
from components.network.transit import TransitEncryption, TransitEncryptionArgs
from components.registry.images import Images
from components.registry.product import product_images
from components.secrets.credential import StoreUser
from components.secrets.secret_store import SecretStore, SecretStoreArgs
from settings import PlatformSettings
from settings.arithmetic.subnets import Tier, block
from settings.facts.regions import HEALTH_CHECK_REGION
from settings.retention import RetentionSettings
from settings.sign_on import IdentityProvider


@dataclass(frozen=True, kw_only=True)
class Foundation:
    """The first parts of a stack, and the settings that the rest is built by."""

    settings: PlatformSettings
    parent: Resource
    primary: Primary | None
    encryption: Encryption
    secrets: SecretStore
    images: Images | None
    network: Network
    transit: TransitEncryption | None
    client_secret: Output[str] | None
    consoles_client_secret: Output[str] | None
    """What the load balancer proves itself with to the identity provider, if people sign on there."""

    @property
    def child(self) -> ResourceOptions:
        """Options of a component that belongs to the platform."""
        return ResourceOptions(parent=self.parent)

    @property
    def data_cidrs(self) -> list[str]:
        """Where the data tier is that the product connects to, the primary region's too where this one follows it."""
        primary = self.settings.primary
        return [*self.network.data_subnet_cidrs, *([block(primary.cidr, Tier.DATA)] if primary else [])]

    @property
    def protect(self) -> bool:
        """Whether what holds data refuses to be destroyed."""
        return self.settings.stack.protection.stateful

    @property
    def retention(self) -> RetentionSettings:
        """What a deletion leaves in the account."""
        return self.settings.stack.retention

    @property
    def tags(self) -> dict[str, str]:
        """What every resource is tagged with."""
        return tags(self.settings)


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the stores that will follow ask of the foundation.

    `users` get credentials. `unencrypted` are services that the network's own encryption does not cover, `called` those
    of AWS that the product's code calls, and `key_users` those that work with the data key by themselves.
    """

    users: Sequence[StoreUser] = ()
    unencrypted: Sequence[str] = ()
    called: Sequence[str] = ()
    key_users: Sequence[str] = ()


def lay_foundation(
    settings: PlatformSettings,
    provided: Output[Mapping[str, str]] | None,
    parent: Resource,
    asked: Asked,
) -> Foundation:
    """Build it; `provided` maps the name of each secret that the operator provides to its value."""
    child = ResourceOptions(parent=parent)
    primary = settings.stack.primary_stack
    encryption = _encryption(settings, asked.key_users, child)
    network = _network(settings, encryption, asked.called, child)
    return Foundation(
        settings=settings,
        parent=parent,
        primary=Primary(primary, child) if primary else None,
        encryption=encryption,
        secrets=_secrets(settings, provided, asked.users, encryption, child),
        images=product_images(settings, encryption.account_id, encryption.data_key_arn, child),
        network=network,
        transit=_transit(settings, network, asked.unencrypted, child),
        client_secret=_client_secret(settings, settings.stack.ingress.sign_on, provided),
        consoles_client_secret=_client_secret(settings, settings.stack.consoles.sign_on, provided),
    )


def _encryption(settings: PlatformSettings, key_users: Sequence[str], child: ResourceOptions) -> Encryption:
    return Encryption(
        "encryption",
        EncryptionArgs(
            prefix=settings.prefix,
            protect=settings.stack.protection.stateful,
            retention=settings.stack.retention,
            replica_regions=settings.stack.replica_regions,
            notifying_region=HEALTH_CHECK_REGION if settings.stack.region != HEALTH_CHECK_REGION else None,
            data_key_users=tuple(key_users),
            copy_region=settings.stack.backup.copy_region,
        ),
        child,
    )


def _secrets(
    settings: PlatformSettings,
    provided: Output[Mapping[str, str]] | None,
    users: Sequence[StoreUser],
    encryption: Encryption,
    child: ResourceOptions,
) -> SecretStore:
    return SecretStore(
        "secrets",
        SecretStoreArgs(
            prefix=settings.prefix,
            workload=settings.workload,
            path=secret_path(settings),
            copies=copied_secret_path(settings),
            secrets_key_arn=encryption.secrets_key_arn,
            logs_key_arn=encryption.logs_key_arn,
            log_retention_days=settings.stack.monitoring.log_retention_days,
            replica_key_arns=encryption.secrets_replica_key_arns,
            provided=_provided(settings, provided),
            users=users,
            protect=settings.stack.protection.stateful,
            retention=settings.stack.retention,
        ),
        child,
    )


def _network(
    settings: PlatformSettings, encryption: Encryption, called: Sequence[str], child: ResourceOptions
) -> Network:
    return Network(
        "network",
        NetworkArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            zones=settings.stack.zones,
            settings=settings.stack.network,
            logs_key_arn=encryption.logs_key_arn,
            cluster_name=settings.prefix,
            existing=settings.stack.existing.network,
            clustered=settings.stack.clustered_zones,
            runtime=settings.stack.runtime,
            called=called,
            foreign={"kms": endpoint_statements(settings)},
        ),
        child,
    )


def _transit(
    settings: PlatformSettings, network: Network, unencrypted: Sequence[str], child: ResourceOptions
) -> TransitEncryption | None:
    if settings.workload.transit_encryption == "none":
        return None
    transit = TransitEncryption(
        "transit",
        TransitEncryptionArgs(
            prefix=settings.prefix,
            vpc_id=network.vpc_id,
            ways_out=settings.stack.network.nat != "none",
            peered=bool(settings.follows or settings.stack.replica_regions),
            shares_files="elastic-file-system" in unencrypted,
            after=network.ready,
        ),
        child,
    )
    network.hold_until(transit.control)
    return transit


def _client_secret(
    settings: PlatformSettings, sign_on: IdentityProvider | None, values: Output[Mapping[str, str]] | None
) -> Output[str] | None:
    return _provided(settings, values).get(sign_on.client_secret) if sign_on else None


def _provided(settings: PlatformSettings, values: Output[Mapping[str, str]] | None) -> dict[str, Output[str]]:
    """Look each declared name up in the operator's values; nothing is unwrapped."""
    if values is None:
        return {}

    def value(name: str) -> Output[str]:
        return values.apply(lambda given: given[name])

    return {name: value(name) for name in settings.stack.provided_secrets}
