"""What is known of each type of WAF, beside what is derived."""

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Resource, Resources
from offline_cloud.cloud.core.uniqueness import once
from offline_cloud.cloud.core.wordings import matches, unique
from offline_cloud.cloud.services.wafv2 import outputs, rules

RESOURCES: Resources = {
    facts.IP_SET: Resource(
        id="{uuid}", outputs=outputs.ip_set, unique=once("name scope", "WAFDuplicateItemException"),
        checks=(matches("addresses[]", r".+/\d{1,3}", "an address with its prefix, such as 203.0.113.7/32"),),
        held_by=Dependents("WAFAssociatedItemException", {facts.WEB_ACL: "rules"}),
    ),
    facts.WEB_ACL: Resource(
        id="{uuid}", outputs=outputs.web_acl, unique=once("name scope", "WAFDuplicateItemException"),
        checks=(
            matches(
                "visibilityConfig.metricName", r"[A-Za-z0-9_-]{1,128}", "letters, digits, hyphens and underscores",
            ),
            matches(
                "rules[].visibilityConfig.metricName", r"[A-Za-z0-9_-]{1,128}",
                "letters, digits, hyphens and underscores",
            ),
            unique("rules[].priority"), unique("rules[].name"), rules.check_web_acl,
        ),
        states=(rules.overrides_name_rules,),
        held_by=Dependents(
            "WAFAssociatedItemException", {facts.WEB_ACL_ASSOCIATION: "webAclArn", facts.DISTRIBUTION: "webAclId"},
        ),
    ),
    facts.WEB_ACL_ASSOCIATION: Resource(
        id="{webAclArn},{resourceArn}", unique=once("resourceArn", "WAFAssociatedItemException"),
        states=(rules.association_in_region,),
    ),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": Resource(
        id="{resourceArn}", checks=(rules.check_logging,),
    ),
}  # fmt: skip
