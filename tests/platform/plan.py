"""What is lived and what is previewed: every stack of this project meets every product, each pair once.

A life is a preview, an `up`, a second `up`, a refresh and a destruction; its preview is the pair's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

PRIMARY = "prod"
SECONDARY = "prod-eu-west-1"


@dataclass(frozen=True)
class Form:
    """A product on a stack, with what is laid over the stack's settings.

    With `beside`, the secondary region is previewed while this primary lives: it reads the primary's outputs.
    """

    workload: str
    stack: str
    settings: tuple[str, ...] = ()
    beside: bool = False

    @property
    def name(self) -> str:
        return "-".join((self.stack, *(setting.rpartition("=")[2] for setting in self.settings)))

    @property
    def options(self) -> tuple[str, ...]:
        return tuple(option for setting in self.settings for option in ("-c", setting))


LIVES = {
    "openibank": (Form("openibank", "dev"), Form("openibank", PRIMARY), Form("openibank", SECONDARY)),
    "service-layer": (Form("service-layer", PRIMARY, beside=True),),
    "gridtokenx": (
        Form("gridtokenx", PRIMARY, beside=True),
        # The third form of the product's guide: the same product on Fargate, with its backups in a second region.
        Form(
            "gridtokenx",
            PRIMARY,
            (
                "groundwork:runtime=ecs",
                "groundwork:replica_regions[0]=us-west-2",
                "groundwork:backup.copy_region=us-west-2",
            ),
        ),
    ),
    "waiver-exchange": (Form("waiver-exchange", "budget"), Form("waiver-exchange", PRIMARY, beside=True)),
    "ai-trading": (Form("ai-trading", PRIMARY, beside=True),),
}
PREVIEWS = (
    ("openibank", "staging"),
    ("openibank", "budget"),
    ("service-layer", "dev"),
    ("service-layer", "staging"),
    ("gridtokenx", "dev"),
    ("gridtokenx", "budget"),
    ("waiver-exchange", "dev"),
    ("waiver-exchange", "staging"),
    ("ai-trading", "dev"),
    ("ai-trading", "staging"),
)
ADVISED = frozenset(
    {
        # No stack of this repository states `backup.copy_region`, which costs as much again.
        "data-leaves-the-region",
        # CloudFront's log of a static site's files would say who read them, and nothing of the product.
        "distribution-logged",
        # One of OpeniBank's services scales from one, as its guide says.
        "scaled-from-two",
        # Grafana's administrator, and the database's where RDS cannot keep it (docs/adr/0010).
        "secret-rotated",
        # Tasks read the cache's whole URL, which is composed of this one.
        "secret-has-reader",
    }
)
"""The policies that advise what stacks of this repository leave, each with its reason."""

REFUSED = {
    # Its series, its signatures and its encryption inside the network all take a cluster.
    ("ai-trading", "budget"): (
        "ai-trading has `timeseries:`, which needs a Kubernetes cluster",
        "ai-trading has `image_policy:`, which needs a Kubernetes cluster",
        "ai-trading has `transit_encryption:`, which needs a Kubernetes cluster",
        "verifying a keyless signature needs Sigstore's public roots",
        "155 connections beside the 20 kept back; a rollout opens trading-app 40",
    ),
    ("service-layer", "budget"): ("service-layer runs its event bus on a cluster",),
    # 20 pods of 50 connections each, and more while they roll; a stack of its own names a larger class.
    ("gridtokenx", "staging"): ("connections beside the 20 kept back; a rollout opens api-gateway 1500",),
}
"""Products that a stack has no room for, and what the refusal says, a reason each."""

SNAPSHOTS = (
    Form("openibank", "dev"),
    Form("openibank", PRIMARY),
    Form("openibank", SECONDARY),
    Form("waiver-exchange", "budget"),
)
"""Whose URNs are written down in urns/: each stack that is lived, with the product it states itself."""


def pairs() -> Iterator[tuple[str, str]]:
    """Every product and stack that is lived, previewed or refused; a life with other settings is no pair of its own."""
    for form in (form for forms in LIVES.values() for form in forms):
        if not form.settings:
            yield form.workload, form.stack
        if form.beside:
            yield form.workload, SECONDARY
    yield from PREVIEWS
    yield from REFUSED
