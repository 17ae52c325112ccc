"""The name of the last snapshot of a store, which AWS takes as it deletes the store."""

from collections.abc import Mapping

import pulumi_random as random
from pulumi import Input, Output, ResourceOptions

_BYTES = 4


def final_snapshot_name(
    name: str, identifier: str, opts: ResourceOptions, keepers: Mapping[str, Input[str]] | None = None
) -> Output[str]:
    """Give a name that no earlier snapshot has: <identifier>-final-<8 digits>, new for each store of this name.

    A snapshot outlives its store, and AWS refuses a second of the same name: a store that was made anew could then not
    be deleted. `keepers` are what replaces the store, so that its successor gets digits of its own.
    """
    digits = random.RandomId(f"{name}-final", byte_length=_BYTES, keepers=keepers, opts=opts)
    return Output.concat(identifier, "-final-", digits.hex)
