"""Rules over load balancers, web ACLs and CDNs: what they let pass, and what they write down of it."""

from collections.abc import Iterator, Sequence
from typing import Final

from policies.about import high, low, medium
from policies.graph import of_type
from policies.parameters import Parameter
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_BALANCER, _TARGETS = "aws:lb/loadBalancer:LoadBalancer", "aws:lb/targetGroup:TargetGroup"
_LISTENER_RULE = "aws:lb/listenerRule:ListenerRule"
_ACL = "aws:wafv2/webAcl:WebAcl"
_DISTRIBUTION = "aws:cloudfront/distribution:Distribution"
_NOT_CACHED: Final = "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
"""CachingDisabled: https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html."""
_WINDOW_SECONDS: Final = 300
"""Of a rate-based rule that states none."""
HIGHEST_RATE = Parameter(
    "firewall-limit-meant", "requests_a_second", 1000.0, "how many requests a second one address may be allowed"
)
_SECRET_HEADERS: Final = ("authorization", "cookie")


@resource_rule(
    "load-balancer-desync",
    "Load balancers refuse requests that can be read in two ways",
    _BALANCER,
    about=medium(
        "A second request is smuggled past the firewall inside the first.",
        "Set desyncMitigationMode to defensive or strictest.",
        "CKV_AWS_328",
    ),
)
def load_balancer_desync(balancer: Resource) -> Iterator[str]:
    if balancer.value("desyncMitigationMode") == "monitor":
        yield "desyncMitigationMode is monitor, which only counts; set defensive"


@resource_rule(
    "load-balancer-fails-closed",
    "Requests wait for the firewall when it does not answer",
    _BALANCER,
    about=medium(
        "Who brings the firewall down goes past it.",
        "Leave enableWafFailOpen off.",
    ),
)
def load_balancer_fails_closed(balancer: Resource) -> Iterator[str]:
    if balancer.value("enableWafFailOpen") is True:
        yield "enableWafFailOpen is on; switch it off"


@resource_rule(
    "target-health-checked",
    "A load balancer asks its targets whether they are well",
    _TARGETS,
    about=medium(
        "Requests go to a pod that cannot answer.",
        "Leave healthCheck.enabled on, and name a path.",
        "CKV_AWS_261",
    ),
)
def target_health_checked(group: Resource) -> Iterator[str]:
    if group.value("healthCheck.enabled") is False:
        yield "healthCheck.enabled is off; switch it on"


@resource_rule(
    "firewall-limit-meant",
    "A rate limit is one that somebody may reach",
    _ACL,
    level=Level.ADVISORY,
    about=medium(
        "One address tries passwords, or takes the product down, as if there were no limit.",
        "State a limit of some requests a second.",
    ),
)
def firewall_limit_meant(firewall: Resource) -> Iterator[str]:
    for rule in firewall.places("rules"):
        path = f"{rule}.statement.rateBasedStatement"
        limit, window = firewall.value(f"{path}.limit"), firewall.value(f"{path}.evaluationWindowSec")
        if not isinstance(limit, int | float) or window is UNKNOWN:
            continue
        rate = limit / (window if isinstance(window, int | float) else _WINDOW_SECONDS)
        if rate > HIGHEST_RATE.value:
            yield f"{rule} lets one address ask {rate:.0f} times a second; state a limit that somebody may reach"


@resource_rule(
    "firewall-counted",
    "A web ACL counts what it does",
    _ACL,
    about=medium(
        "An attack raises no alarm.",
        "Switch visibilityConfig.cloudwatchMetricsEnabled on.",
    ),
)
def firewall_counted(firewall: Resource) -> Iterator[str]:
    if not firewall.is_set("visibilityConfig.cloudwatchMetricsEnabled"):
        yield "visibilityConfig.cloudwatchMetricsEnabled is off; switch it on"


@resource_rule(
    "firewall-log-redacted",
    "The log of a web ACL holds no session and no password",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
    about=medium(
        "Who reads the log takes a client's session over.",
        "List the headers authorization and cookie in redactedFields.",
    ),
)
def firewall_log_redacted(logging: Resource) -> Iterator[str]:
    if logging.value("redactedFields") is UNKNOWN:
        return
    names = [logging.value(f"{field}.singleHeader.name") for field in logging.places("redactedFields")]
    missing = [each for each in _SECRET_HEADERS if each not in [str(name).lower() for name in names]]
    if missing and UNKNOWN not in names:
        yield f"redactedFields lacks the headers {', '.join(missing)}; list them"


