"""Mistakes in exceptions from the firewall's managed rules."""

from settings.raw import Raw
from tests.settings.bad_input.case import workload
from tests.settings.product import DELETE

_PLACE = "ingress.firewall_exceptions"
_FIRST = f"{_PLACE}[0]"
_CORE = "AWSManagedRulesCommonRuleSet"
_POSTS: dict[str, Raw] = {
    "group": _CORE,
    "rule": "CrossSiteScripting_BODY",
    "paths": ["/posts"],
    "reason": "Authors write HTML, which the service cleans",
}
_ALSO: dict[str, Raw] = {_PLACE: [_POSTS]}

CASES = (
    workload(f"{_FIRST}.reason", DELETE, "a sentence of 10 to 500 characters", "add `reason:", also=_ALSO),
    workload(f"{_FIRST}.reason", "needed", "a sentence of 10 to 500 characters", "write it like", also=_ALSO),
    workload(f"{_FIRST}.group", "CommonRuleSet", _CORE, "", also=_ALSO),
    workload(
        f"{_FIRST}.rule",
        "CrossSiteScripting_Body",
        f"a rule of {_CORE} as AWS listed it on 2026-11-29",
        "did you mean 'CrossSiteScripting_BODY'?",
        also=_ALSO,
    ),
    workload(f"{_FIRST}.rule", "SQLi_BODY", f"a rule of {_CORE}", "see https://docs.aws.amazon.com/waf", also=_ALSO),
    workload(
        f"{_FIRST}.rule",
        "SizeRestrictions_BODY",
        "a rule that blocks: SizeRestrictions_BODY only counts",
        "name the rule that the firewall's log names",
        also=_ALSO,
    ),
    workload(f"{_FIRST}.paths", [], "at least 1", "", also=_ALSO),
    workload(f"{_FIRST}.paths", ["/"], "a path of letters", "write it like", at=f"{_FIRST}.paths[0]", also=_ALSO),
    workload(f"{_FIRST}.paths", ["/a", "/a"], "each path once", "remove it", at=f"{_FIRST}.paths[1]", also=_ALSO),
    workload(
        f"{_FIRST}.paths",
        [f"/{'a' * 100}{number}" for number in range(4)],
        "paths of 400 characters together (WAF); these have 412",
        "name what they have in common",
        given="4 paths",
        also=_ALSO,
    ),
    workload(
        _PLACE,
        [_POSTS, {**_POSTS, "paths": ["/pages"]}],
        "each rule once",
        "remove it",
        at=f"{_PLACE}[1].rule",
        given="CrossSiteScripting_BODY",
    ),
)
