"""The roles of a product's databases: what each is called, and who connects as which."""

from collections.abc import Mapping
from typing import Final, Literal

from settings.facts.name_lengths import POSTGRES_NAME
from settings.workload import Workload
from settings.workload.container import placeholders
from settings.workload.data import MIGRATION
from settings.workload.database import PostgresNeeds
from settings.workload.secrets import TextSecret, WiredSecret

Store = Literal["database", "timeseries"]
STORES: Final[tuple[Store, ...]] = ("database", "timeseries")


def needs_of(workload: Workload, store: Store) -> PostgresNeeds | None:
    """Return what a product asks of a store; None without it."""
    return workload.database if store == "database" else workload.timeseries


def outputs_of(workload: Workload, secret: str) -> tuple[str, ...]:
    """Name the outputs that a declared secret is made from."""
    declared = workload.secrets.get(secret)
    if isinstance(declared, WiredSecret):
        return (declared.output,)
    return placeholders(declared.text) if isinstance(declared, TextSecret) else ()


def made_from(workload: Workload, secret: str, store: str) -> bool:
    """Tell whether a declared secret is made from an output of the store."""
    return any(output.startswith(f"{store}.") for output in outputs_of(workload, secret))


def owner(workload: Workload, store: Store, needs: PostgresNeeds) -> str:
    """Return the role that owns a store's databases: who migrates it, or else who uses it."""
    if needs.owner is not None:
        return needs.owner
    migrated = workload.migration.secrets if workload.migration else ()
    if not any(made_from(workload, name, store) for name in migrated):
        return needs.role
    return f"{needs.role[: POSTGRES_NAME - len('_owner')]}_owner"


def role_names(workload: Workload, store: Store, needs: PostgresNeeds) -> dict[str, str]:
    """Return each role by the key of its credential: the application's first, then the owner's and the reader's.

    The owner has no credential of its own where it is the application's role.
    """
    owns = owner(workload, store, needs)
    others = {owner_key(store): owns} if owns != needs.role else {}
    return {store: needs.role, **others, **({reader_key(store): needs.reader.role} if needs.reader else {})}


def owner_key(store: Store) -> str:
    """Name the credential of an owner that is not the application's role."""
    return f"{store}_owner"


def reader_key(store: Store) -> str:
    """Name the credential of a reader."""
    return f"{store}_reader"


def grant_variables(needs: PostgresNeeds, owns: str) -> dict[str, str]:
    """Return what charts/foundation/files/grants.sql reads of the roles; `owns` is the owner."""
    return {
        "APP_OWNER": owns,
        "APP_ROLE": needs.role,
        **({"APP_READER": needs.reader.role} if needs.reader else {}),
        "APP_PRIVILEGES": ", ".join(each.upper() for each in needs.privileges),
    }


def acting(workload: Workload, consumer: str) -> Mapping[str, str]:
    """Return the credentials that `consumer` has in place of the application's, by the keys of the latter.

    It is the name of a service or job, or MIGRATION.
    """
    found: dict[str, str] = {}
    for store in STORES:
        needs = needs_of(workload, store)
        if needs is None:
            continue
        if consumer == MIGRATION and owner(workload, store, needs) != needs.role:
            found[store] = owner_key(store)
        elif needs.reader is not None and consumer in needs.reader.users:
            found[store] = reader_key(store)
    return found
