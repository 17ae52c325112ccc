"""Rules about the event bus: run here or elsewhere, and how much a broker needs."""

from collections.abc import Iterator

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.types import mebibytes
from settings.workload import Workload
from settings.workload.secrets import WiredSecret

_LEAST_MEBIBYTES = 1024
_SAFE = 2
_AT: Path = ("event_bus",)


def check(workload: Workload) -> Iterator[Diagnostic]:
    bus = workload.event_bus
    if bus is None:
        return
    external = bus.kind == "external"
    if external and bus.address is None:
        fix = "add `address: bus.example.com:9876`, or write kind: rocketmq"
        yield Diagnostic((*_AT, "address"), ABSENT, "the name server of the external bus", fix, ((*_AT, "kind"),))
    if not external and bus.address is not None:
        fix = "write kind: external, or remove it"
        yield Diagnostic((*_AT, "address"), bus.address, "none with kind: rocketmq", fix, ((*_AT, "kind"),))
    yield from _memory(bus.memory)
    for name, secret in workload.secrets.items():
        if external and isinstance(secret, WiredSecret) and secret.output.startswith("event_bus."):
            allowed = "an output of a bus that the platform runs; its owner knows the external one's credential"
            fix = f"write `{name}: {{kind: provided}}`"
            yield Diagnostic(("secrets", name, "output"), secret.output, allowed, fix, ((*_AT, "kind"),))


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Hold what the stack's own file states of the bus against the same rules, and production against more."""
    bus, needs = context.stack.event_bus, context.workload.event_bus
    if needs is None and context.states(_AT):
        allowed = f"no section: {context.stack.workload} has no event_bus"
        yield Diagnostic(
            _AT, "a section", allowed, "remove it, or add `event_bus:` to the workload file", of_product(_AT)
        )
    if bus is None or needs is None or bus.address is not None:
        return
    if context.states((*_AT, "memory")):
        yield from _memory(bus.memory)
    for key, count in (("brokers", bus.brokers), ("name_servers", bus.name_servers)):
        if context.guarded and count < _SAFE and context.states((*_AT, key)):
            fix = "remove the key, or accept the risk with protection.allow_unsafe: true"
            yield Diagnostic((*_AT, key), count, "more than one in production", fix, (("environment",),))


def _memory(memory: str) -> Iterator[Diagnostic]:
    if mebibytes(memory) < _LEAST_MEBIBYTES:
        allowed = "at least 1Gi: half of it is the heap, an eighth buffers, the rest the page cache"
        yield Diagnostic((*_AT, "memory"), memory, allowed, "raise it to 1Gi")
