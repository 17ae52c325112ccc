"""What the engine sends of a resource is read once, and not once for every policy.

Pulumi's SDK turns the message of each resource into dictionaries and proxies anew for each policy: with a pack of this
size most of the pack's time. The same message gives the same result, so the second and every further time the first
one's is taken. Nothing in a rule changes what it is given.
"""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from types import SimpleNamespace
from typing import Any, Final

import pulumi_policy.policy as sdk

_KEPT: Final = 8192
"""Results kept of each function: more than a stack has resources, so that a rule over all of them finds every one."""


def remembered(function: Callable[[Any], Any]) -> Callable[..., Any]:
    """Give the result of the call before for the same object; further arguments are handed on, and never kept."""
    kept: OrderedDict[int, tuple[object, Any]] = OrderedDict()
    lock = Lock()

    def once(argument: Any, *others: Any) -> Any:
        if others:
            return function(argument, *others)
        with lock:
            found = kept.get(id(argument))
        # The object is kept beside its result, so that no other one gets its identity.
        if found is not None and found[0] is argument:
            return found[1]
        result = function(argument)
        with lock:
            kept[id(argument)] = (argument, result)
            while len(kept) > _KEPT:
                kept.popitem(last=False)
        return result

    return once


def read_once() -> None:
    """Have the SDK of this process read each message once."""
    names: Any = sdk
    names.json_format = SimpleNamespace(MessageToDict=remembered(names.json_format.MessageToDict))
    names.deserialize_properties = remembered(names.deserialize_properties)
    names.unknown_checking_proxy = remembered(names.unknown_checking_proxy)
