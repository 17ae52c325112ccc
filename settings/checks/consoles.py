"""Rules about the operators' consoles."""

from collections.abc import Iterator

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.raw import ABSENT, Path
from settings.runtimes import Feature, offering

_PLACE: Path = ("consoles",)


def check(context: StackContext) -> Iterator[Diagnostic]:
    """They run in a cluster, their certificate needs the product's zone, and signing on needs a way out."""
    stack, sign_on = context.stack, context.stack.consoles.sign_on
    if sign_on is None:
        return
    lack = stack.offers.lacks.get(Feature.CONSOLES)
    if lack is not None:
        allowed = f"{offering(Feature.CONSOLES)}: {lack.why}"
        yield Diagnostic(("runtime",), stack.runtime, allowed, "remove consoles", (_PLACE,))
    if stack.network.nat == "none":
        allowed = "a NAT gateway: the consoles' load balancer asks the identity provider"
        yield Diagnostic(("network", "nat"), stack.network.nat, allowed, "use single, or remove consoles", (_PLACE,))
    if not context.workload.ingress.routes:
        allowed = "a product with routes: the consoles' certificate is validated in the zone of their hosts"
        yield Diagnostic(_PLACE, "consoles", allowed, "forward their ports instead", of_product(("ingress", "routes")))
    name = sign_on.client_secret
    if name not in stack.provided_secrets:
        allowed = f"a value, which consoles.sign_on names as its client's secret ({name})"
        fix = f"set it with `pulumi config set --secret --path groundwork:secrets.{name}`"
        yield Diagnostic(("secrets", name), ABSENT, allowed, fix, ((*_PLACE, "sign_on", "client_secret"),))
