"""PostgreSQL on RDS: a primary, its read replicas, and the names that an application connects to."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from pulumi import ComponentResource, CustomTimeouts, Input, Output, Resource, ResourceOptions
from pulumi_aws import cloudwatch, ec2, iam, rds, route53, vpc

from components.database.instances import (
    LOG_EXPORTS,
    PORT,
    GivenPassword,
    ManagedPassword,
    Surroundings,
    primary,
    replica,
)
from components.database.master_credential import MasterCredential, MasterCredentialArgs
from components.database.parameters import family, parameters
from components.identity.granted import granted
from components.naming import bounded
from components.options import stateful
from settings.stack import DatabaseSettings
from settings.workload.data import DatabaseNeeds

# A replica of a large primary is first restored from a snapshot; the provider's own limit is 40 minutes.
_PATIENCE = CustomTimeouts(create="3h", update="3h", delete="2h")
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
    copies of this one, which RDS makes only when the platform keeps the master password (docs/adr/0010).
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
    log_retention_days: int
    follows: Source | None = None
    followed: bool = False


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
        _refuse_contradictions(args)
        super().__init__("groundwork:components:Database", name, None, opts)
        around = self._surroundings(name, args)
        self.port = PORT
        self.name = args.needs.name
        if args.follows is not None:
            self._follow(name, args, around, args.follows)
        else:
            self._write(name, args, around)
        self.register_outputs({"host": self.host, "readerHost": self.reader_host, "arn": self.arn})

    def _write(self, name: str, args: DatabaseArgs, around: Surroundings) -> None:
        writer = self._primary(name, args, around)
        replicas = [self._replica(name, args, around, writer, number) for number in range(args.settings.read_replicas)]
        self.host = self.address = writer.address
        self.replica_hosts = [instance.address for instance in replicas]
        self.reader_host = self._reader(name, args, replicas) if replicas else writer.address
        self.arn = writer.arn
        self.instance_identifiers = [instance.identifier for instance in (writer, *replicas)]

    def _follow(self, name: str, args: DatabaseArgs, around: Surroundings, source: Source) -> None:
        """Keep the copy under the names of a primary, so that its promotion replaces nothing."""
        identifier = f"{args.prefix}-primary"
        copy = rds.Instance(
            f"{name}-primary",
            replica(identifier, args.settings, around, source.arn, None),
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

    def _surroundings(self, name: str, args: DatabaseArgs) -> Surroundings:
        subnets = rds.SubnetGroup(
            f"{name}-subnets",
            name=f"{args.prefix}-database",
            description=f"Data tier of {args.prefix}",
            subnet_ids=list(args.subnet_ids),
            opts=self._child(),
        )
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
        return Surroundings(
            subnet_group_name=subnets.name,
            security_group_id=self.security_group_id,
            parameter_group_name=group.name,
            monitoring_role_arn=self._monitoring_role(name, args),
            data_key_arn=args.data_key_arn,
            protect=args.protect,
        )

    def _security_group(self, name: str, args: DatabaseArgs) -> Output[str]:
        """Let the cluster's pods in, on one port. There is no way out: the database calls nobody."""
        group = ec2.SecurityGroup(
            f"{name}-security-group",
            name=f"{args.prefix}-database",
            description="PostgreSQL, from the cluster alone",
            vpc_id=args.vpc_id,
            opts=self._child(),
        )
        vpc.SecurityGroupIngressRule(
            f"{name}-from-cluster",
            security_group_id=group.id,
            description="PostgreSQL from the pods of the cluster",
            referenced_security_group_id=args.client_security_group_id,
            ip_protocol="tcp",
            from_port=PORT,
            to_port=PORT,
            opts=self._child(),
        )
        return group.id

    def _monitoring_role(self, name: str, args: DatabaseArgs) -> Output[str] | None:
        if args.settings.monitoring_interval_seconds == 0:
            return None
        role = iam.Role(
            f"{name}-monitoring-role",
            name=bounded(f"{args.prefix}-database-monitoring", 64),
            assume_role_policy=_MONITORING_TRUST,
            opts=self._child(),
        )
        attached = iam.RolePolicyAttachment(
            f"{name}-monitoring-policy", role=role.name, policy_arn=_MONITORING_POLICY, opts=self._child()
        )
        return granted(role.arn, [attached])

    def _primary(self, name: str, args: DatabaseArgs, around: Surroundings) -> rds.Instance:
        identifier = f"{args.prefix}-primary"
        managed = args.settings.read_replicas == 0 and not args.followed
        given = None if managed else self._credential(name, args)
        password = (
            ManagedPassword(secrets_key_arn=args.secrets_key_arn)
            if given is None
            else GivenPassword(password=given.password, generation=args.settings.master_password_generation)
        )
        writer = rds.Instance(
            f"{name}-primary",
            primary(identifier, args.settings, args.needs, around, password),
            opts=self._instance_options(args, self._log_groups(f"{name}-primary", identifier, args)),
        )
        self.master_secret_arn = given.arn if given else writer.master_user_secrets.apply(_managed_secret)
        return writer

    def _credential(self, name: str, args: DatabaseArgs) -> MasterCredential:
        return MasterCredential(
            f"{name}-master",
            MasterCredentialArgs(
                secret_name=f"{args.secret_path}/database-master",
                secrets_key_arn=args.secrets_key_arn,
                generation=args.settings.master_password_generation,
                protect=args.protect,
            ),
            self._child(),
        )

    def _replica(
        self, name: str, args: DatabaseArgs, around: Surroundings, writer: rds.Instance, number: int
    ) -> rds.Instance:
        label = f"replica-{number + 1}"
        identifier = f"{args.prefix}-{label}"
        zone = args.zones[number % len(args.zones)]
        return rds.Instance(
            f"{name}-{label}",
            replica(identifier, args.settings, around, writer.identifier, zone),
            opts=self._instance_options(args, self._log_groups(f"{name}-{label}", identifier, args)),
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

    def _instance_options(self, args: DatabaseArgs, log_groups: Sequence[Resource]) -> ResourceOptions:
        return ResourceOptions.merge(
            stateful(self, protect=args.protect),
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


def writer_name(private_zone_name: str) -> str:
    """Give the name under which a region that follows another's database finds the writer."""
    return f"db-writer.{private_zone_name}"


def _managed_secret(secrets: Sequence[rds.outputs.InstanceMasterUserSecret] | None) -> str:
    if not secrets or not secrets[0].secret_arn:
        raise ValueError("RDS keeps no master password for this instance; was managing it switched off by hand?")
    return secrets[0].secret_arn


def _refuse_contradictions(args: DatabaseArgs) -> None:
    if args.follows is not None:
        return
    if args.settings.read_replicas and args.settings.backup_retention_days == 0:
        raise ValueError("read replicas need automated backups: set database.backup_retention_days to 1 or more")
    if args.settings.read_replicas and not args.zones:
        raise ValueError("read replicas need a zone to be placed in")
