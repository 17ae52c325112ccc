"""What load balancers, certificates, DNS and web ACLs accept. Sources: the ELBv2, ACM, Route 53 and WAF references."""

from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Record, Refusal, World, flag, items, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal
from sandbox.cloud.rules.network import has_internet_gateway

_VALIDATION: Final = "ValidationError"
_RULE_VALUES: Final = 5
_CONDITION_VALUES: Final = ("hostHeader", "pathPattern", "httpRequestMethod", "sourceIp")
_WEB: Final = ("HTTP", "HTTPS")
_GLOBAL_REGION: Final = "us-east-1"


def in_two_zones(record: Record, world: World) -> Iterator[Refusal]:
    """An Application Load Balancer has one subnet in each of two zones, and reaches the internet if it faces it."""
    if text(record.inputs, "loadBalancerType") not in (None, "application"):
        return
    subnets = facts.subnet_records(record.inputs, "subnets", world)
    zones = [facts.zone_of(subnet) for subnet in subnets]
    known = not facts.has_unknown(record.inputs, "subnets") and None not in zones
    if known and subnets and len(set(zones)) < 2:  # noqa: PLR2004 - the two zones of the rule
        yield refusal(
            "subnets", _VALIDATION, "At least two subnets in two different Availability Zones must be specified",
            "add a subnet in a second availability zone",
        )  # fmt: skip
    if known and len(set(zones)) < len(zones):
        yield refusal(
            "subnets", "InvalidConfigurationRequest", "A load balancer cannot be attached to multiple subnets in the "
            "same Availability Zone", "give one subnet for each zone",
        )  # fmt: skip
    vpcs = {text(subnet.inputs, "vpcId") for subnet in subnets}
    for vpc_id in sorted(filter(None, vpcs)):
        if flag(record.inputs, "internal") is not True and not has_internet_gateway(vpc_id, world):
            yield refusal(
                "subnets", "InvalidSubnet", f"VPC {vpc_id} has no internet gateway",
                "add depends_on=[internet_gateway], or make the load balancer internal",
            )  # fmt: skip


