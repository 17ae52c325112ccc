"""What can run out of a cache."""

from collections.abc import Iterator

from components.capabilities.room import Room
from settings import PlatformSettings
from settings.arithmetic.budgets import cache_connections


def rooms(settings: PlatformSettings) -> Iterator[Room]:
    """Give the connections to one node while everything rolls."""
    budget, stack = cache_connections(settings), settings.stack.cache
    if budget is not None and stack is not None:
        yield Room(f"{stack.node_type}: connections in a rollout", budget.in_rollout, budget.available, "")
