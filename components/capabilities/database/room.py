"""What can run out of a database, and of the pooler in front of it."""

from collections.abc import Iterator

from components.capabilities.room import Room
from settings import PlatformSettings
from settings.arithmetic.budgets import database_connections, pooler_clients
from settings.arithmetic.pooler import pooler_of


def rooms(settings: PlatformSettings) -> Iterator[Room]:
    """Give connections while everything rolls, and the storage that RDS may grow to."""
    budget, stack = database_connections(settings), settings.stack.database
    if budget is None or stack is None:
        return
    yield Room(f"{stack.instance_class}: connections in a rollout", budget.in_rollout, budget.available, "")
    pooler = pooler_of(settings)
    if pooler is not None:
        yield Room("pooler: clients in a rollout", pooler_clients(settings), pooler.clients, "")
    yield Room("database: storage at first", stack.storage_gib, stack.maximum_storage_gib, "GiB")
