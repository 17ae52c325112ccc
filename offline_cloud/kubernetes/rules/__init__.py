"""What the API server's validation says beyond its schema, type by type; one file for each area.

Every rule names the page of the Kubernetes documentation that it was taken from, and is held against the verdicts of
a real API server by `tests/offline_cloud/kubernetes/test_verdicts.py`.
"""

from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import Final

from offline_cloud.cloud.model import Properties
from offline_cloud.kubernetes.objects import join
from offline_cloud.kubernetes.rules import plain
from offline_cloud.kubernetes.rules.base import RULES, Fault
from offline_cloud.kubernetes.typed import Node, Walker

_AREAS: Final = "access admission configuration containers limits metadata network pods scaling volumes workloads"
for _area in _AREAS.split():
    import_module(f"{__name__}.{_area}")  # its rules register themselves


def faults(walker: Walker, definition: str, body: Properties) -> Iterator[Fault]:
    """Judge an object of a definition; paths are those of the whole object."""
    told: set[str] = set()
    for found in walker.walk(body, definition):
        if not isinstance(found, Node):
            # A rule may allow fewer choices than the schema; then it has said so.
            yield from (fault for fault in plain.faults(found) if fault.path not in told)
            continue
        for each in RULES.get(found.type, ()):
            for fault in each(found):
                placed = fault._replace(path=join(found.path, fault.path))
                told.add(placed.path)
                yield placed


@cache
def types() -> frozenset[str]:
    """Give every type that a rule speaks of."""
    return frozenset(RULES)
