"""Rules over web ACLs: that they hold rules, that these act, and that what they do is written down."""

from collections import Counter
from collections.abc import Iterator, Sequence

from policies.about import high, medium
from policies.rule import PRODUCTION, resource_rule, stack_rule
from policies.view import UNKNOWN, Absent, Resource

_ACL = "aws:wafv2/webAcl:WebAcl"
_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"
_ACTIONS = ("action", "overrideAction")
_FILTERS = "loggingFilter.filters"


@resource_rule(
    "firewall-has-rules",
    "A web ACL holds rules",
    _ACL,
    about=high(
        "Every request passes, and everybody believes that it is filtered.",
        "Add the managed rule groups, and a rate limit.",
        "CKV_AWS_175",
        "PCI DSS 6.4.1",
    ),
)
def firewall_has_rules(firewall: Resource) -> Iterator[str]:
    if not firewall.has("rules") and not firewall.has("ruleJson"):
        yield "rules is empty; add the managed rule groups"


@resource_rule(
    "firewall-rules-act",
    "In production the rules of a web ACL do more than count",
    _ACL,
    environments=PRODUCTION,
    about=medium(
        "What a rule finds passes all the same.",
        "Set overrideAction to none, or the rule's action to block.",
        "CKV_AWS_342",
    ),
)
def firewall_rules_act(firewall: Resource) -> Iterator[str]:
    rules = firewall.places("rules")
    counting = [
        str(firewall.value(f"{rule}.name"))
        for rule in rules
        if not all(isinstance(firewall.value(f"{rule}.{action}.count"), Absent) for action in _ACTIONS)
    ]
    if rules and len(counting) == len(rules):
        yield f"every rule only counts ({', '.join(counting)}); let them block"


@stack_rule(
    "firewall-logged",
    "Every web ACL writes down what it did",
    about=medium(
        "Nobody can say what was blocked, or by mistake.",
        "Add a wafv2.WebAclLoggingConfiguration for the web ACL.",
        "CKV2_AWS_31",
        "PCI DSS 10.2.1.1",
        "SOC 2 PI1.2",
    ),
)
def firewall_logged(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """A configuration names its web ACL by an ARN that a preview does not know, so each component's are counted."""
    logged = Counter(each.parent for each in resources if each.type == _LOGGING)
    acls = Counter(each.parent for each in resources if each.type == _ACL)
    for firewall in resources:
        if firewall.type == _ACL and logged[firewall.parent] < acls[firewall.parent]:
            yield firewall, "no WebAclLoggingConfiguration beside it; add one"


@resource_rule(
    "firewall-log-keeps-blocked",
    "The log of a web ACL keeps the requests that were blocked",
    _LOGGING,
    about=medium(
        "An attack that was stopped is never heard of.",
        "Keep BLOCK in loggingFilter, or leave the filter out.",
        "PCI DSS 10.2.1.1",
    ),
)
def firewall_log_keeps_blocked(logging: Resource) -> Iterator[str]:
    if logging.value("loggingFilter.defaultBehavior") != "DROP":
        return
    filters = logging.value(_FILTERS)
    if filters is not UNKNOWN and not any(_keeps_blocked(logging, each) for each in logging.places(_FILTERS)):
        yield "loggingFilter drops the requests that were blocked; keep them"


def _keeps_blocked(logging: Resource, path: str) -> bool:
    conditions = logging.places(f"{path}.conditions")
    actions = [logging.value(f"{condition}.actionCondition.action") for condition in conditions]
    conditions_known = logging.value(f"{path}.conditions") is not UNKNOWN
    kept = "BLOCK" in actions or UNKNOWN in actions or not conditions_known
    return kept and logging.is_set(f"{path}.behavior", "KEEP")


RULES = (firewall_has_rules, firewall_rules_act, firewall_logged, firewall_log_keeps_blocked)
