"""Rules about a container's environment variables and secrets, and about what composed texts name."""

from collections.abc import Collection, Iterator, Mapping
from typing import get_args

from settings.checks.common import component_present, declared_secret, repeated, unknown_service
from settings.checks.literals import is_credential, replaced_by_kubernetes
from settings.checks.peers import HEADLESS, of_one_pod
from settings.diagnostics import HIDDEN, Diagnostic
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.container import Composed, EnvironmentValue, outputs_in, placeholders
from settings.workload.outputs import POD_OUTPUTS, SecretOutput, WiredOutput, offered_outputs, offered_secrets
from settings.workload.secrets import GeneratedSecret, PreviousSecret, ProvidedSecret, SigningKeySecret, TextSecret

_PLAIN: tuple[str, ...] = get_args(WiredOutput)
_POOLED_URL = "database.pooled_url"
_SECRET = tuple(name for name in get_args(SecretOutput) if name != _POOLED_URL)
"""The pooler's address stands in a secret of its own, so that the way to the pooler is open where it is read."""
_PREFIX = "secrets."
_ROUTED, _CONNECTED = ("ingress.", ".url"), ("ingress.", ".tcp_host")
_ADD_A_ROUTE = "add a route to {} under `ingress.routes:`"
_TWICE = "to write a brace as text, double it: {{{{{}}}}}"


def check_shared(workload: Workload) -> Iterator[Diagnostic]:
    """Report shared outputs that the file does not have, and shared variables that a service reads as a secret."""
    for name, value in workload.environment.items():
        yield from _value(workload, ("environment", name), name, value)
        fix = f"state {name} in `environment:` of each service that reads it"
        yield from of_one_pod(("environment", name), outputs_in(value), "variables that every pod shares", fix)
        readers = [service for service, stated in workload.services.items() if name in stated.secrets]
        if readers:
            place: Path = ("services", readers[0], "secrets")
            fix = f"remove {name} from `environment:` or from `secrets:` of {readers[0]}"
            yield Diagnostic(("environment", name), name, "each variable once", fix, (place,))


def check(
    workload: Workload, path: Path, environment: Mapping[str, EnvironmentValue], secrets: Collection[str]
) -> Iterator[Diagnostic]:
    """Report outputs and secrets that the file does not have, and variables that are stated twice."""
    for name, value in environment.items():
        yield from _value(workload, (*path, "environment", name), name, value)
    for index, name in enumerate(secrets):
        at = (*path, "secrets", index)
        yield from declared_secret(workload, at, name)
        if name in environment:
            fix = f"remove {name} from `environment:` or from `secrets:`"
            yield Diagnostic(at, name, "each variable once", fix, ((*path, "environment", name),))
    yield from repeated((((*path, "secrets", index), name) for index, name in enumerate(secrets)), "secret")


def check_text(workload: Workload, name: str, secret: TextSecret) -> Iterator[Diagnostic]:
    """Report what a secret's text names and the file does not have."""
    at: Path = ("secrets", name, "text")
    if is_credential("", secret.text):
        fix = "declare the credential as a secret of its own, and name it here as {secrets.NAME}"
        yield Diagnostic(at, HIDDEN, "no credential in plain text: anyone could read it in the repository", fix)
    fix = "compose it in the product, from a secret and a variable with this output"
    yield from of_one_pod(at, placeholders(secret.text), "a secret, which is one text for every pod", fix)
    for part in placeholders(secret.text):
        if part in POD_OUTPUTS:
            continue
        if part in _SECRET:
            yield from _of_the_platform(workload, at, part)
        elif part in offered_secrets(workload):
            continue
        elif part.startswith(_PREFIX) and part not in _PLAIN:
            yield from _of_a_secret(workload, at, part.removeprefix(_PREFIX))
        else:
            yield from _output(workload, at, part, (*_PLAIN, *_SECRET, *offered_secrets(workload)))


def _value(workload: Workload, at: Path, name: str, value: EnvironmentValue) -> Iterator[Diagnostic]:
    if isinstance(value, str):
        return
    place = (*at, "text" if isinstance(value, Composed) else "output")
    if isinstance(value, Composed):
        yield from _text(place, name, value.text)
    for output in outputs_in(value):
        secret = output in get_args(SecretOutput) or output in offered_secrets(workload)
        if secret or (output.startswith(_PREFIX) and output not in _PLAIN):
            fix = f"declare {name} under `secrets:` with kind: text and this text, and name it in `secrets:` here"
            yield Diagnostic(place, output, "outputs that are not secret: a variable is stored in plain text", fix)
        else:
            yield from _output(workload, place, output, _PLAIN)


