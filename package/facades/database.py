"""PostgreSQL on RDS."""

from typing import Any, NotRequired, TypedDict

from pulumi import ComponentResource, Input, Output, ResourceOptions

from components.capabilities.database import database
from package.stated import each_of, model_of, section, text, zones_of
from settings.checks.sections import check_database
from settings.retention import EVERYTHING_KEPT, NOTHING_KEPT
from settings.sizes.database import DatabaseSettings
from settings.workload.database import DatabaseNeeds


class DatabaseArgs(TypedDict):
    prefix: str
    """The start of every physical name, such as shop-prod."""
    environment: str
    """dev, staging, production or budget: what the settings start from."""
    product: dict[str, Any]
    """What a workload file states under `database`: version, name, role, instance_class …"""
    settings: NotRequired[dict[str, Any]]
    """What a stack file states under `groundwork:database`."""
    vpc_id: Input[str]
    zones: list[str]
    """Names of two zones at least; replicas go to them in turn."""
    subnet_ids: Input[list[str]]
    """One subnet for each zone, in the same order."""
    client_security_group_id: Input[str]
    """The one group that may connect."""
    data_key_arn: Input[str]
    secrets_key_arn: Input[str]
    logs_key_arn: Input[str]
    secret_path: str
    """The start of the names of secrets, such as shop/prod."""
    private_zone_id: Input[str]
    private_zone_name: str
    """The private hosted zone that gets the readers' name."""
    protect: NotRequired[bool]
    """Whether it can only be deleted once it is unprotected; true by default."""
    log_retention_days: NotRequired[int]
    """365 by default."""


class Database(ComponentResource):
    """The instances, their parameters, logs and alarms' names; encrypted, and reached by one security group."""

    host: Output[str]
    reader_host: Output[str]
    """One name for all replicas, or the writer's."""
    arn: Output[str]
    master_secret_arn: Output[str]
    """The administrator's secret."""
    security_group_id: Output[str]

    def __init__(self, name: str, args: DatabaseArgs, opts: ResourceOptions | None = None) -> None:
        super().__init__("groundwork:index:Database", name, None, opts)
        needs = model_of(DatabaseNeeds, args["product"], ("product",))
        environment, zones = text(args, "environment"), zones_of(args)
        built = database.Database(
            name,
            database.DatabaseArgs(
                prefix=text(args, "prefix"),
                settings=section(
                    "database", DatabaseSettings, environment, args.get("settings"), needs, check_database
                ),
                needs=needs,
                zones=zones,
                vpc_id=args["vpc_id"],
                subnet_ids=each_of(args["subnet_ids"], len(zones)),
                client_security_group_id=args["client_security_group_id"],
                data_key_arn=args["data_key_arn"],
                secrets_key_arn=args["secrets_key_arn"],
                logs_key_arn=args["logs_key_arn"],
                secret_path=text(args, "secret_path"),
                private_zone_id=args["private_zone_id"],
                private_zone_name=text(args, "private_zone_name"),
                protect=args.get("protect", True),
                retention=EVERYTHING_KEPT if args.get("protect", True) else NOTHING_KEPT,
                log_retention_days=int(args.get("log_retention_days", 365)),
            ),
            ResourceOptions(parent=self),
        )
        self.host = built.host
        self.reader_host = built.reader_host
        self.arn = built.arn
        self.security_group_id = built.security_group_id
        outputs: dict[str, Output[str]] = {"host": self.host, "readerHost": self.reader_host, "arn": self.arn}
        if built.master_secret_arn is not None:
            self.master_secret_arn = built.master_secret_arn
            outputs["masterSecretArn"] = built.master_secret_arn
        self.register_outputs(outputs)