@resource_rule(
    "distribution-logged",
    "What a CDN answers from its cache is written down",
    _DISTRIBUTION,
    level=Level.ADVISORY,
    about=medium(
        "Nobody can say who asked what: the load balancer sees none of it.",
        "State loggingConfig, or leave answers out of the cache.",
        "CKV_AWS_86",
        "PCI DSS 10.2.1",
        "SOC 2 A1.1",
        "SOC 2 PI1.2",
    ),
)
def distribution_logged(distribution: Resource) -> Iterator[str]:
    """Where nothing is cached, the access log of the load balancer behind it holds every request."""
    behaviours = ("defaultCacheBehavior", *distribution.places("orderedCacheBehaviors"))
    cached = [each for each in behaviours if not distribution.is_set(f"{each}.cachePolicyId", _NOT_CACHED)]
    if cached and not distribution.has("loggingConfig"):
        yield f"{cached[0]} answers from the cache and nothing logs it; state loggingConfig"


@resource_rule(
    "distribution-origin-modern-tls",
    "CDNs speak TLS 1.2 to their origins",
    _DISTRIBUTION,
    about=medium(
        "Between CDN and origin a TLS is spoken that can be broken.",
        "List TLSv1.2 alone in originSslProtocols.",
        "CKV2_AWS_54",
        "PCI DSS 4.2.1",
    ),
)
def distribution_origin_modern_tls(distribution: Resource) -> Iterator[str]:
    for origin in distribution.places("origins"):
        old = [
            each
            for each in distribution.items(f"{origin}.customOriginConfig.originSslProtocols")
            if str(each) in ("SSLv3", "TLSv1", "TLSv1.1")
        ]
        if old:
            yield f"{origin} is asked over {', '.join(old)}; list TLSv1.2 alone"


@stack_rule(
    "origin-not-bypassed",
    "Behind a CDN the load balancer answers to the CDN alone",
    about=high(
        "Attacks go to the load balancer itself, past the CDN's firewall and limits.",
        "Send a secret in customHeaders of the origin, and ask for it in a condition of every listener rule.",
    ),
)
def origin_not_bypassed(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    balancers = frozenset(each.urn for each in of_type(resources, _BALANCER))
    fronted = [each for each in of_type(resources, _DISTRIBUTION) if each.refers("origins") & balancers]
    forwarding = (each for each in of_type(resources, _LISTENER_RULE) if _leads_on(each))
    for rule in forwarding if fronted else ():
        asked = any(rule.has(f"{condition}.httpHeader") for condition in rule.places("conditions"))
        if rule.held_to(PRODUCTION) and rule.value("conditions") is not UNKNOWN and not asked:
            yield rule, "it asks for no header that only the CDN sends; add an httpHeader condition"


def _leads_on(rule: Resource) -> bool:
    """Whether what a rule answers comes from behind the load balancer."""
    answers = [rule.value(f"{action}.type") for action in rule.places("actions")]
    return not answers or any(each not in ("fixed-response", "redirect") for each in answers)


@resource_rule(
    "gateway-route-authorized",
    "Every route of an API gateway asks who calls",
    "aws:apigatewayv2/route:Route",
    about=high(
        "Anybody on the internet calls what stands behind the route.",
        "Set authorizationType to AWS_IAM, JWT or CUSTOM.",
        "CKV_AWS_309",
    ),
)
def gateway_route_authorized(route: Resource) -> Iterator[str]:
    if not route.has("authorizationType") or route.value("authorizationType") == "NONE":
        yield "authorizationType is NONE; set AWS_IAM, JWT or CUSTOM"


@resource_rule(
    "cors-origins-named",
    "Pages of other sites may call what is named, and not everything with a visitor's credentials",
    "aws:lambda/functionUrl:FunctionUrl",
    "aws:s3/bucketCorsConfiguration:BucketCorsConfiguration",
    "aws:apigatewayv2/api:Api",
    about=low(
        "Any page that a client visits acts in that client's name.",
        "Name the sites in place of *.",
        "CKV2_AWS_75",
    ),
)
def cors_origins_named(resource: Resource) -> Iterator[str]:
    lists = [
        "cors.allowOrigins",
        "corsConfiguration.allowOrigins",
        *(f"{rule}.allowedOrigins" for rule in resource.places("corsRules")),
    ]
    for path in lists:
        if "*" in resource.items(path):
            yield f"{path} holds *, which is every site; name the sites"


RULES = (
    load_balancer_desync,
    load_balancer_fails_closed,
    target_health_checked,
    firewall_limit_meant,
    firewall_counted,
    firewall_log_redacted,
    distribution_logged,
    distribution_origin_modern_tls,
    origin_not_bypassed,
    gateway_route_authorized,
    cors_origins_named,
)
