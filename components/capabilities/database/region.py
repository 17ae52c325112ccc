"""What joins a secondary region to the primary one: the way to its database, and the way to take its place."""

from pulumi import Input

from components.capabilities.database.database import Database, writer_name
from components.failover.failover import Failover, FailoverArgs, OldPrimary
from components.foundation.foundation import Foundation
from components.invariants import certain
from components.network.peering import Peer, Peering, PeeringArgs
from settings.arithmetic.subnets import Tier, block
from settings.facts.regions import ZONES

_FIRST_RULE = 200
"""Above the primary's own rule of its data tier's network ACL, below AWS's closing one."""


def peer(foundation: Foundation) -> Peering | None:
    """Join the networks, for a region whose database copies the primary's."""
    primary = foundation.settings.primary
    if primary is None or not foundation.settings.follows:
        return None
    settings, network = foundation.settings, foundation.network
    given = certain(foundation.primary, "a region that follows a primary has one")
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


def take_over(foundation: Foundation, database: Database, topic_arn: Input[str]) -> Failover | None:
    """Build the way to take the primary's place. Without routing nobody is sent here: there is nothing to take over."""
    settings, given, primary = foundation.settings, foundation.primary, foundation.settings.primary
    stack = settings.stack
    if primary is None or not settings.follows:
        return None
    if given is None or stack.database is None or stack.ingress.routing is None:
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
            topic_arn=topic_arn,
        ),
        foundation.child,
    )
