"""Rules about exceptions from the firewall's managed rules."""

from collections.abc import Iterator

from settings.checks.common import repeated
from settings.diagnostics import Diagnostic
from settings.facts.firewall import MANAGED_RULES, READ
from settings.raw import Path
from settings.suggest import choose, listed
from settings.workload import Workload
from settings.workload.delivery import PATTERN_LENGTH, FirewallException

_SQL = "AWSManagedRulesSQLiRuleSet"


def check(workload: Workload) -> Iterator[Diagnostic]:
    """Report exceptions from rules that do not exist, do not block, or are not tried for this product."""
    exceptions = workload.ingress.firewall_exceptions
    place: Path = ("ingress", "firewall_exceptions")
    for index, stated in enumerate(exceptions):
        at = (*place, index)
        yield from _rule(at, stated)
        yield from repeated((((*at, "paths", number), path) for number, path in enumerate(stated.paths)), "path")
        length = sum(len(path) + 1 for path in stated.paths)
        if length > PATTERN_LENGTH:
            allowed = f"paths of {PATTERN_LENGTH} characters together (WAF); these have {length}"
            yield Diagnostic((*at, "paths"), f"{len(stated.paths)} paths", allowed, "name what they have in common")
        if stated.group == _SQL and workload.database is None:
            allowed = "a group that is tried: the rules against SQL injection are for products with a `database:`"
            yield Diagnostic((*at, "group"), stated.group, allowed, "name another group", (("database",),))
    rules = (((*place, index, "rule"), f"{each.group} {each.rule}") for index, each in enumerate(exceptions))
    yield from repeated(rules, "rule")
    if exceptions and not workload.ingress.routes:
        allowed = "exceptions for routes that exist"
        yield Diagnostic(place, f"{len(exceptions)} exceptions", allowed, "add `routes:`", (("ingress", "routes"),))


def _rule(at: Path, stated: FirewallException) -> Iterator[Diagnostic]:
    group = MANAGED_RULES[stated.group]
    if stated.rule in group.counted:
        allowed = f"a rule that blocks: {stated.rule} only counts, on every path"
        yield Diagnostic((*at, "rule"), stated.rule, allowed, "name the rule that the firewall's log names as BLOCK")
    elif stated.rule not in group.labels:
        known = set(group.labels) - group.counted
        allowed = f"a rule of {stated.group} as AWS listed it on {READ}: {listed(known)}"
        fix = choose(stated.rule, known, f"see {group.source}")
        yield Diagnostic((*at, "rule"), stated.rule, allowed, fix, ((*at, "group"),))
