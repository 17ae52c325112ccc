"""PostgreSQL on RDS: a primary, its read replicas, and the names that an application connects to."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, iam, rds, route53

from components.capabilities.clients import ClientsArgs, clients_alone
from components.capabilities.database.instances import (
    DATABASE_TAG,
    LOG_EXPORTS,
    PORT,
    GivenPassword,
    InstanceContext,
    ManagedPassword,
    primary,
    replica,
)
from components.capabilities.database.master_credential import MasterCredential, MasterCredentialArgs, managed_secret
from components.capabilities.database.parameters import family, parameters
from components.capabilities.final_snapshot import final_snapshot_name
from components.identity.granted import granted
from components.naming import role_name
from components.options import stateful
from components.refusals import Inputs, refusing
from settings import changes
from settings.existing import ExistingDatabase
from settings.facts.reserved import MASTER_USERNAME
from settings.retention import EVERYTHING_KEPT, RetentionSettings
from settings.sizes.database import DatabaseSettings
from settings.workload.database import DatabaseNeeds

# A replica of a large primary is first restored from a snapshot; the provider's own limit is 40 minutes.
_PATIENCE = CustomTimeouts(create="3h", update="3h", delete="2h")
_KEEPING = ("manage_master_user_password", "master_user_secret_kms_key_id", "password_wo", "password_wo_version")
_READER_TTL_SECONDS = 5
_WRITER_TTL_SECONDS = 5
"""How long a pod may still write to the old database's address after the automation has turned the name."""
_MONITORING_TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Principal": {"Service": "monitoring.rds.amazonaws.com"},
                "Action": "sts:AssumeRole",
            }
        ],
    }
)
_MONITORING_POLICY = "arn:aws:iam::aws:policy/service-role/AmazonRDSEnhancedMonitoringRole"


@dataclass(frozen=True, kw_only=True)
class Source:
    """The primary region's writer: what is replicated, and where writes go."""

    arn: Input[str]
    host: Input[str]


@dataclass(frozen=True, kw_only=True)
class DatabaseArgs:
    """`subnet_ids` are the data tier's; `zones` are the names of where replicas go, in turn.

    `client_security_group_id` is the only one that may connect. `secret_path` is the start of secrets' names, used when
    the platform keeps the master password itself. The private zone gets the readers' name.

    With `follows` the one instance is a live copy of another region's; `followed` says that other regions have such
    copies of this one, which RDS makes only when the platform keeps the master password (docs/adr/0010). `upgrade`
    permits a new major version, `now` has changes made before the maintenance window. `existing` is an instance that is
    taken over: it stays in its subnets, under its key and administrator.
    """

    prefix: str
    settings: DatabaseSettings
    needs: DatabaseNeeds
    zones: Sequence[Input[str]]
    vpc_id: Input[str]
    subnet_ids: Sequence[Input[str]]
    client_security_group_id: Input[str]
    data_key_arn: Input[str]
    secrets_key_arn: Input[str]
    logs_key_arn: Input[str]
    secret_path: str
    private_zone_id: Input[str]
    private_zone_name: str
    protect: bool
    retention: RetentionSettings = EVERYTHING_KEPT
    log_retention_days: int
    follows: Source | None = None
    followed: bool = False
    upgrade: bool = False
    now: bool = False
    existing: ExistingDatabase | None = None


