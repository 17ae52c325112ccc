"""What a capability costs while it stands: positions of a bill, from the inputs of its resources."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

HOURS: Final = 730
"""Hours in a month, as AWS' own calculator counts."""


@dataclass(frozen=True, kw_only=True)
class Cost:
    """How much of what, and the dollars a month that it comes to.

    Prices are list prices of US East (N. Virginia), on demand. `dollars` None: it is charged for, and nobody wrote
    its price down.
    """

    what: str
    quantity: float
    dollars: float | None
    share: Literal["infrastructure", "backups"] = "infrastructure"


Costs = Callable[[Sequence[Mapping[str, Any]]], Iterator[Cost]]
"""The positions of all resources of one type, from their inputs as the provider calls them."""
