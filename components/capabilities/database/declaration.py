"""The database: PostgreSQL on RDS, its roles, its backups, and its ties to the primary region's."""

from collections.abc import Mapping
from typing import Final, cast

from pulumi import Input

from components.backup.vault import RecoveryPoints
from components.capabilities.contract import Context, Given, Monitored, PlacedPods, Plan, Running
from components.capabilities.database.access import DatabaseAccess, DatabaseAccessArgs
from components.capabilities.database.alarms import events, panels, watched
from components.capabilities.database.copies import copy_backups
from components.capabilities.database.database import Database, DatabaseArgs, Source
from components.capabilities.database.instances import PORT
from components.capabilities.database.region import peer, take_over
from components.capabilities.database.room import rooms
from components.capabilities.database.rotation import rotation
from components.capabilities.watched import watched_rotation
from components.foundation.foundation import Foundation
from components.invariants import certain
from components.naming import secret_path
from components.product.credentials import FromCredential, FromOutput, Part, Text, user_in_url
from components.product.reach import DataTier, Reach
from components.secrets.credential import StoreUser, role_users
from settings import PlatformSettings
from settings.arithmetic.capacity import PodDemand
from settings.arithmetic.exporters import DATABASE_METRICS, METRICS_CREDENTIALS, is_measured
from settings.arithmetic.pods import demand_of
from settings.arithmetic.rotation import role_rotation_days
from settings.facts.reserved import METRICS_USERNAME
from settings.sizes.database import DatabaseSettings
from settings.workload.database import DatabaseNeeds
from settings.workload.outputs import SecretOutput, WiredOutput
from settings.workload.service import Amount

_ASKED = "a database is built for a product that asks for one"
_ADMINISTERED = "a database that is no copy has an administrator"
_NAME = "database"
_URLS: Final[Mapping[str, WiredOutput]] = {"url": "database.host", "reader_url": "database.reader_host"}
_ROUND_TRIP_REQUEST: Final = Amount(cpu="30m", memory="48Mi")
"""Both containers of the pod that measures the way here: charts/workload/templates/round-trip.yaml."""


class DatabaseCapability:
    name = _NAME

    def plan(self, settings: PlatformSettings) -> Plan | None:
        needs = settings.workload.database
        if settings.stack.database is None or needs is None:
            return None
        return Plan(
            reach=[Reach(use=_NAME, place=DataTier(), ports=(PORT,), toolbox=True)],
            pods=_pods(settings),
            rooms=lambda: rooms(settings),
            secrets={
                "database.url": _url("database.host", FromOutput("database.name")),
                "database.reader_url": _url("database.reader_host", FromOutput("database.name")),
                "database.password": (FromCredential(_NAME, "password"),),
                **_further_urls(needs),
            },
            users=_users(settings, needs),
        )

    def build(self, context: Context) -> Given:
        foundation, settings = context.foundation, context.settings
        stack, needs = certain(settings.stack.database, _ASKED), certain(settings.workload.database, _ASKED)
        database = _database(context, stack, needs)
        peering, identifiers = peer(foundation), database.instance_identifiers
        copy_backups(foundation, stack, database)
        # A restored copy is what the product uses, and readers go to it, too: the old replicas hold what it was
        # restored to be rid of.
        restored = stack.restored
        host, reader_host = (restored.host,) * 2 if restored else (database.host, database.reader_host)
        administrator = (restored.master_secret if restored else None) or database.master_secret_arn
        every_days = _rotation_days(settings)
        rotated = (
            rotation(context, database, host, certain(administrator, _ADMINISTERED), every_days)
            if every_days is not None
            else None
        )
        return Given(
            resources=[database, *([peering] if peering else [])],
            outputs={
                "database.host": host,
                "database.reader_host": reader_host,
                "database.port": str(database.port),
                "database.name": database.name,
                **{cast("WiredOutput", f"database.{name}.name"): name for name in needs.further},
            },
            administrator=administrator,
            exports={"database_host": database.host, "database_reader_host": database.reader_host},
            for_other_regions=_for_other_regions(database, host),
            points=_points(database, follows=settings.follows),
            watched=[
                *watched(identifiers, stack, follows=settings.follows),
                *([watched_rotation("database-rotation", rotated.function_name)] if rotated else []),
            ],
            panels=panels(identifiers),
            instance_events=[events(identifiers)],
            when_monitored=lambda monitored: _monitored(foundation, database, monitored),
            when_running=lambda running: _access(foundation, stack, running),
        )


