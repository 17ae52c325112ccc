"""What the documentation of EC2, load balancing, DNS, CDN and web ACLs says in prose and no model states.

Sources: the API reference page of the operation that makes the type, and of what it takes, where nothing else is named.
"""

import ipaddress
import re
from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Refusal, Value, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, refusal
from sandbox.cloud.rules.wordings import (
    exactly_one,
    matches,
    named,
    one_of,
    ordered,
    unique,
    when,
    within,
)

_INVALID: Final = "InvalidParameterValue"
_LAST_PORT: Final = 65535
_CIDR: Final = re.compile(r"cidr(s|blocks?|ipv[46])?$", re.IGNORECASE)
_PORTS: Final = ("fromPort", "toPort")
_EC2_TEXT: Final = r"[a-zA-Z0-9 ._\-:/()#,@\[\]+=&;{}!$*]{0,255}"
"""CreateSecurityGroup and IpRange; refused as in https://github.com/hashicorp/terraform-provider-aws/issues/18874."""
_EC2_WORDS: Final = "up to 255 of a-z, A-Z, 0-9, spaces and ._-:/()#,@[]+=&;{}!$* (no apostrophe)"
_BALANCER: Final = r"(?!internal-)[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,30}[a-zA-Z0-9])?"
_DOMAIN: Final = r"(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])"
_ROUTE_TARGETS: Final = (
    "carrierGatewayId", "coreNetworkArn", "egressOnlyGatewayId", "gatewayId", "localGatewayId", "natGatewayId",
    "networkInterfaceId", "odbNetworkArn", "transitGatewayId", "vpcEndpointId", "vpcPeeringConnectionId",
)  # fmt: skip
_DESTINATIONS: Final = ("destinationCidrBlock", "destinationIpv6CidrBlock", "destinationPrefixListId")
_ROUTING: Final = (
    "weightedRoutingPolicies", "failoverRoutingPolicies", "latencyRoutingPolicies", "geolocationRoutingPolicies",
)  # fmt: skip
_PEERS: Final = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")
_RULE_PORTS: Final = (
    when("ipProtocol", "tcp", "udp").needs("fromPort"), when("ipProtocol", "tcp", "udp").needs("toPort"),
    ordered("fromPort", "toPort"),
    when("ipProtocol", "-1").takes("fromPort", -1), when("ipProtocol", "-1").takes("toPort", -1),
)  # fmt: skip
_PROTOCOLS: Final = ("tcp", "udp", "icmp", "icmpv6", "-1", "6", "17", "1", "58")


def ranges(inputs: Properties) -> Iterator[Refusal]:
    """Every input that is called a CIDR block is one, at any depth, and ports are ports."""
    yield from _ranges(inputs, "")


def _ranges(value: Value, path: str) -> Iterator[Refusal]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _ranges(item, f"{path}[{index}]")
    if not isinstance(value, dict):
        return
    for key, inner in value.items():
        where = f"{path}.{key}" if path else key
        if _CIDR.search(key):
            for place, block in facts.walk(inner, where):
                if not _is_range(block):
                    yield refusal(place, _INVALID, f"Value ({block}) is no CIDR block", "write 10.0.0.0/16")
        elif key in _PORTS and isinstance(inner, int) and not -1 <= inner <= _LAST_PORT:
            yield refusal(where, _INVALID, f"Invalid port {inner}", f"use 0 to {_LAST_PORT}")
        elif key not in ("tags", "tagsAll"):
            yield from _ranges(inner, where)


def _is_range(block: str) -> bool:
    try:
        ipaddress.ip_network(block, strict=False)
    except ValueError:
        return False
    return "/" in block


