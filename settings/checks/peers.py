"""Rules about pods that find each other by DNS, and about outputs that only a running pod knows."""

from collections.abc import Iterable, Iterator

from settings.checks.literals import environments_of
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import Path
from settings.runtimes import Feature, offering
from settings.workload import Workload
from settings.workload.container import outputs_in, placeholders
from settings.workload.outputs import POD_OUTPUTS
from settings.workload.secrets import TextSecret

HEADLESS = ("services.", ".headless_host")
"""How the DNS name of a headless service's pods begins and ends, around the service's name."""
_SUFFIX = "-headless"


def of_one_pod(at: Path, outputs: Iterable[str], place: str, fix: str) -> Iterator[Diagnostic]:
    """Report outputs of a single pod among `outputs`, in a place that is the same for several pods."""
    for output in outputs:
        if output in POD_OUTPUTS:
            yield Diagnostic(at, output, f"not supported: an output of one pod in {place}", fix)


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report peers that nothing can connect to, whose Service has another's name, or that the mesh does not encrypt."""
    for name, service in workload.services.items():
        at: Path = ("services", name, "headless")
        if not service.headless:
            continue
        if not service.pod_ports:
            concerns: tuple[Path, ...] = (("services", name, "ports"),)
            fix = f"add the ports on which pods of {name} connect to each other, or remove this"
            yield Diagnostic(at, True, "false for a service without ports", fix, concerns)
        if f"{name}{_SUFFIX}" in workload.services:
            allowed = f"not supported: a headless service beside another called {name}{_SUFFIX}, which it takes itself"
            yield Diagnostic(at, True, allowed, "rename the other", (("services",),))
        udp = [port for port, stated in service.pod_ports.items() if stated.protocol == "UDP"]
        if udp and workload.transit_encryption == "mutual_tls":
            allowed = f"not supported: peers over UDP ({', '.join(udp)}) with mutual_tls; the mesh encrypts TCP alone"
            fix = "let them speak TCP, or write `transit_encryption: transparent`"
            yield Diagnostic(at, True, allowed, fix, (("services", name, "ports"), ("transit_encryption",)))


def check_stack(context: StackContext) -> Iterator[Diagnostic]:
    """Report what the runtime lacks of peers and pods, and names of peers that this stack does not run."""
    stack, running = context.stack, context.running
    lacks = stack.offers.lacks
    peers, own = lacks.get(Feature.PEERS), lacks.get(Feature.POD_OUTPUTS)
    for name, service in running.services.items():
        if peers is not None and service.headless:
            able = offering(Feature.PEERS)
            allowed = f"{able}: peers of {name} by DNS are not supported with {stack.runtime}: {peers.why}"
            fix = f"write {able}, or let the product find its peers in a store"
            yield Diagnostic(("runtime",), stack.runtime, allowed, fix, of_product(("services", name, "headless")))
    for at, outputs in _named(running):
        named = [output for output in outputs if output in POD_OUTPUTS]
        if own is not None and named:
            able = offering(Feature.POD_OUTPUTS)
            allowed = f"{able}: {', '.join(named)} is not supported with {stack.runtime}: {own.why}"
            fix = f"write {able}, or let the product ask for its address itself"
            yield Diagnostic(("runtime",), stack.runtime, allowed, fix, of_product(at))
        yield from _left_out(context, at, outputs)


def _left_out(context: StackContext, at: Path, outputs: Iterable[str]) -> Iterator[Diagnostic]:
    """Report a headless host of a service that the stack leaves out, or does not ask for."""
    without = context.stack.application.without
    for output in outputs:
        service = output.removeprefix(HEADLESS[0]).removesuffix(HEADLESS[1])
        if output != service.join(HEADLESS) or service not in context.workload.services:
            continue
        if service not in context.running.services:
            place: Path = ("application", "without" if service in without else "include")
            given = ", ".join(without if service in without else context.stack.application.include) or "none"
            allowed = f"a list with which {service} runs, for {'.'.join(map(str, at))} names its headless host"
            fix = f"take {service} out" if service in without else f"add {service}"
            yield Diagnostic(place, given, allowed, fix, of_product(at))


def _named(workload: Workload) -> Iterator[tuple[Path, tuple[str, ...]]]:
    """Yield the outputs that each variable and each composed secret names, with its place."""
    for path, environment in environments_of(workload):
        yield from (((*path, name), outputs_in(value)) for name, value in environment.items())
    for name, secret in workload.secrets.items():
        if isinstance(secret, TextSecret):
            yield ("secrets", name, "text"), placeholders(secret.text)
