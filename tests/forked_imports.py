"""What every command of the offline cloud imports for this project's program, in the order in which a command does.

Set up once for all that are forked from here: see `tests.forked`.
"""

import gc

from pulumi.runtime import resource as registering
from pulumi.runtime.proto.source_pb2 import StackTrace

from offline_cloud import cli
from offline_cloud.sdk_imports import on_demand

gc.disable()
# No test asks where in the program a resource stands: some twenty frames for each.
setattr(registering, "_get_stack_trace", StackTrace)  # noqa: B010 -- a private name
on_demand()

from components import platform  # noqa: E402

gc.freeze()  # a collection in a child would copy all of it

__all__ = ["cli", "platform"]
