"""What joins a secondary region to the primary one: the way to its database, and the way to take its place."""

from dataclasses import dataclass

from components.assembly.foundation import Foundation
from components.assembly.stores import Stores
from components.database.database import writer_name
from components.failover.failover import Failover, FailoverArgs, OldPrimary
from components.monitoring.monitoring import Monitoring
from components.network.peering import Peer, Peering, PeeringArgs
from components.plans.subnets import Tier, block
from settings.primary import PrimaryRegion
from settings.regions import ZONES

_FIRST_RULE = 200
"""Above the primary's own rule of its data tier's network ACL, below AWS's closing one."""


@dataclass(frozen=True, kw_only=True)
class Region:
    """A stack's ties to the primary region; both None where it has its own data."""

    peering: Peering | None = None
    failover: Failover | None = None


def join_regions(foundation: Foundation, stores: Stores, monitoring: Monitoring) -> Region:
    """Build them for a region whose database copies the primary's."""
    primary = foundation.settings.primary
    if primary is None or not foundation.settings.follows:
        return Region()
    return Region(peering=_peering(foundation, primary), failover=_failover(foundation, primary, stores, monitoring))


def primary_data_cidrs(foundation: Foundation) -> list[str]:
    """Give where the primary's database may be, for pods that write to it."""
    primary = foundation.settings.primary
    return [block(primary.cidr, Tier.DATA)] if primary else []


def _peering(foundation: Foundation, primary: PrimaryRegion) -> Peering:
    settings, network, given = foundation.settings, foundation.network, foundation.primary
    if given is None:
        raise ValueError("a region that follows a primary has one")
    return Peering(
        "peering",
        PeeringArgs(
            prefix=settings.prefix,
            tags=foundation.tags,
            vpc_id=network.vpc_id,
            cidr=network.cidr,
            route_table_ids=network.private_route_table_ids,
            client_cidrs=network.private_subnet_cidrs,
            rule_number=_FIRST_RULE + sorted(ZONES).index(settings.stack.region),
            peer=Peer(
                region=primary.region,
                vpc_id=given.text("vpc_id"),
                data_cidr=block(primary.cidr, Tier.DATA),
                data_route_table_ids=given.data_route_table_ids(len(primary.zones)),
                data_acl_id=given.text("data_acl_id"),
                database_security_group_id=given.text("database_security_group_id"),
            ),
        ),
        foundation.child,
    )


def _failover(
    foundation: Foundation, primary: PrimaryRegion, stores: Stores, monitoring: Monitoring
) -> Failover | None:
    """Without routing nobody is sent here, so there is nothing to take over."""
    settings, given, database = foundation.settings, foundation.primary, stores.database
    stack = settings.stack
    if given is None or database is None or stack.database is None or stack.ingress.routing is None:
        return None
    return Failover(
        "failover",
        FailoverArgs(
            prefix=settings.prefix,
            region=stack.region,
            account_id=foundation.encryption.account_id,
            mode=stack.database.failover,
            primary=OldPrimary(
                region=primary.region,
                acl_id=given.text("data_acl_id"),
                health_check_id=given.text("health_check_id"),
            ),
            instance_identifier=database.instance_identifiers[0],
            instance_arn=database.arn,
            instance_host=database.address,
            backup_retention_days=stack.database.backup_retention_days,
            zone_id=foundation.network.private_zone_id,
            writer_name=writer_name(foundation.network.private_zone_name),
            alarm_name=f"{settings.prefix}-database-replica-lag",
            topic_arn=monitoring.topic_arn,
        ),
        foundation.child,
    )
