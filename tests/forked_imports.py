"""What every command of the offline cloud imports for this project's program, in the order in which a command does.

Set up once for all that are forked from here: see `tests.forked`.
"""

import gc
from typing import Any

import pulumi.log
from pulumi.runtime import resource as registering
from pulumi.runtime.proto.source_pb2 import StackTrace

from offline_cloud import cli
from offline_cloud.sdk_imports import on_demand


def _say_nothing(*_: Any, **__: Any) -> None:
    """Take the place of the SDK's debug messages: three calls for each resource that wait, and that nothing shows.

    A quarter of the processor time of an `up` goes there (11.0 s with them, 8.6 s without, of 480 resources).
    """


gc.disable()
pulumi.log.debug = _say_nothing
# Nor does a test ask where in the program a resource stands: some twenty frames for each.
setattr(registering, "_get_stack_trace", StackTrace)  # noqa: B010 -- a private name
on_demand()

from components import platform  # noqa: E402

gc.freeze()  # a collection in a child would copy all of it

__all__ = ["cli", "platform"]
