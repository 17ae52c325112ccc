"""The ways out of a product's tasks: to what it uses, to what ECS itself needs, and to what the workload file names."""

from collections.abc import Iterator, Sequence

from components.product.reach import DataTier, PublicAddresses, Reach
from components.runtimes.ecs.egress import EgressRule
from settings import PlatformSettings
from settings.arithmetic.tasks import product_job_names
from settings.facts import ports
from settings.workload.service import Egress

_ANYWHERE = "0.0.0.0/0"


def egress_rules(
    reach: Sequence[Reach], name: str, uses: Sequence[str], egress: Sequence[Egress], data_cidrs: Sequence[str]
) -> list[EgressRule]:
    """Return what one service or job needs: images, secrets and logs come over HTTPS."""
    outside = [
        EgressRule(key=each.name, purpose=f"Outside: {each.name}", port=each.port, cidr=each.cidr or _ANYWHERE)
        for each in egress
        if (each.port, each.cidr) != (ports.HTTPS, None)
    ]
    used = [rule for each in reach if each.is_for(name, tuple(uses)) for rule in _to(each, data_cidrs)]
    https = EgressRule(key="https", purpose="Registry, Secrets Manager, logs", port=ports.HTTPS, cidr=_ANYWHERE)
    return [https, *used, *outside]


def _to(reach: Reach, data_cidrs: Sequence[str]) -> Iterator[EgressRule]:
    """Name the ranges that a task may connect to.

    AWS's own services answer over HTTPS, which every task has; a service of the product is let in where both security
    groups are known.
    """
    purpose = f"The {reach.use.replace('_', ' ')}"
    for port in reach.ports:
        key = reach.name if port == reach.ports[0] else f"{reach.name}-{port}"
        if isinstance(reach.place, DataTier):
            for index, cidr in enumerate(data_cidrs, start=1):
                yield EgressRule(key=f"{key}-{index}", purpose=purpose, port=port, cidr=cidr)
        elif isinstance(reach.place, PublicAddresses):
            yield EgressRule(key=key, purpose=purpose, port=port, cidr=_ANYWHERE)


def all_egress_rules(settings: PlatformSettings, reach: Sequence[Reach], data_cidrs: Sequence[str]) -> list[EgressRule]:
    """Return what everything of a product needs together, for a machine that carries all of it."""
    workload = settings.workload
    members = [
        *workload.services.items(),
        *((name, workload.jobs[name]) for name in product_job_names(settings)),
    ]
    # The platform's own jobs run on the machine too, and reach what holds the product's data.
    stores = [each.use for each in reach if isinstance(each.place, DataTier)]
    opened = [
        rule
        for name, each in members
        for rule in egress_rules(reach, name, [*each.uses, *stores], each.egress, data_cidrs)
    ]
    return list({(rule.port, rule.cidr): rule for rule in opened}.values())
