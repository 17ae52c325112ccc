"""Rules over the load balancer and what stands before it."""

from collections.abc import Iterator, Sequence

from policies.about import high, medium
from policies.rule import PRODUCTION, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER = "aws:lb/listener:Listener"
_FIREWALL = "aws:wafv2/webAcl:WebAcl"
_DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
# https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html
_MODERN_TLS = ("ELBSecurityPolicy-TLS13-1-2", "ELBSecurityPolicy-TLS13-1-3", "ELBSecurityPolicy-FS-1-2")


@resource_rule(
    "listener-modern-tls",
    "Listeners speak TLS 1.2 or newer",
    _LISTENER,
    repair=lambda _: {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06"},
    about=high(
        "A client can be talked down to a TLS that can be broken.",
        "Set sslPolicy to ELBSecurityPolicy-TLS13-1-2-Res-2021-06.",
        "CKV_AWS_103",
    ),
)
def listener_modern_tls(listener: Resource) -> Iterator[str]:
    policy = listener.value("sslPolicy")
    if listener.value("protocol") == "HTTPS" and isinstance(policy, str) and not policy.startswith(_MODERN_TLS):
        yield f"sslPolicy {policy} admits TLS below 1.2; use ELBSecurityPolicy-TLS13-1-2-Res-2021-06"
    if listener.value("protocol") == "HTTPS" and not listener.has("sslPolicy"):
        yield "sslPolicy is not set, and the default admits TLS 1.0; use ELBSecurityPolicy-TLS13-1-2-Res-2021-06"


@resource_rule(
    "listener-http-redirects",
    "Plain HTTP only redirects to HTTPS",
    _LISTENER,
    about=high(
        "Clients send passwords in clear.",
        "Let the listener on HTTP redirect to HTTPS alone.",
        "CKV2_AWS_20",
    ),
)
def listener_http_redirects(listener: Resource) -> Iterator[str]:
    if listener.value("protocol") != "HTTP":
        return
    for action in listener.places("defaultActions"):
        if not (
            listener.is_set(f"{action}.type", "redirect") and listener.is_set(f"{action}.redirect.protocol", "HTTPS")
        ):
            yield f"{action} is not a redirect to HTTPS"


@resource_rule(
    "load-balancer-access-logs",
    "Load balancers log every request",
    _LOAD_BALANCER,
    about=medium(
        "An attack leaves no trace of what was asked for.",
        "Switch accessLogs on and name their bucket.",
        "CKV_AWS_91",
        "SOC 2 CC7.2",
    ),
)
def load_balancer_access_logs(balancer: Resource) -> Iterator[str]:
    # A network load balancer sees no requests; the VPC's flow log holds its connections.
    if balancer.value("loadBalancerType") != "network" and not balancer.is_set("accessLogs.enabled"):
        yield "accessLogs is off; name a bucket and switch it on"


@resource_rule(
    "load-balancer-drops-invalid-headers",
    "Load balancers drop malformed headers",
    _LOAD_BALANCER,
    about=medium(
        "A malformed header smuggles a second request past the firewall.",
        "Switch dropInvalidHeaderFields on.",
        "CKV_AWS_131",
    ),
)
def load_balancer_drops_invalid_headers(balancer: Resource) -> Iterator[str]:
    if balancer.value("loadBalancerType") != "network" and not balancer.is_set("dropInvalidHeaderFields"):
        yield "dropInvalidHeaderFields is off; switch it on"


@resource_rule(
    "load-balancer-deletion-protection",
    "A production load balancer refuses to be deleted",
    _LOAD_BALANCER,
    about=medium(
        "One wrong command takes the product off the internet.",
        "Switch enableDeletionProtection on.",
        "CKV_AWS_150",
    ),
    environments=PRODUCTION,
)
def load_balancer_deletion_protection(balancer: Resource) -> Iterator[str]:
    if not balancer.is_set("enableDeletionProtection"):
        yield "enableDeletionProtection is off; switch it on"


@stack_rule(
    "load-balancer-has-firewall",
    "In production every public load balancer stands behind a web ACL",
    about=high(
        "Every request of the internet reaches the product unfiltered.",
        "Associate the platform's web ACL with the load balancer.",
        "CKV2_AWS_28",
        "PCI DSS 6.4.1",
    ),
)
def load_balancer_has_firewall(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    associations = [item for item in resources if item.type == "aws:wafv2/webAclAssociation:WebAclAssociation"]
    held = [item for item in resources if item.type == _LOAD_BALANCER and item.held_to(PRODUCTION)]
    # WAF reads HTTP, and takes no network load balancer.
    public = [item for item in held if item.value("internal") is not True]
    balancers = [item for item in public if item.value("loadBalancerType") != "network"]
    for balancer in balancers[len(associations) :]:
        yield balancer, "no wafv2.WebAclAssociation names it; associate the platform's web ACL"


@stack_rule(
    "firewall-limits-rate",
    "In production a web ACL limits what one address may ask for",
    about=medium(
        "One address tries passwords, or takes the product down, as fast as it can.",
        "State ingress.rate_limit in the workload file.",
    ),
)
def firewall_limits_rate(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """Behind a CDN one of the two counts: the other sees the CDN's addresses alone."""
    firewalls = [item for item in resources if item.type == _FIREWALL and item.held_to(PRODUCTION)]
    if firewalls and not any(_limits_rate(firewall) for firewall in firewalls):
        yield firewalls[0], "no rule of any web ACL is rate-based; state ingress.rate_limit in the workload file"


def _limits_rate(firewall: Resource) -> bool:
    if firewall.value("rules") is UNKNOWN:
        return True
    return any(
        firewall.has(f"{rule}.statement.rateBasedStatement") and not firewall.has(f"{rule}.action.count")
        for rule in firewall.places("rules")
    )


@resource_rule(
    "distribution-https",
    "CDNs speak to clients over HTTPS alone",
    _DISTRIBUTION,
    about=high(
        "Clients send passwords in clear, or over a TLS that can be broken.",
        "Set viewerProtocolPolicy to redirect-to-https and minimumProtocolVersion to TLSv1.2_2021.",
        "CKV_AWS_34",
        "CKV_AWS_174",
        "PCI DSS 4.2.1.1",
    ),
)
def distribution_https(distribution: Resource) -> Iterator[str]:
    policy = distribution.value("defaultCacheBehavior.viewerProtocolPolicy")
    if isinstance(policy, str) and policy not in ("redirect-to-https", "https-only"):
        yield f"viewerProtocolPolicy {policy} admits plain HTTP; use redirect-to-https"
    minimum = distribution.value("viewerCertificate.minimumProtocolVersion")
    if isinstance(minimum, str) and not minimum.startswith(("TLSv1.2", "TLSv1.3")):
        yield f"minimumProtocolVersion {minimum} admits TLS below 1.2; use TLSv1.2_2021"


@resource_rule(
    "distribution-origin-https",
    "CDNs speak to their origins over HTTPS alone",
    _DISTRIBUTION,
    about=high(
        "Between CDN and origin the requests cross the internet in clear.",
        "Set originProtocolPolicy to https-only.",
        "CKV2_AWS_72",
        "PCI DSS 4.2.1.1",
    ),
)
def distribution_origin_https(distribution: Resource) -> Iterator[str]:
    for origin in distribution.places("origins"):
        policy = distribution.value(f"{origin}.customOriginConfig.originProtocolPolicy")
        if isinstance(policy, str) and policy != "https-only":
            yield f"{origin} is asked over {policy}; use https-only"


RULES = (
    distribution_https,
    distribution_origin_https,
    listener_modern_tls,
    listener_http_redirects,
    load_balancer_access_logs,
    load_balancer_drops_invalid_headers,
    load_balancer_deletion_protection,
    load_balancer_has_firewall,
    firewall_limits_rate,
)
