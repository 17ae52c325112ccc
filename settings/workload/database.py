"""What a product asks of its database in production. Other environments scale it down."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from settings.base import Settings
from settings.facts.volumes import RDS_GIB, RDS_IOPS
from settings.types import DatabaseClass, Name, PortNumber
from settings.vocabulary import Means, refusal
from settings.workload.outputs import Offered

SqlName = Annotated[
    str,
    Field(pattern=r"^[a-z_][a-z0-9_]{0,62}$"),
    Means("at most 63 lower-case letters, digits and underscores, no digit first", "orders"),
]


class Pooler(Settings):
    """PgBouncer in transaction mode: many clients share few connections.

    What a client sets for its session is gone after its transaction: migrations and advisory locks go past it.
    """

    port: PortNumber = 6432
    """Port that it listens on."""
    replicas: int = Field(default=2, ge=1, le=20)
    """Pods of it."""
    clients: int = Field(default=1000, ge=10, le=10_000)
    """Client connections that each pod accepts (max_client_conn)."""
    pool: int = Field(default=20, ge=1, le=1000)
    """Connections to the database that each pod opens (default_pool_size)."""


ExtensionName = Annotated[
    str,
    Field(pattern=r"^[a-z][a-z0-9_-]{0,62}$"),
    Means("the name of an extension, as CREATE EXTENSION takes it", "pg_trgm"),
]


Privilege = Literal["select", "insert", "update", "delete"]


class Reader(Settings):
    """A role that may read every table, those that migrations make later included, and change nothing."""

    role: SqlName
    """The role's name; its password is generated."""
    users: tuple[Name, ...] = ()
    """Services and jobs whose secrets name this role in place of the application's. A person reads its password in
    Secrets Manager."""


class PostgresNeeds(Settings):
    """The database's name, and who may do what in it: in whatever schema, with whatever a migration makes later."""

    name: SqlName
    """The database's name."""
    role: SqlName
    """The role of services and jobs; its password is generated."""
    owner: SqlName | None = None
    """The role that owns the database and all that is in it: migration and dump connect as it. Without it, a product
    whose migration is given the way to the database has `<role>_owner`; otherwise `role` is the owner, too. State
    `role` for services that migrate by themselves when they start."""
    privileges: tuple[Privilege, ...] = Field(default=("select", "insert", "update", "delete"), min_length=1)
    """What `role` may do with tables where another role owns them. It may use sequences, and define nothing."""
    reader: Reader | None = None
    """A role that only reads, if the product has one."""


class FurtherDatabase(Offered, Settings):
    """Another database on the same instance, of the same roles."""

    OUTPUTS: ClassVar[tuple[str, ...]] = ("name",)
    SECRET_OUTPUTS: ClassVar[tuple[str, ...]] = ("url", "reader_url")

    extensions: tuple[ExtensionName, ...] = ()
    """Extensions that the database has."""
    role: SqlName | None = None
    """Unsupported: the roles of the first database are those of this one, too."""

    @field_validator("role")
    @classmethod
    def _has_no_role(cls, value: str | None) -> str | None:
        if value is not None:
            fix = "remove it; a product of its own has a database and a role of its own"
            raise refusal("none: a further database with another owner is unsupported", fix)
        return value


ReadReplicas = Annotated[int, Field(ge=0, le=15)]
"""https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/USER_ReadRepl.html"""


class DatabaseNeeds(PostgresNeeds):
    """A PostgreSQL database and its roles."""

    engine: Literal["postgres"] = "postgres"
    """The database's engine."""
    version: Annotated[
        str, Field(pattern=r"^1[4-9](\.[0-9]+)?$"), Means("a PostgreSQL version from 14, in quotes", "16")
    ]
    """PostgreSQL version: major, or major.minor."""
    instance_class: DatabaseClass
    """RDS instance class of the primary and of every replica."""
    read_replicas: ReadReplicas = 0
    """Read replicas."""
    storage_gib: int = Field(default=100, ge=RDS_GIB[0], le=RDS_GIB[1])
    """Storage at first."""
    maximum_storage_gib: int = Field(default=500, ge=RDS_GIB[0], le=RDS_GIB[1])
    """Storage up to which RDS grows by itself."""
    storage_type: Literal["gp3", "io2"] = "gp3"
    """EBS volume type."""
    iops: int | None = Field(default=None, ge=RDS_IOPS[0], le=RDS_IOPS[1])
    """Provisioned I/O operations a second; io2 needs them, gp3 takes them from 400 GiB."""
    slow_query_milliseconds: int = Field(default=500, ge=1)
    """Queries that take longer are logged."""
    pooler: Pooler | None = None
    """A connection pooler in the cluster, whose address is the output `database.pooled_url`."""
    extensions: tuple[ExtensionName, ...] = ()
    """Extensions that the database has; the platform creates them before anything of the product runs."""
    further: dict[SqlName, FurtherDatabase] = Field(default={})
    """Further databases of these roles on the instance, by name; `database.<name>.url` is a secret output of each."""

    @property
    def extensions_of(self) -> dict[str, tuple[str, ...]]:
        """The extensions of every database by its name, the first one first."""
        return {self.name: self.extensions, **{name: each.extensions for name, each in self.further.items()}}