def _text(at: Path, name: str, text: str) -> Iterator[Diagnostic]:
    plain = text.replace("{{", "{").replace("}}", "}")
    if is_credential("" if placeholders(text) else name, plain):
        fix = f"declare {name} under `secrets:`, and name it in the container's `secrets:`"
        yield Diagnostic(at, HIDDEN, "no credential: a variable is stored in plain text", fix)
    elif replaced_by_kubernetes(plain):
        yield Diagnostic(at, text, "text without $(…) and $$, which Kubernetes replaces", "write it another way")


def _output(workload: Workload, at: Path, name: str, known: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Report an output that does not exist, or that this product does not have."""
    known = (*known, *offered_outputs(workload))
    routed, connected, peers = (_service_in(name, ends) for ends in (_ROUTED, _CONNECTED, HEADLESS))
    if routed is not None:
        led = {route.service for route in workload.ingress.routes}
        yield from _address(workload, at, name, routed, led, "route")
    elif connected is not None:
        led = {port.service for port in workload.ingress.tcp_ports}
        yield from _address(workload, at, name, connected, led, "TCP port")
    elif peers is not None:
        yield from _peers(workload, at, name, peers)
    elif name not in known:
        plain = "name one of these" if at[-1] == "output" else _TWICE.format(name)
        yield Diagnostic(at, name, f"an output: {listed(known)}", choose(name, known, plain))
    elif name in _PLAIN:
        yield from _of_the_platform(workload, at, name)


def _of_the_platform(workload: Workload, at: Path, name: str) -> Iterator[Diagnostic]:
    """Only a product that is reached from outside has a host, and only one that names origins has those."""
    yield from component_present(workload, at, name)
    if name == "cors.origins" and not workload.ingress.cors:
        fix = "add `ingress.cors:` with its origins, or write them here"
        yield Diagnostic(at, name, "an output that the file has; it states no origins", fix)
    if name in ("hostname", "ingress.url") and not workload.ingress.routes:
        fix = "add `ingress.routes:`, or write the host here"
        yield Diagnostic(at, name, "an output that the file has; it states no routes", fix)
    bus = workload.event_bus
    if name in ("event_bus.access_key", "event_bus.secret_key") and bus is not None and bus.kind == "external":
        allowed = "an output of a bus that the platform runs; its owner knows the external one's credential"
        yield Diagnostic(at, name, allowed, "declare it as a provided secret", (("event_bus", "kind"),))


def _service_in(name: str, ends: tuple[str, str]) -> str | None:
    """Return the service of ingress.<service>.url or the like; None for another output."""
    start, end = ends
    middle = name.removeprefix(start).removesuffix(end)
    return middle if name == f"{start}{middle}{end}" else None


def _address(workload: Workload, at: Path, name: str, service: str, led: set[str], way: str) -> Iterator[Diagnostic]:
    """Report the address of a service that is not among those that something leads to."""
    if service not in workload.services:
        yield unknown_service(workload, at, service)
    elif service not in led:
        fix = f"add a {way} of {service} under `ingress:`" if way != "route" else _ADD_A_ROUTE.format(service)
        yield Diagnostic(at, name, f"a service with a {way}: {listed(led)}", fix, (("ingress",),))


def _peers(workload: Workload, at: Path, name: str, service: str) -> Iterator[Diagnostic]:
    """Report the peers of a service that has no headless Service."""
    if service not in workload.services:
        yield unknown_service(workload, at, service)
    elif not workload.services[service].headless:
        headless = [each for each, stated in workload.services.items() if stated.headless]
        fix = f"write `headless: true` for {service}, or name the service itself"
        yield Diagnostic(at, name, f"a headless service: {listed(headless)}", fix, (("services", service, "headless"),))


def _of_a_secret(workload: Workload, at: Path, name: str) -> Iterator[Diagnostic]:
    """Hold a part of another secret to those whose one value the platform knows for as long as it stands."""
    yield from declared_secret(workload, at, name)
    secret = workload.secrets.get(name)
    has_a_value_before = any(isinstance(each, PreviousSecret) and each.of == name for each in workload.secrets.values())
    lasting = isinstance(secret, GeneratedSecret) and secret.tokens == 1 and secret.rotate_every_days is None
    lasting = lasting and not has_a_value_before
    if secret is not None and not lasting and not isinstance(secret, ProvidedSecret | SigningKeySecret):
        allowed = (
            "a secret with one value that never changes by itself: provided, signing_key, or generated without rotation"
        )
        fix = "name an output of the platform instead, or combine the two in the product"
        yield Diagnostic(at, f"{_PREFIX}{name}", allowed, fix, (("secrets", name),))