def check_listener(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    yield from _actions(inputs, "defaultActions")


def fits_its_balancer(record: Record, world: World) -> Iterator[Refusal]:
    """Application load balancers speak HTTP and HTTPS, network load balancers do not. Source: CreateListener."""
    balancer = world.by_arn(text(record.inputs, "loadBalancerArn") or "")
    protocol = text(record.inputs, "protocol")
    if balancer is None or protocol is None:
        return
    kind = text(balancer.inputs, "loadBalancerType") or "application"
    if kind in ("application", "network") and (protocol in _WEB) != (kind == "application"):
        wanted = "HTTP or HTTPS" if kind == "application" else "TCP, UDP, TCP_UDP or TLS"
        yield refusal(
            "protocol", _VALIDATION, f"{facts.label(balancer)} is of type {kind}, which takes no {protocol} listeners",
            f"use {wanted}",
        )  # fmt: skip


def _actions(inputs: Properties, path: str) -> Iterator[Refusal]:
    needed = {"redirect": "redirect", "fixed-response": "fixedResponse"}
    for index, action in enumerate(objects(inputs, path)):
        kind = text(action, "type") or ""
        if kind in needed and action.get(needed[kind]) is None:
            yield refusal(
                f"{path}[{index}].{needed[kind]}", _VALIDATION, f"An action of type {kind} needs {needed[kind]}",
                f"give {needed[kind]}",
            )  # fmt: skip
        if kind == "forward" and action.get("targetGroupArn") is None and action.get("forward") is None:
            yield refusal(
                f"{path}[{index}].targetGroupArn", _VALIDATION, "An action of type forward needs a target group",
                "give targetGroupArn or forward",
            )  # fmt: skip


def check_rule(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    conditions = objects(inputs, "conditions")
    values = sum(len(items(it, f"{kind}.values")) for it in conditions for kind in _CONDITION_VALUES)
    if values > _RULE_VALUES:
        yield refusal(
            "conditions", _VALIDATION,
            f"A rule can only have {_RULE_VALUES} condition values; this one has {values}",
            "split the rule in two",
        )  # fmt: skip
    yield from _actions(inputs, "actions")


def certificate_is_here(record: Record, world: World) -> Iterator[Refusal]:
    """A listener's certificate is in its region, and has been issued: something validated it."""
    arn = text(record.inputs, "certificateArn")
    certificate = world.by_arn(arn) if arn else None
    if certificate is None:
        return
    if certificate.region != record.region:
        yield refusal(
            "certificateArn", "CertificateNotFound", f"Certificate '{arn}' is in {certificate.region}, not in "
            f"{record.region}", "request a certificate in the load balancer's region",
        )  # fmt: skip
    kind = "aws:acm/certificateValidation:CertificateValidation"
    if not any(user.type == kind for user in world.mentioning(arn or "")) and text(
        certificate.inputs, "validationMethod"
    ):
        yield refusal(
            "certificateArn", "UnsupportedCertificate", f"The certificate '{arn}' must have a fully-qualified domain "
            "name, a supported signature, and a supported key size: it has not been issued yet",
            "take the ARN from a CertificateValidation, so that the certificate is issued first",
        )  # fmt: skip


def groups_are_free(record: Record, world: World) -> Iterator[Refusal]:
    """A target group belongs to one load balancer."""
    path = "defaultActions" if record.type == facts.LISTENER else "actions"
    balancer = _balancer(record)
    for group in _target_groups(record, path):
        for user in world.mentioning(group):
            if user.type in (facts.LISTENER, facts.LISTENER_RULE) and _balancer(user) != balancer and balancer:
                yield refusal(
                    path, "TargetGroupAssociationLimit",
                    f"The target group {group} cannot be associated with more than one load balancer: "
                    f"{facts.label(user)}", "make a target group for each load balancer",
                )  # fmt: skip


def _target_groups(record: Record, path: str) -> Iterator[str]:
    for where in ("targetGroupArn", "forward.targetGroups[].arn"):
        for _, arn in facts.strings_at(record.inputs, f"{path}[].{where}"):
            yield arn


def _balancer(record: Record) -> str | None:
    stated = text(record.inputs, "loadBalancerArn")
    listener = text(record.inputs, "listenerArn")
    return stated or (listener.rsplit("/", 1)[0].replace(":listener/", ":loadbalancer/") if listener else None)


def in_its_zone(record: Record, world: World) -> Iterator[Refusal]:
    """A record is named within its zone, and the zone's own name is never a CNAME."""
    zone = world.by_id(text(record.inputs, "zoneId") or "", facts.ZONE)
    domain = (text(zone.inputs, "name") or "").rstrip(".") if zone else ""
    name = (text(record.inputs, "name") or "").rstrip(".")
    if domain and name == domain and text(record.inputs, "type") == "CNAME":
        yield refusal(
            "type", "InvalidChangeBatch", f"RRSet of type CNAME with DNS name {domain}. is not permitted at apex in "
            f"zone {domain}.", "use an alias record of type A",
        )  # fmt: skip


def check_web_acl(inputs: Properties, region: str) -> Iterator[Refusal]:
    code = "WAFInvalidParameterException"
    if text(inputs, "scope") == "CLOUDFRONT" and region != _GLOBAL_REGION:
        yield refusal("scope", code, f"The scope CLOUDFRONT is not valid in {region}", f"create it in {_GLOBAL_REGION}")
    for index, rule in enumerate(objects(inputs, "rules")):
        yield from _web_rule(rule, index, code)


def _web_rule(rule: Properties, index: int, code: str) -> Iterator[Refusal]:
    managed = any(rule.get("statement") and objects(rule, f"statement.{kind}") for kind in _GROUP_STATEMENTS)
    actions = [path for path in ("action", "overrideAction") if rule.get(path) is not None]
    wanted = "overrideAction" if managed else "action"
    if rule.get("statement") is not None and actions != [wanted]:
        yield refusal(
            f"rules[{index}].{wanted}", code,
            f"A rule that {'refers to a rule group' if managed else 'has its own statement'} takes {wanted} alone",
            f"give {wanted}",
        )  # fmt: skip


_GROUP_STATEMENTS: Final = ("managedRuleGroupStatement", "ruleGroupReferenceStatement")


def association_in_region(record: Record, world: World) -> Iterator[Refusal]:
    """A web ACL protects resources of its own region and scope."""
    acl = world.by_arn(text(record.inputs, "webAclArn") or "")
    resource = text(record.inputs, "resourceArn")
    if acl is None or resource is None:
        return
    if text(acl.inputs, "scope") == "CLOUDFRONT" or acl.region != resource.split(":")[3]:
        yield refusal(
            "webAclArn", "WAFInvalidParameterException", f"The web ACL is of scope {text(acl.inputs, 'scope')} in "
            f"{acl.region}; the resource is in {resource.split(':')[3]}", "use a REGIONAL web ACL of that region",
        )  # fmt: skip


def check_logging(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    for path, arn in facts.strings_at(inputs, "logDestinationConfigs[]"):
        name = arn.split(":::")[-1] if ":s3:" in arn else arn.split("log-group:")[-1].split("/")[-1]
        if not name.startswith("aws-waf-logs-"):
            yield refusal(
                path, "WAFLogDestinationPermissionIssueException" if ":s3:" in arn else "WAFInvalidParameterException",
                f"The ARN isn't valid as a log destination: {arn}", "begin its name with aws-waf-logs-",
            )  # fmt: skip


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    facts.LISTENER: (check_listener,),
    facts.LISTENER_RULE: (check_rule,),
    facts.WEB_ACL: (check_web_acl,),
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": (check_logging,),
}
STATES: Final[Table] = {
    facts.LOAD_BALANCER: (in_two_zones,),
    facts.LISTENER: (certificate_is_here, groups_are_free, fits_its_balancer),
    facts.LISTENER_RULE: (groups_are_free,),
    "aws:lb/listenerCertificate:ListenerCertificate": (certificate_is_here,),
    facts.DNS_RECORD: (in_its_zone,),
    facts.WEB_ACL_ASSOCIATION: (association_in_region,),
}
