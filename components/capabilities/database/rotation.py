"""The rotation of the roles' passwords: each role has two log-ins that take turns."""

from pulumi import Input, Output
from pulumi_aws import ec2, vpc

from components.capabilities.contract import Context
from components.capabilities.database.database import Database
from components.capabilities.database.instances import PORT
from components.invariants import certain
from components.secrets.rotation import Inside, Rotated, Rotation, RotationArgs
from settings.arithmetic.exporters import METRICS_CREDENTIALS, is_measured
from settings.arithmetic.roles import role_names
from settings.facts import ports
from settings.facts.reserved import METRICS_USERNAME
from settings.workload.database import DatabaseNeeds

_PATIENCE_SECONDS = 60
_NAME = "database-rotation"


def rotation(
    context: Context, database: Database, host: Input[str], administrator: Input[str], every_days: int
) -> Rotation:
    """Change each role's password on schedule, on the server at `host`; `administrator` is the secret of its own."""
    foundation, settings = context.foundation, context.settings
    needs = certain(settings.workload.database, "a database is built for a product that asks for one")
    return Rotation(
        _NAME,
        RotationArgs(
            function_name=f"{settings.prefix}-{_NAME}",
            module="database_user",
            description="Changes the passwords of the database's roles",
            rotated=_rotated(context, needs, host, administrator, every_days),
            secrets_key_arn=foundation.encryption.secrets_key_arn,
            logs_key_arn=foundation.encryption.logs_key_arn,
            log_retention_days=settings.stack.monitoring.log_retention_days,
            timeout_seconds=_PATIENCE_SECONDS,
            statements=[
                {
                    "Sid": "ReadTheAdministrator",
                    "Effect": "Allow",
                    "Action": "secretsmanager:GetSecretValue",
                    "Resource": administrator,
                }
            ],
            inside=Inside(
                subnet_ids=foundation.network.private_subnet_ids, security_group_id=_security_group(context, database)
            ),
        ),
        foundation.child,
    )


def _rotated(
    context: Context, needs: DatabaseNeeds, host: Input[str], administrator: Input[str], every_days: int
) -> dict[str, Rotated]:
    found: dict[str, Rotated] = {}
    # The exporter's role enters the administrator's database alone.
    places = {key: (role, needs.name) for key, role in role_names(context.settings.workload, "database", needs).items()}
    if is_measured(context.settings, "database"):
        places[METRICS_CREDENTIALS["database"]] = (METRICS_USERNAME, "postgres")
    for key, (role, entered) in places.items():
        entry = context.foundation.secrets.credentials[key].entry
        found[key.replace("_", "-")] = Rotated(
            secret_name=entry.remote_name,
            arn=certain(entry.arn, "the region that owns the database makes its roles' credentials"),
            every_days=every_days,
            known={
                "host": host,
                "port": PORT,
                "database": entered,
                "role": role,
                "administrator": administrator,
            },
        )
    return found


def _security_group(context: Context, database: Database) -> Output[str]:
    """Let the function out to the database and to Secrets Manager, and nobody in."""
    foundation, prefix = context.foundation, context.settings.prefix
    child = foundation.child
    group = ec2.SecurityGroup(
        f"{_NAME}-group",
        name=f"{prefix}-{_NAME}",
        description="Rotation of database roles: where it may connect to",
        vpc_id=foundation.network.vpc_id,
        tags={"Name": f"{prefix}-{_NAME}"},
        opts=child,
    )
    vpc.SecurityGroupEgressRule(
        f"{_NAME}-to-database",
        security_group_id=group.id,
        description="The database",
        referenced_security_group_id=database.security_group_id,
        ip_protocol="tcp",
        from_port=PORT,
        to_port=PORT,
        opts=child,
    )
    vpc.SecurityGroupEgressRule(
        f"{_NAME}-to-https",
        security_group_id=group.id,
        description="Secrets Manager",
        cidr_ipv4="0.0.0.0/0",
        ip_protocol="tcp",
        from_port=ports.HTTPS,
        to_port=ports.HTTPS,
        opts=child,
    )
    vpc.SecurityGroupIngressRule(
        f"{_NAME}-from-function",
        security_group_id=database.security_group_id,
        description="PostgreSQL from the function that rotates its roles",
        referenced_security_group_id=group.id,
        ip_protocol="tcp",
        from_port=PORT,
        to_port=PORT,
        opts=child,
    )
    return group.id
