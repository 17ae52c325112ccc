"""Rules about secrets: every value has a source, every source a use."""

from collections.abc import Iterator

from settings.checks.common import component_present, declared_secret, repeated
from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import ABSENT, Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.secrets import STORED_OUTPUTS, GeneratedSecret, PreviousSecret, ProvidedSecret, WiredSecret


def check(workload: Workload) -> Iterator[Finding]:
    for name, secret in workload.secrets.items():
        if isinstance(secret, WiredSecret):
            yield from component_present(workload, ("secrets", name, "output"), secret.output)
        if isinstance(secret, PreviousSecret):
            yield from _previous(workload, ("secrets", name, "of"), secret.of)
    for name, service in workload.services.items():
        yield from _read_by_code(workload, ("services", name, "reads_secrets"), service.reads_secrets)
    if workload.migration:
        for index, name in enumerate(workload.migration.secrets):
            yield from declared_secret(workload, ("migration", "secrets", index), name)


def _previous(workload: Workload, path: Path, name: str) -> Iterator[Finding]:
    """Only what the platform makes has a value before that it keeps; a list holds its own."""
    generated = {other: each for other, each in workload.secrets.items() if isinstance(each, GeneratedSecret)}
    single = [other for other, each in generated.items() if each.tokens == 1]
    if name not in workload.secrets:
        yield from declared_secret(workload, path, name)
    elif name not in single:
        allowed = f"a generated secret of one value: {listed(single)}"
        mend = "remove it: the list itself holds the values before" if name in generated else "remove it"
        yield Finding(path, name, allowed, choose(name, single, mend), (("secrets", name),))


def _read_by_code(workload: Workload, path: Path, names: tuple[str, ...]) -> Iterator[Finding]:
    """Code finds in Secrets Manager what stands there by itself: no part of a document, no address of a pod."""
    yield from repeated((((*path, index), name) for index, name in enumerate(names)), "secret")
    for index, name in enumerate(names):
        yield from declared_secret(workload, (*path, index), name)
        secret = workload.secrets.get(name)
        if isinstance(secret, WiredSecret) and secret.output not in STORED_OUTPUTS:
            allowed = (
                f"a secret that Secrets Manager holds whole; {secret.output} is not among {listed(STORED_OUTPUTS)}"
            )
            mend = "name it under `secrets:` instead"
            yield Finding((*path, index), name, allowed, mend, (("secrets", name, "output"),))


def check_provided(context: StackContext) -> Iterator[Finding]:
    """Hold the names of the values under the stack's `secrets` against what the product declares."""
    provided = {name for name, secret in context.workload.secrets.items() if isinstance(secret, ProvidedSecret)}
    sign_ons = (context.stack.ingress.sign_on, context.stack.consoles.sign_on)
    clients = {each.client_secret for each in sign_ons if each}
    for name in context.stack.provided_secrets:
        if name not in provided | clients:
            mend = choose(name, provided, f"remove it with `pulumi config rm --path groundwork:secrets.{name}`")
            allowed = f"a provided secret of the product: {listed(provided)}"
            yield Finding(("secrets", name), name, allowed, mend, (("workload",),))
    for name, secret in context.workload.secrets.items():
        if isinstance(secret, ProvidedSecret) and secret.required and name not in context.stack.provided_secrets:
            mend = (
                f"set it with `pulumi config set --secret --path groundwork:secrets.{name}`; "
                f"offline, any value will do: make preview CONFIG=groundwork:secrets.{name}=any"
            )
            allowed = f"a value, which {context.workload.name} requires"
            yield Finding(("secrets", name), ABSENT, allowed, mend, (("workload",),))
