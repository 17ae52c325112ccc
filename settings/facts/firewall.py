"""The rules of AWS's managed rule groups, and the label that each leaves on a request that it matches.

A label is compared letter by letter, and does not follow from the rule's name; and WAF takes an override of a rule that
does not exist without a word. So a rule is known from here or not at all: those whose label AWS's pages did not state
when they were read are left out.
https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal

READ = "2026-11-29"
"""The day on which the pages were read."""

ManagedGroupName = Literal[
    "AWSManagedRulesCommonRuleSet", "AWSManagedRulesKnownBadInputsRuleSet", "AWSManagedRulesSQLiRuleSet"
]


@dataclass(frozen=True, kw_only=True)
class ManagedRules:
    """One group: the start of its labels, and the rest of the label of each rule that blocks.

    `counted` are rules that the platform only counts, on every path.
    """

    source: str
    namespace: str
    labels: Mapping[str, str]
    counted: frozenset[str] = frozenset()

    def label(self, rule: str) -> str:
        """Return the whole label of a rule. Raises KeyError for one that is not in the table."""
        return f"{self.namespace}:{self.labels[rule]}"


_PARTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BODY": "Body",
        "COOKIE": "Cookie",
        "HEADER": "Header",
        "QUERYARGUMENTS": "QueryArguments",
        "QUERYSTRING": "QueryString",
        "URIPATH": "URIPath",
    }
)


def _labels(kinds: Mapping[str, str], **others: str) -> dict[str, str]:
    """Give `<kind>_<PART>` its label `<kind>_<Part>`, as most rules have it; `others` have one of their own."""
    usual = {f"{kind}_{part}": f"{kind}_{_PARTS[part]}" for kind, parts in kinds.items() for part in parts.split()}
    return {**usual, **others}


_GUIDE: Final = "https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups"

MANAGED_RULES: Final[Mapping[ManagedGroupName, ManagedRules]] = MappingProxyType(
    {
        "AWSManagedRulesCommonRuleSet": ManagedRules(
            source=f"{_GUIDE}-baseline.html",
            namespace="awswaf:managed:aws:core-rule-set",
            labels=_labels(
                {
                    "SizeRestrictions": "QUERYSTRING BODY URIPATH",
                    "EC2MetaDataSSRF": "BODY COOKIE URIPATH QUERYARGUMENTS",
                    "GenericLFI": "QUERYARGUMENTS URIPATH BODY",
                    "RestrictedExtensions": "URIPATH QUERYARGUMENTS",
                    "GenericRFI": "QUERYARGUMENTS BODY URIPATH",
                    "CrossSiteScripting": "COOKIE QUERYARGUMENTS BODY URIPATH",
                },
                NoUserAgent_HEADER="NoUserAgent_Header",
                UserAgent_BadBots_HEADER="BadBots_Header",
                SizeRestrictions_Cookie_HEADER="SizeRestrictions_Cookie_Header",
            ),
            # A body above 8 KiB is no attack on an API: WAF inspects the first 8 KiB, and the rule counts the rest.
            counted=frozenset({"SizeRestrictions_BODY"}),
        ),
        "AWSManagedRulesKnownBadInputsRuleSet": ManagedRules(
            source=f"{_GUIDE}-baseline.html",
            namespace="awswaf:managed:aws:known-bad-inputs",
            labels=_labels(
                {
                    "JavaDeserializationRCE": "HEADER BODY URIPATH QUERYSTRING",
                    "Log4JRCE": "HEADER QUERYSTRING BODY URIPATH",
                    "ReactJSRCE": "BODY",
                    "ExploitablePaths": "URIPATH",
                },
                Host_localhost_HEADER="Host_Localhost_Header",
                PROPFIND_METHOD="Propfind_Method",
            ),
        ),
        "AWSManagedRulesSQLiRuleSet": ManagedRules(
            source=f"{_GUIDE}-use-case.html",
            namespace="awswaf:managed:aws:sql-database",
            labels=_labels({"SQLi": "QUERYARGUMENTS BODY COOKIE", "SQLiExtendedPatterns": "QUERYARGUMENTS BODY"}),
        ),
    }
)
