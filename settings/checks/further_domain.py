"""Rules about a product that answers under two domains, while it moves from one to the other."""

from collections.abc import Iterator

from settings.context import StackContext, of_product
from settings.diagnostics import Diagnostic
from settings.further_domain import FurtherDomain
from settings.raw import Path
from settings.workload import Workload

_PLACE: Path = ("ingress", "further_domain")
_QUOTAS = "https://docs.aws.amazon.com/elasticloadbalancing/latest/application/load-balancer-limits.html"
_COMMON_NAME = 64
"""https://docs.aws.amazon.com/acm/latest/APIReference/API_RequestCertificate.html: the first name's characters."""


def check(context: StackContext) -> Iterator[Diagnostic]:
    stack, further = context.stack, context.stack.ingress.further_domain
    if further is None:
        return
    yield from _another(context, further)
    shared: tuple[tuple[Path, object], ...] = (
        (("ingress", "routing"), stack.ingress.routing), (("primary_stack",), stack.primary_stack)
    )  # fmt: skip
    for path, given in shared:
        if given is not None:
            allowed = "none beside ingress.further_domain: the names are not this stack's alone"
            yield Diagnostic(path, given, allowed, "move the domain of a region that has it to itself", (_PLACE,))
    if stack.existing.zone is not None and stack.existing.zone.take_over:
        allowed = "false beside ingress.further_domain: a zone that was taken over stays what it is"
        yield Diagnostic(("existing", "zone", "take_over"), True, allowed, "let go of it first", (_PLACE,))
    yield from _served(context.workload, further)
    if stack.ingress.sign_on is not None and stack.ingress.cdn and context.workload.ingress.cdn is not None:
        allowed = f"none where people sign on behind a CDN: a rule of the listener takes five values ({_QUOTAS})"
        concerns = (("ingress", "sign_on"), ("ingress", "cdn"), *of_product(("ingress", "cdn")))
        yield Diagnostic(_PLACE, further.name, allowed, "set ingress.cdn to false for the move", concerns)


def _another(context: StackContext, further: FurtherDomain) -> Iterator[Diagnostic]:
    path: Path = (*_PLACE, "name")
    if further.name == context.stack.domain:
        allowed = f"another domain than the stack's own, {context.stack.domain}"
        yield Diagnostic(path, further.name, allowed, "write the other one, or remove the section", (("domain",),))
    elif len(further.name) > _COMMON_NAME:
        yield Diagnostic(path, further.name, f"at most {_COMMON_NAME} characters (ACM)", "choose a shorter one")


def _served(workload: Workload, further: FurtherDomain) -> Iterator[Diagnostic]:
    """CloudFront's own sites have one name each, and nothing answers where there are no routes."""
    if not workload.ingress.routes:
        allowed = "none for a product without routes: nothing answers under a domain"
        yield Diagnostic(_PLACE, further.name, allowed, "remove it", of_product(("ingress", "routes")))
    sites = [("static_sites", name) for name in workload.static_sites]
    sites += [("buckets", name) for name, bucket in workload.buckets.items() if bucket.cdn is not None]
    for site in sites:
        allowed = f"none for a product that serves {'.'.join(site)} by a distribution of its own, which has one name"
        fix = "serve it under another product's domain first, or state the new domain with an interruption"
        yield Diagnostic(_PLACE, further.name, allowed, fix, of_product(site))
