"""Broken web ACLs and CDNs: what the internet meets first."""

from tests.policies.broken import DELETED, DISTRIBUTION, Broken

_ACL = "aws:wafv2/webAcl:WebAcl"
_LOGGING = "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration"

BROKEN: list[Broken] = [
    ("firewall-has-rules", _ACL, "rules", []),
    ("firewall-has-rules", _ACL, "rules", DELETED),
    ("firewall-rules-act", _ACL, "rules.0.overrideAction", {"count": {"a": 1}}),
    ("firewall-log-keeps-blocked", _LOGGING, "loggingFilter.filters.0.behavior", "DROP"),
    ("firewall-log-keeps-blocked", _LOGGING, "loggingFilter.filters", []),
    ("distribution-own-certificate", DISTRIBUTION, "viewerCertificate.cloudfrontDefaultCertificate", True),
    ("distribution-own-certificate", DISTRIBUTION, "viewerCertificate.minimumProtocolVersion", DELETED),
    ("distribution-paths-https", DISTRIBUTION, "orderedCacheBehaviors.0.viewerProtocolPolicy", "allow-all"),
    ("distribution-security-headers", DISTRIBUTION, "defaultCacheBehavior.responseHeadersPolicyId", DELETED),
    ("distribution-has-firewall", DISTRIBUTION, "webAclId", DELETED),
    ("distribution-origin-closed", DISTRIBUTION, "origins.1.originAccessControlId", DELETED),
]