def _users(settings: PlatformSettings, needs: DatabaseNeeds) -> list[StoreUser]:
    """List a user for each role, and one for the exporter on a stack that has it."""
    rotated = _rotation_days(settings) is not None
    users = role_users(settings.workload, "database", f"database {needs.name}", shared=True, rotated=rotated)
    if is_measured(settings, "database"):
        metrics = StoreUser(
            key=METRICS_CREDENTIALS["database"],
            label=DATABASE_METRICS,
            username=METRICS_USERNAME,
            description=f"Role {METRICS_USERNAME}, which reads how the database server is",
            shared=True,
            rotated=rotated,
        )
        users.append(metrics)
    return users


def _rotation_days(settings: PlatformSettings) -> int | None:
    """Change the roles where they are made, as an administrator whose secret the stack's own key encrypts."""
    database = certain(settings.stack.database, _ASKED)
    administered_elsewhere = settings.stack.existing.database or (database.restored and database.restored.master_secret)
    if settings.shares_secrets or administered_elsewhere:
        return None
    return role_rotation_days(settings.stack, settings.workload)


def _url(host: WiredOutput, database: Part) -> Text:
    """Compose an address.

    RDS refuses plain connections (rds.force_ssl), so `require` never falls back. `verify-full` would need Amazon's CA
    bundle in every product image.
    """
    place = (":", FromOutput("database.port"), "/", database, "?sslmode=require")
    return ("postgres://", *user_in_url(_NAME), FromOutput(host), *place)


def _further_urls(needs: DatabaseNeeds) -> dict[SecretOutput, Text]:
    return {
        cast("SecretOutput", f"database.{name}.{output}"): _url(host, name)
        for name in needs.further
        for output, host in _URLS.items()
    }


def _pods(settings: PlatformSettings) -> list[PlacedPods]:
    """Count the pod that measures the way to the database, for a product that holds it to a time."""
    if settings.workload.verification.database_round_trip_milliseconds is None:
        return []
    return [PlacedPods(demand=PodDemand(maximum=1, request=demand_of(_ROUND_TRIP_REQUEST)))]


def _database(context: Context, stack: DatabaseSettings, needs: DatabaseNeeds) -> Database:
    foundation, settings = context.foundation, context.settings
    network, encryption = foundation.network, foundation.encryption
    return Database(
        "database",
        DatabaseArgs(
            prefix=settings.prefix,
            settings=stack,
            needs=needs,
            zones=network.zone_names,
            vpc_id=network.vpc_id,
            subnet_ids=network.data_subnet_ids,
            client_security_group_id=context.clients_group_id,
            data_key_arn=encryption.data_key_arn,
            secrets_key_arn=encryption.secrets_key_arn,
            logs_key_arn=encryption.logs_key_arn,
            secret_path=secret_path(settings),
            private_zone_id=network.private_zone_id,
            private_zone_name=network.private_zone_name,
            protect=foundation.protect,
            retention=foundation.retention,
            log_retention_days=settings.stack.monitoring.log_retention_days,
            follows=_source(foundation),
            upgrade=settings.stack.permits_to("upgrade", _NAME),
            now=settings.stack.permits_to("apply-now", _NAME),
            followed=bool(settings.stack.replica_regions),
            existing=settings.stack.existing.database,
        ),
        foundation.child,
    )


def _source(foundation: Foundation) -> Source | None:
    """Give the primary's writer to a region whose database copies it."""
    primary = foundation.primary
    if primary is None or not foundation.settings.follows:
        return None
    return Source(arn=primary.text("database_arn"), host=primary.text("database_host"))


def _for_other_regions(database: Database, writer: Input[str]) -> dict[str, Input[str]]:
    return {
        "database_arn": database.arn,
        "database_host": writer,
        "database_security_group_id": database.security_group_id,
    }


def _points(database: Database, *, follows: bool) -> list[RecoveryPoints]:
    """AWS Backup takes its points from the writer, in the primary's region."""
    if follows:
        return []
    return [RecoveryPoints(name="database", label="selection", resource=database.arn, dumped=True)]


def _monitored(foundation: Foundation, database: Database, monitored: Monitored) -> Given:
    take_over(foundation, database, monitored.topic_arn)
    return Given()


def _access(foundation: Foundation, stack: DatabaseSettings, running: Running) -> Given:
    """Build the policy by which a developer reaches what is published nowhere, on a stack that wants it."""
    if not stack.developer_access:
        return Given()
    settings, encryption = foundation.settings, foundation.encryption
    made = DatabaseAccess(
        "database-access",
        DatabaseAccessArgs(
            prefix=settings.prefix,
            region=settings.stack.region,
            account_id=encryption.account_id,
            through=running.sessions(),
            credential_arn=foundation.secrets.credentials[_NAME].entry.arn,
            credential_key_arn=encryption.secrets_key_arn,
        ),
        foundation.child,
    )
    return Given(exports={"database_access_policy": made.policy_arn})
