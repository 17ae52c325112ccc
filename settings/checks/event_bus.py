"""Rules about the event bus: run here or elsewhere, and how much a broker needs."""

from collections.abc import Iterator

from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import ABSENT, Path
from settings.types import mebibytes
from settings.workload import Workload
from settings.workload.secrets import WiredSecret

_LEAST_MEBIBYTES = 1024
_SAFE = 2
_AT: Path = ("event_bus",)


def check(workload: Workload) -> Iterator[Finding]:
    bus = workload.event_bus
    if bus is None:
        return
    external = bus.kind == "external"
    if external and bus.address is None:
        mend = "add `address: bus.example.com:9876`, or write kind: rocketmq"
        yield Finding((*_AT, "address"), ABSENT, "the name server of the external bus", mend, ((*_AT, "kind"),))
    if not external and bus.address is not None:
        mend = "write kind: external, or remove it"
        yield Finding((*_AT, "address"), bus.address, "none with kind: rocketmq", mend, ((*_AT, "kind"),))
    yield from _memory(bus.memory)
    for name, secret in workload.secrets.items():
        if external and isinstance(secret, WiredSecret) and secret.output.startswith("event_bus."):
            allowed = "an output of a bus that the platform runs; its owner knows the external one's credential"
            mend = f"write `{name}: {{kind: provided}}`"
            yield Finding(("secrets", name, "output"), secret.output, allowed, mend, ((*_AT, "kind"),))


def check_stack(context: StackContext) -> Iterator[Finding]:
    """Hold what the stack's own file states of the bus against the same rules, and production against more."""
    bus, needs = context.stack.event_bus, context.workload.event_bus
    if needs is None and context.states(_AT):
        allowed = f"no section: {context.workload.name} has no event_bus"
        yield Finding(
            _AT, "a section", allowed, "remove it, or add `event_bus:` to the workload file", (("workload",),)
        )
    if bus is None or needs is None or bus.address is not None:
        return
    if context.states((*_AT, "memory")):
        yield from _memory(bus.memory)
    for key, count in (("brokers", bus.brokers), ("name_servers", bus.name_servers)):
        if context.guarded and count < _SAFE and context.states((*_AT, key)):
            mend = "remove the key, or accept the risk with protection.allow_unsafe: true"
            yield Finding((*_AT, key), count, "more than one in production", mend, (("environment",),))


def _memory(memory: str) -> Iterator[Finding]:
    if mebibytes(memory) < _LEAST_MEBIBYTES:
        allowed = "at least 1Gi: half of it is the heap, an eighth buffers, the rest the page cache"
        yield Finding((*_AT, "memory"), memory, allowed, "raise it to 1Gi")
