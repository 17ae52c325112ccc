"""Rules about secrets: every value has a source, every source a use."""

from collections.abc import Iterator

from settings.checks.common import component_present, declared_secret, repeated
from settings.checks.variables import check_text
from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.outputs import STORED_OUTPUTS
from settings.workload.secrets import (
    GeneratedSecret,
    PreviousSecret,
    ProvidedSecret,
    SigningKeySecret,
    TextSecret,
    WiredSecret,
)


def check(workload: Workload) -> Iterator[Diagnostic]:
    # What they are called in the program's state is in lower case, with hyphens alone.
    labels = ((("secrets", name), name.lower().replace("_", "-")) for name in workload.secrets)
    yield from repeated(labels, "secret, whatever its case, hyphens and underscores,")
    for name, secret in workload.secrets.items():
        if isinstance(secret, WiredSecret):
            yield from component_present(workload, ("secrets", name, "output"), secret.output)
        if isinstance(secret, TextSecret):
            yield from check_text(workload, name, secret)
        if isinstance(secret, PreviousSecret):
            yield from _previous(workload, ("secrets", name, "of"), secret.of)
    for name, service in workload.services.items():
        yield from _read_by_code(workload, ("services", name, "reads_secrets"), service.reads_secrets)
    yield from _renamed(workload)


def _renamed(workload: Workload) -> Iterator[Diagnostic]:
    """A value goes on under one other name, which draws it in the same way."""
    renamed = {
        name: secret
        for name, secret in workload.secrets.items()
        if isinstance(secret, GeneratedSecret | SigningKeySecret) and secret.renamed_from is not None
    }
    places = ((("secrets", name, "renamed_from"), secret.renamed_from or "") for name, secret in renamed.items())
    yield from repeated(places, "earlier name")
    for name, secret in renamed.items():
        path, before = ("secrets", name, "renamed_from"), secret.renamed_from or ""
        older = workload.secrets.get(before)
        concerns = (("secrets", name), ("secrets", before))
        if isinstance(secret, GeneratedSecret) and secret.rotate_every_days is not None:
            allowed = "a secret that is not rotated: Secrets Manager makes the values of one that is, under one name"
            yield Diagnostic(path, before, allowed, "remove it", concerns)
        elif before == name:
            yield Diagnostic(path, before, "the name that it had before", "remove it", concerns)
        elif older is not None and older != secret.model_copy(update={"renamed_from": None}):
            allowed = f"the name of a secret that states what {name} states, for as long as both are declared"
            fix = f"state under {before} what {name} states, without renamed_from"
            yield Diagnostic(path, before, allowed, fix, concerns)


def _previous(workload: Workload, path: Path, name: str) -> Iterator[Diagnostic]:
    """Only what the platform makes has a value before that it keeps; a list holds its own."""
    generated = {other: each for other, each in workload.secrets.items() if isinstance(each, GeneratedSecret)}
    single = [other for other, each in generated.items() if each.tokens == 1]
    if name not in workload.secrets:
        yield from declared_secret(workload, path, name)
    elif name not in single:
        allowed = f"a generated secret of one value: {listed(single)}"
        fix = "remove it: the list itself holds the values before" if name in generated else "remove it"
        yield Diagnostic(path, name, allowed, choose(name, single, fix), (("secrets", name),))


def _read_by_code(workload: Workload, path: Path, names: tuple[str, ...]) -> Iterator[Diagnostic]:
    """Code finds in Secrets Manager what stands there by itself: no part of a document, no address of a pod."""
    yield from repeated((((*path, index), name) for index, name in enumerate(names)), "secret")
    for index, name in enumerate(names):
        yield from declared_secret(workload, (*path, index), name)
        secret = workload.secrets.get(name)
        if isinstance(secret, TextSecret):
            allowed = "a secret that is stored by itself, not one that is composed for a container"
            fix = "name it under `secrets:` instead"
            yield Diagnostic((*path, index), name, allowed, fix, (("secrets", name),))
        if isinstance(secret, WiredSecret) and secret.output not in STORED_OUTPUTS:
            allowed = (
                f"a secret that Secrets Manager holds whole; {secret.output} is not among {listed(STORED_OUTPUTS)}"
            )
            fix = "name it under `secrets:` instead"
            yield Diagnostic((*path, index), name, allowed, fix, (("secrets", name, "output"),))


def check_provided(context: StackContext) -> Iterator[Diagnostic]:
    """Hold the names of the values under the stack's `secrets` against what the product declares."""
    provided = {name for name, secret in context.workload.secrets.items() if isinstance(secret, ProvidedSecret)}
    sign_ons = (context.stack.ingress.sign_on, context.stack.consoles.sign_on)
    clients = {each.client_secret for each in sign_ons if each}
    for name in context.stack.provided_secrets:
        if name not in provided | clients:
            fix = choose(name, provided, f"remove it with `pulumi config rm --path {_key(name)}`")
            allowed = f"a provided secret of the product: {listed(provided)}"
            concerns = of_product(("secrets",), *(("secrets", each, "kind") for each in context.workload.secrets))
            yield Diagnostic(("secrets", name), name, allowed, fix, concerns)
    for name, secret in context.workload.secrets.items():
        if isinstance(secret, ProvidedSecret) and secret.required and name not in context.stack.provided_secrets:
            fix = (
                f"set it with `pulumi config set --secret --path {_key(name)}`; "
                f"offline, any value will do: make preview CONFIG={_key(name)}=any"
            )
            allowed = f"a value, which {context.stack.workload} requires"
            concerns = of_product(("secrets", name, "kind"), ("secrets", name, "required"))
            yield Diagnostic(("secrets", name), ABSENT, allowed, fix, concerns)


def _key(name: str) -> str:
    """Write a secret's key as `pulumi config --path` and a shell take it: a dot in a name is no step of the path."""
    return f"groundwork:secrets.{name}" if name.isidentifier() else f"'groundwork:secrets[\"{name}\"]'"