class Database(ComponentResource):
    """The instances and everything around them.

    The application's own database and role are made by a Job in the cluster, which alone reads `master_secret_arn`.
    `reader_host` shares connections out over the replicas, by DNS; it is the writer's when there are none. A client
    that verifies the server's name in its certificate connects to `replica_hosts`: the shared name is in none of them.

    A copy of another region's database gives `host` a name of its own, which leads to that region's writer until this
    copy is promoted (`writer_record`), and itself as reader. There is then nothing to administer here.
    """

    host: Output[str]
    reader_host: Output[str]
    replica_hosts: list[Output[str]]
    port: int
    name: str
    arn: Output[str]
    master_secret_arn: Output[str] | None
    security_group_id: Output[str]
    instance_identifiers: list[Output[str]]
    address: Output[str]
    """The region's own instance that writes, or would after a promotion."""

    def __init__(self, name: str, args: DatabaseArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:components:Database", name, None, opts)
        context = self._context(name, args)
        self.port = PORT
        self.name = args.needs.name
        if args.follows is not None:
            self._follow(name, args, context, args.follows)
        else:
            self._write(name, args, context)
        self.register_outputs({"host": self.host, "readerHost": self.reader_host, "arn": self.arn})

    def _write(self, name: str, args: DatabaseArgs, context: InstanceContext) -> None:
        writer = self._primary(name, args, context)
        replicas = [self._replica(name, args, context, writer, number) for number in range(args.settings.read_replicas)]
        self.host = self.address = writer.address
        self.replica_hosts = [instance.address for instance in replicas]
        self.reader_host = self._reader(name, args, replicas) if replicas else writer.address
        self.arn = writer.arn
        self.instance_identifiers = [instance.identifier for instance in (writer, *replicas)]

    def _follow(self, name: str, args: DatabaseArgs, context: InstanceContext, source: Source) -> None:
        """Keep the copy under the names of a primary, so that its promotion replaces nothing."""
        identifier = f"{args.prefix}-primary"
        copy = rds.Instance(
            f"{name}-primary",
            replica(identifier, args.settings, args.needs, context, source.arn, None),
            opts=self._instance_options(args, self._log_groups(f"{name}-primary", identifier, args)),
        )
        record = route53.Record(
            f"{name}-writer",
            zone_id=args.private_zone_id,
            name=writer_name(args.private_zone_name),
            type="CNAME",
            ttl=_WRITER_TTL_SECONDS,
            records=[source.host],
            opts=self._child(),
        )
        self.host = record.name
        self.address = self.reader_host = copy.address
        self.replica_hosts = [copy.address]
        self.arn = copy.arn
        self.master_secret_arn = None
        self.instance_identifiers = [copy.identifier]

    def _child(self) -> ResourceOptions:
        return ResourceOptions(parent=self)

    def _context(self, name: str, args: DatabaseArgs) -> InstanceContext:
        version = family(args.needs.version)
        group = rds.ParameterGroup(
            f"{name}-parameters",
            # The family is in the name, so that a major upgrade makes a second group beside the one in use.
            name=f"{args.prefix}-{version}",
            family=version,
            description=f"PostgreSQL of {args.prefix}",
            parameters=parameters(args.needs),
            opts=self._child(),
        )
        self.security_group_id = self._security_group(name, args)
        existing = args.existing
        return InstanceContext(
            subnet_group_name=existing.subnet_group if existing else self._subnet_group(name, args),
            security_group_id=self.security_group_id,
            parameter_group_name=group.name,
            monitoring_role_arn=self._monitoring_role(name, args),
            data_key_arn=existing.kms_key if existing else args.data_key_arn,
            username=existing.username if existing else MASTER_USERNAME,
            retention=args.retention,
            upgrade=args.upgrade,
            now=args.now,
            final_snapshot=self._final_snapshot(name, args),
        )

    def _subnet_group(self, name: str, args: DatabaseArgs) -> Output[str]:
        return rds.SubnetGroup(
            f"{name}-subnets",
            name=f"{args.prefix}-database",
            description=f"Data tier of {args.prefix}",
            subnet_ids=list(args.subnet_ids),
            opts=self._child(),
        ).name

    def _final_snapshot(self, name: str, args: DatabaseArgs) -> Output[str] | None:
        """Name the last snapshot. A copy of another region's has its source for one, and AWS takes none of a copy."""
        if args.follows is not None or not args.retention.final_snapshots:
            return None
        keepers = {"key": args.data_key_arn}
        return final_snapshot_name(f"{name}-primary", f"{args.prefix}-primary", self._child(), keepers)

    def _security_group(self, name: str, args: DatabaseArgs) -> Output[str]:
        return clients_alone(
            name,
            ClientsArgs(
                name=f"{args.prefix}-database",
                description="PostgreSQL, from the cluster alone",
                rule="cluster",
                rule_description="PostgreSQL from the pods of the cluster",
                vpc_id=args.vpc_id,
                group_id=args.client_security_group_id,
                port=PORT,
                existing=args.existing.security_group if args.existing else None,
            ),
            self,
        )

    def _monitoring_role(self, name: str, args: DatabaseArgs) -> Output[str] | None:
        if args.settings.monitoring_interval_seconds == 0:
            return None
        role = iam.Role(
            f"{name}-monitoring-role",
            name=role_name(f"{args.prefix}-database-monitoring"),
            assume_role_policy=_MONITORING_TRUST,
            opts=self._child(),
        )
        attached = iam.RolePolicyAttachment(
            f"{name}-monitoring-policy", role=role.name, policy_arn=_MONITORING_POLICY, opts=self._child()
        )
        return granted(role.arn, [attached])

    def _primary(self, name: str, args: DatabaseArgs, context: InstanceContext) -> rds.Instance:
        if args.existing is not None:
            return self._taken_over(name, args, context, args.existing)
        identifier = f"{args.prefix}-primary"
        keeper = args.settings.master_password or (
            "platform" if args.settings.read_replicas or args.followed else "rds"
        )
        managed = keeper == "rds"
        unasked = managed and args.settings.master_password is None
        given = None if managed else self._credential(name, args)
        password = (
            ManagedPassword(secrets_key_arn=args.secrets_key_arn)
            if given is None
            else GivenPassword(password=given.password, generation=args.settings.master_password_generation)
        )
        writer = rds.Instance(
            f"{name}-primary",
            primary(identifier, args.settings, args.needs, context, password),
            opts=ResourceOptions.merge(
                self._instance_options(args, self._log_groups(f"{name}-primary", identifier, args)),
                ResourceOptions.merge(
                    # Who keeps the password does not change unasked: `managed_secret` then says what to write.
                    ResourceOptions(ignore_changes=[*_KEEPING] if unasked else None),
                    refusing(f"{name}-primary", _judge_name),
                ),
            ),
        )
        self.master_secret_arn = (
            given.arn
            if given
            else writer.master_user_secrets.apply(lambda kept: managed_secret(kept, args.settings.master_password))
        )
        return writer

    def _taken_over(
        self, name: str, args: DatabaseArgs, context: InstanceContext, existing: ExistingDatabase
    ) -> rds.Instance:
        """Its log groups are there already, if it writes logs, and whoever keeps its password goes on to."""
        self.master_secret_arn = Output.from_input(existing.master_secret)
        return rds.Instance(
            f"{name}-primary",
            primary(existing.identifier, args.settings, args.needs, context, None),
            opts=self._instance_options(args, []),
        )

    def _credential(self, name: str, args: DatabaseArgs) -> MasterCredential:
        return MasterCredential(
            f"{name}-master",
            MasterCredentialArgs(
                secret_name=f"{args.secret_path}/database-master",
                secrets_key_arn=args.secrets_key_arn,
                generation=args.settings.master_password_generation,
                protect=args.protect,
                retention=args.retention,
            ),
            self._child(),
        )

    def _replica(
        self, name: str, args: DatabaseArgs, context: InstanceContext, writer: rds.Instance, number: int
    ) -> rds.Instance:
        label = f"replica-{number + 1}"
        identifier = f"{args.prefix}-{label}"
        zone = args.zones[number % len(args.zones)]
        return rds.Instance(
            f"{name}-{label}",
            replica(identifier, args.settings, args.needs, context, writer.identifier, zone),
            opts=self._instance_options(args, self._log_groups(f"{name}-{label}", identifier, args), protect=False),
        )

    def _reader(self, name: str, args: DatabaseArgs, replicas: Sequence[rds.Instance]) -> Output[str]:
        """Give the replicas one name: each answer is one of them, at random, and is forgotten in seconds."""
        records = [
            route53.Record(
                f"{name}-reader-{number}",
                zone_id=args.private_zone_id,
                name=f"db-reader.{args.private_zone_name}",
                type="CNAME",
                ttl=_READER_TTL_SECONDS,
                records=[instance.address],
                set_identifier=f"replica-{number}",
                weighted_routing_policies=[route53.RecordWeightedRoutingPolicyArgs(weight=100)],
                opts=self._child(),
            )
            for number, instance in enumerate(replicas, start=1)
        ]
        return Output.all(*(record.name for record in records)).apply(lambda names: str(names[0]))

    def _instance_options(
        self, args: DatabaseArgs, log_groups: Sequence[Resource], *, protect: bool | None = None
    ) -> ResourceOptions:
        return ResourceOptions.merge(
            stateful(self, protect=args.protect if protect is None else protect),
            ResourceOptions(depends_on=list(log_groups), custom_timeouts=_PATIENCE),
        )

    def _log_groups(self, name: str, identifier: str, args: DatabaseArgs) -> list[Resource]:
        """Make the groups RDS exports to before it does: those it makes itself are kept for ever, without our key."""
        return [
            cloudwatch.LogGroup(
                f"{name}-{log}-log",
                name=f"/aws/rds/instance/{identifier}/{log}",
                retention_in_days=args.log_retention_days,
                kms_key_id=args.logs_key_arn,
                opts=self._child(),
            )
            for log in LOG_EXPORTS
        ]


def _judge_name(before: Inputs, after: Inputs) -> str | None:
    had, wanted = _named(before), _named(after)
    return changes.database(had, wanted) if had and wanted else None


def _named(instance: Inputs) -> str | None:
    tags: Mapping[str, str] = instance.get("tags") or {}
    return tags.get(DATABASE_TAG)


def writer_name(private_zone_name: str) -> str:
    """Give the name under which a region that follows another's database finds the writer."""
    return f"db-writer.{private_zone_name}"
