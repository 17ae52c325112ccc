"""Rules about the operators' consoles."""

from collections.abc import Iterator

from settings.checks.context import StackContext
from settings.problems import Finding
from settings.raw import ABSENT, Path

_PLACE: Path = ("consoles",)
_PRODUCT: tuple[Path, ...] = (("workload",),)


def check(context: StackContext) -> Iterator[Finding]:
    """They run in a cluster, their certificate needs the product's zone, and signing on needs a way out."""
    stack, sign_on = context.stack, context.stack.consoles.sign_on
    if sign_on is None:
        return
    if stack.runtime != "eks":
        yield Finding(("runtime",), stack.runtime, "eks: the consoles run in a cluster", "remove consoles", (_PLACE,))
    if stack.network.nat == "none":
        allowed = "a NAT gateway: the consoles' load balancer asks the identity provider"
        yield Finding(("network", "nat"), stack.network.nat, allowed, "use single, or remove consoles", (_PLACE,))
    if not context.workload.ingress.routes:
        allowed = "a product with routes, whose zone the certificate is proven by"
        yield Finding(_PLACE, "consoles", allowed, "forward their ports instead", _PRODUCT)
    name = sign_on.client_secret
    if name not in stack.provided_secrets:
        allowed = f"a value, which consoles.sign_on names as its client's secret ({name})"
        mend = f"set it with `pulumi config set --secret --path groundwork:secrets.{name}`"
        yield Finding(("secrets", name), ABSENT, allowed, mend, ((*_PLACE, "sign_on", "client_secret"),))
