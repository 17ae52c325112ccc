"""The product's database on a server of this machine: made by the very bootstrap of its chart, and filled."""

import secrets
from dataclasses import dataclass, field
from typing import Final

from settings import PlatformSettings
from settings.arithmetic.roles import owner
from tools.drill.postgresql import Server, variables
from tools.stack import ROOT

BOOTSTRAP: Final = ROOT / "charts" / "foundation" / "files"
TABLES: Final = tuple(f"ballast_{number}" for number in range(4))
"""Several, so that a dump by several jobs has something to divide."""
ROWS_PER_MEGABYTE: Final = 900
"""Of 1 KiB each, with the row's head and its share of the index; `pg_database_size` says about 1 MB."""
_CONTENT: Final = "(SELECT string_agg(md5('{table} ' || n || '.' || part), '') FROM generate_series(1, 32) part)"


class DrillError(Exception):
    """A drill that cannot go on, in one sentence."""


class NotHereError(DrillError):
    """A drill that a stack or a machine has nothing for, and why."""


@dataclass(frozen=True)
class Product:
    """The database's name, its roles, and one password for both of them."""

    database: str
    role: str
    owner: str
    password: str = field(default_factory=lambda: secrets.token_hex(16), repr=False)

    @property
    def stated(self) -> dict[str, str]:
        """What the bootstrap's container is given, beside the server's address."""
        roles = {"APP_OWNER": self.owner, "APP_OWNER_PASSWORD": self.password, "APP_ROLE": self.role}
        return dict(variables(APP_DATABASES=f"{self.database}=", APP_PASSWORD=self.password, **roles))

    def bootstrap(self, server: Server) -> None:
        """Make the database and its roles by the chart's script. Raises DrillError with what it says."""
        answer = server.run("sh", str(BOOTSTRAP / "bootstrap.sh"), **self.stated)
        if answer.returncode != 0:
            raise DrillError(f"The bootstrap failed: {answer.stderr}")

    def fill(self, server: Server, megabytes: int) -> None:
        """Make tables that hold so many MB together, as a migration would: by the owner."""
        rows = megabytes * ROWS_PER_MEGABYTE // len(TABLES)
        for table in TABLES:
            self.as_owner(server, f"CREATE TABLE {table} (number bigint PRIMARY KEY, content text NOT NULL)")
            row = _CONTENT.format(table=table)
            self.as_owner(server, f"INSERT INTO {table} SELECT n, {row} FROM generate_series(1, {rows}) n")

    def checksum(self, server: Server) -> str:
        """Return one sum over all that `fill` wrote: rows, and a hash of their contents."""
        each = (f"SELECT count(*) c, sum(hashtextextended(content, number)) h FROM {table}" for table in TABLES)
        united = " UNION ALL ".join(each)
        summed = f"SELECT sum(c) || ' rows, ' || left(md5(string_agg(h::text, ' ' ORDER BY h)), 16) FROM ({united}) t"
        return self.as_owner(server, summed)

    def as_owner(self, server: Server, statement: str) -> str:
        """Run a statement as the owner. Raises QueryError."""
        return server.query(statement, user=self.owner, password=self.password, database=self.database)


def product_of(settings: PlatformSettings) -> Product:
    """Return the database that a stack's product asks for. Raises NotHereError for a product without one."""
    needs = settings.workload.database
    if needs is None:
        raise NotHereError(f"{settings.workload.name} has no database")
    return Product(needs.name, needs.role, owner(settings.workload, "database", needs))