def _addresses(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    """A and AAAA records hold addresses."""
    versions = {"A": 4, "AAAA": 6}
    version = versions.get(text(inputs, "type") or "")
    for where, value in facts.strings_at(inputs, "records[]") if version else ():
        try:
            fits = ipaddress.ip_address(value).version == version
        except ValueError:
            fits = False
        if not fits:
            yield refusal(
                where, "InvalidChangeBatch", f"'{value}' is no IPv{version} address", "use an alias, or CNAME"
            )


def _described(*paths: str) -> tuple[Check, ...]:
    return tuple(matches(path, _EC2_TEXT, _EC2_WORDS) for path in paths)


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    "aws:acm/certificate:Certificate": (
        *(matches(path, _DOMAIN, "a domain name") for path in ("domainName", "subjectAlternativeNames[]")),
    ),
    "aws:cloudfront/distribution:Distribution": (
        within("origins[].customOriginConfig.originReadTimeout", 1, 60),
        when("viewerCertificate.cloudfrontDefaultCertificate", True).excludes("aliases"),
        matches("comment", r"(?s).{0,128}", "up to 128 characters"),
    ),
    "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy": (
        when("corsConfig.accessControlAllowCredentials", True).asks(
            "corsConfig.accessControlAllowOrigins.items[]", r"(?!\*$).+", "the origins, one by one",
        ),
        named(128),
    ),
    "aws:ec2/flowLog:FlowLog": (
        one_of("maxAggregationInterval", 60, 600),
        exactly_one(
            "vpcId", "subnetId", "eniId", "transitGatewayId", "transitGatewayAttachmentId", "regionalNatGatewayId",
        ),
        when("logDestinationType", None, "cloud-watch-logs").needs("iamRoleArn"),
    ),
    "aws:ec2/instance:Instance": (
        matches("ami", r"ami-[0-9a-f]{8,17}|resolve:ssm:.+", "an image's id, ami-…"),
        one_of("tenancy", "default", "dedicated", "host"),
    ),
    "aws:ec2/natGateway:NatGateway": (
        when("availabilityMode", "regional").excludes("subnetId"),
        when("availabilityMode", None, "zonal").needs("subnetId"),
        when("availabilityMode", None, "zonal").then(when("connectivityType", None, "public").needs("allocationId")),
        when("connectivityType", "private").excludes("allocationId"),
    ),
    "aws:ec2/networkAclRule:NetworkAclRule": (within("ruleNumber", 1, 32766), one_of("ruleAction", "allow", "deny")),
    "aws:ec2/placementGroup:PlacementGroup": (
        within("partitionCount", 1, 7), when("strategy", "cluster", "spread").excludes("partitionCount"),
    ),
    "aws:ec2/route:Route": (exactly_one(*_ROUTE_TARGETS), exactly_one(*_DESTINATIONS)),
    "aws:ec2/securityGroup:SecurityGroup": (
        *_described("description", "ingress[].description", "egress[].description"),
        matches("name", rf"(?!sg-){_EC2_TEXT}", f"{_EC2_WORDS}, and no sg- in front"),
    ),
    "aws:ec2/vpc:Vpc": (when("ipv4IpamPoolId", None).needs("cidrBlock"),),
    "aws:ec2/vpcEndpoint:VpcEndpoint": (
        when("vpcEndpointType", None, "Gateway").excludes("subnetIds", "securityGroupIds", "privateDnsEnabled"),
    ),
    "aws:ec2/vpcIpv4CidrBlockAssociation:VpcIpv4CidrBlockAssociation": (
        matches("cidrBlock", r".+/(1[6-9]|2[0-8])", "a block of /16 to /28"),
    ),
    "aws:lb/listener:Listener": (
        when("protocol", "HTTPS", "TLS").needs("certificateArn"),
        when("protocol", "HTTP", "TCP", "UDP").excludes("certificateArn", "sslPolicy"),
        matches(
            "sslPolicy", r"ELBSecurityPolicy-[A-Za-z0-9-]+-20\d\d-\d\d|ELBSecurityPolicy-2016-08",
            "a policy of the ELB user guide",
        ),
        one_of("defaultActions[].redirect.statusCode", "HTTP_301", "HTTP_302"),
        matches("defaultActions[].fixedResponse.statusCode", r"[245]\d\d", "2XX, 4XX or 5XX"),
        when("protocol", "TCP", "UDP", "TCP_UDP", "TLS", "GENEVE", "QUIC", "TCP_QUIC").takes(
            "defaultActions[0].type", "forward",
        ),
    ),
    "aws:lb/listenerRule:ListenerRule": (
        one_of("actions[].redirect.statusCode", "HTTP_301", "HTTP_302"),
        matches("actions[].fixedResponse.statusCode", r"[245]\d\d", "2XX, 4XX or 5XX"),
    ),
    "aws:lb/loadBalancer:LoadBalancer": (
        *(when(f"{path}.enabled", True).needs(f"{path}.bucket") for path in ("accessLogs", "connectionLogs")),
        within("idleTimeout", 1, 4000),
        matches("name", _BALANCER, "up to 32 letters, digits and hyphens, not at an end, no internal- in front"),
    ),
    "aws:lb/targetGroup:TargetGroup": (
        *(when("targetType", None, "instance", "ip").needs(path) for path in ("port", "protocol", "vpcId")),
        ordered("healthCheck.timeout", "healthCheck.interval", strictly=True),
        matches("name", _BALANCER, "up to 32 letters, digits and hyphens, not at an end, no internal- in front"),
        one_of("protocolVersion", "HTTP1", "HTTP2", "GRPC"),
        one_of(
            "stickiness.type", "lb_cookie", "app_cookie", "source_ip", "source_ip_dest_ip",
            "source_ip_dest_ip_proto",
        ),
        within("slowStart", 30, 900, 0), within("deregistrationDelay", 0, 3600),
        within("stickiness.cookieDuration", 1, 604_800),
    ),
    "aws:route53/healthCheck:HealthCheck": (one_of("requestInterval", 10, 30), within("failureThreshold", 1, 10)),
    "aws:route53/record:Record": (
        when("aliases", None).needs("records"), when("aliases").excludes("records", "ttl"),
        when("records").needs("ttl"), *(when(path).needs("setIdentifier") for path in _ROUTING),
        *(when(path).excludes(*(other for other in _ROUTING if other > path)) for path in _ROUTING),
        one_of("failoverRoutingPolicies[].type", "PRIMARY", "SECONDARY"), _addresses,
        within("weightedRoutingPolicies[].weight", 0, 255),
    ),
    "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": (
        *_RULE_PORTS, exactly_one(*_PEERS), *_described("description"), one_of("ipProtocol", *_PROTOCOLS),
    ),
    "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": (
        *_RULE_PORTS, exactly_one(*_PEERS), *_described("description"), one_of("ipProtocol", *_PROTOCOLS),
    ),
    "aws:wafv2/ipSet:IpSet": (
        matches("addresses[]", r".+/\d{1,3}", "an address with its prefix, such as 203.0.113.7/32"),
    ),
    "aws:wafv2/webAcl:WebAcl": (
        matches("visibilityConfig.metricName", r"[A-Za-z0-9_-]{1,128}", "letters, digits, hyphens and underscores"),
        matches(
            "rules[].visibilityConfig.metricName", r"[A-Za-z0-9_-]{1,128}",
            "letters, digits, hyphens and underscores",
        ),
        unique("rules[].priority"), unique("rules[].name"),
    ),
}  # fmt: skip
