"""What load balancers, listeners and their rules accept. Source: the ELBv2 reference."""

import re
from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, flag, items, objects, text
from offline_cloud.cloud.services.ec2.network import has_internet_gateway

_VALIDATION: Final = "ValidationError"
_RULE_VALUES: Final = 5
_CONDITION_VALUES: Final = ("hostHeader", "pathPattern", "httpRequestMethod", "sourceIp")
_WEB: Final = ("HTTP", "HTTPS")
_OVER_TLS: Final = frozenset({"HTTP2", "GRPC"})
_LAST_GRPC_CODE: Final = 99


def in_two_zones(record: Record, world: World) -> Iterator[Diagnostic]:
    """An Application Load Balancer has one subnet in each of two zones, and reaches the internet if it faces it."""
    if text(record.inputs, "loadBalancerType") not in (None, "application"):
        return
    subnets = facts.subnet_records(record.inputs, "subnets", world)
    zones = [facts.zone_of(subnet) for subnet in subnets]
    known = not facts.has_unknown(record.inputs, "subnets") and None not in zones
    if known and subnets and len(set(zones)) < 2:  # noqa: PLR2004 - the two zones of the rule
        reason = "At least two subnets in two different Availability Zones must be specified"
        yield reject("subnets", _VALIDATION, reason, "add a subnet in a second availability zone")
    if known and len(set(zones)) < len(zones):
        yield reject(
            "subnets", "InvalidConfigurationRequest", "A load balancer cannot be attached to multiple subnets in the "
            "same Availability Zone", "give one subnet for each zone",
        )  # fmt: skip
    vpcs = {text(subnet.inputs, "vpcId") for subnet in subnets}
    for vpc_id in sorted(filter(None, vpcs)):
        if flag(record.inputs, "internal") is not True and not has_internet_gateway(vpc_id, world):
            fix = "add depends_on=[internet_gateway], or make the load balancer internal"
            yield reject("subnets", "InvalidSubnet", f"VPC {vpc_id} has no internet gateway", fix)


def check_listener(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    yield from _actions(inputs, "defaultActions")


def fits_its_balancer(record: Record, world: World) -> Iterator[Diagnostic]:
    """Application load balancers speak HTTP and HTTPS, network load balancers do not. Source: CreateListener."""
    balancer = world.by_arn(text(record.inputs, "loadBalancerArn") or "")
    protocol = text(record.inputs, "protocol")
    if balancer is None or protocol is None:
        return
    kind = text(balancer.inputs, "loadBalancerType") or "application"
    if kind in ("application", "network") and (protocol in _WEB) != (kind == "application"):
        wanted = "HTTP or HTTPS" if kind == "application" else "TCP, UDP, TCP_UDP or TLS"
        reason = f"{facts.label(balancer)} is of type {kind}, which takes no {protocol} listeners"
        yield reject("protocol", _VALIDATION, reason, f"use {wanted}")


def _actions(inputs: Properties, path: str) -> Iterator[Diagnostic]:
    needed = {"redirect": "redirect", "fixed-response": "fixedResponse"}
    for index, action in enumerate(objects(inputs, path)):
        kind = text(action, "type") or ""
        if kind in needed and action.get(needed[kind]) is None:
            reason = f"An action of type {kind} needs {needed[kind]}"
            yield reject(f"{path}[{index}].{needed[kind]}", _VALIDATION, reason, f"give {needed[kind]}")
        if kind == "forward" and action.get("targetGroupArn") is None and action.get("forward") is None:
            reason = "An action of type forward needs a target group"
            yield reject(f"{path}[{index}].targetGroupArn", _VALIDATION, reason, "give targetGroupArn or forward")


def check_rule(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    conditions = objects(inputs, "conditions")
    values = sum(len(items(it, f"{kind}.values")) for it in conditions for kind in _CONDITION_VALUES)
    if values > _RULE_VALUES:
        reason = f"A rule can only have {_RULE_VALUES} condition values; this one has {values}"
        yield reject("conditions", _VALIDATION, reason, "split the rule in two")
    yield from _actions(inputs, "actions")


def certificate_is_here(record: Record, world: World) -> Iterator[Diagnostic]:
    """A listener's certificate is in its region, and has been issued: something validated it."""
    arn = text(record.inputs, "certificateArn")
    certificate = world.by_arn(arn) if arn else None
    if certificate is None:
        return
    if certificate.region != record.region:
        yield reject(
            "certificateArn", "CertificateNotFound", f"Certificate '{arn}' is in {certificate.region}, not in "
            f"{record.region}", "request a certificate in the load balancer's region",
        )  # fmt: skip
    kind = "aws:acm/certificateValidation:CertificateValidation"
    if not any(user.type == kind for user in world.mentioning(arn or "")) and text(
        certificate.inputs, "validationMethod"
    ):
        yield reject(
            "certificateArn", "UnsupportedCertificate", f"The certificate '{arn}' must have a fully-qualified domain "
            "name, a supported signature, and a supported key size: it has not been issued yet",
            "take the ARN from a CertificateValidation, so that the certificate is issued first",
        )  # fmt: skip


def groups_are_free(record: Record, world: World) -> Iterator[Diagnostic]:
    """A target group belongs to one load balancer."""
    path = "defaultActions" if record.type == facts.LISTENER else "actions"
    balancer = _balancer(record)
    for group in _target_groups(record, path):
        for user in world.mentioning(group):
            if user.type in (facts.LISTENER, facts.LISTENER_RULE) and _balancer(user) != balancer and balancer:
                yield reject(
                    path, "TargetGroupAssociationLimit",
                    f"The target group {group} cannot be associated with more than one load balancer: "
                    f"{facts.label(user)}", "make a target group for each load balancer",
                )  # fmt: skip


def speaks_over_tls(record: Record, world: World) -> Iterator[Diagnostic]:
    """A group of HTTP/2 or gRPC stands behind HTTPS. Source: ELB user guide, target groups, protocol version."""
    path = "defaultActions" if record.type == facts.LISTENER else "actions"
    protocol = _listened(record, world)
    if protocol is None or protocol == "HTTPS":
        return
    for arn in _target_groups(record, path):
        group = world.by_arn(arn)
        version = text(group.inputs, "protocolVersion") if group is not None else None
        if version in _OVER_TLS:
            yield reject(
                path, "InvalidLoadBalancerAction", f"Listener protocol '{protocol}' is not supported with a target "
                f"group with the protocol-version '{version}'", "forward to it from an HTTPS listener",
            )  # fmt: skip


def forwards_alone(record: Record, world: World) -> Iterator[Diagnostic]:
    """A group of HTTP/2 or gRPC takes no action before `forward`, such as signing on. Source: the same page."""
    path = "defaultActions" if record.type == facts.LISTENER else "actions"
    groups = [world.by_arn(arn) for arn in _target_groups(record, path)]
    versions = {text(group.inputs, "protocolVersion") for group in groups if group is not None} & _OVER_TLS
    others = sorted({text(action, "type") or "" for action in objects(record.inputs, path)} - {"forward", ""})
    if versions and others:
        yield reject(
            path, "InvalidLoadBalancerAction", f"Action type '{others[0]}' is not supported with a target group with "
            f"the protocol-version '{min(filter(None, versions))}'", "forward alone",
        )  # fmt: skip


def check_codes(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    """GRPC is judged by codes from 0 to 99, anything else by statuses of HTTP. Source: API reference, Matcher."""
    matcher = text(inputs, "healthCheck.matcher")
    if matcher is None:
        return
    numbers = [int(number) for number in re.findall(r"\d+", matcher)]
    grpc = text(inputs, "protocolVersion") == "GRPC"
    if grpc and any(number > _LAST_GRPC_CODE for number in numbers):
        reason = f"Health check matcher GRPC code '{matcher}' must be within 0-{_LAST_GRPC_CODE}"
        yield reject("healthCheck.matcher", _VALIDATION, reason, "give codes of gRPC, such as 0 or 12")
    if not grpc and any(number not in range(200, 600) for number in numbers):
        reason = f"Health check matcher HTTP code '{matcher}' must be within '200-499' inclusive"
        yield reject("healthCheck.matcher", _VALIDATION, reason, "give statuses of HTTP, such as 200-299")


def _listened(record: Record, world: World) -> str | None:
    """Return what the listener of a record speaks."""
    if record.type == facts.LISTENER:
        return text(record.inputs, "protocol")
    listener = world.by_arn(text(record.inputs, "listenerArn") or "")
    return text(listener.inputs, "protocol") if listener is not None else None


def _target_groups(record: Record, path: str) -> Iterator[str]:
    for where in ("targetGroupArn", "forward.targetGroups[].arn"):
        for _, arn in facts.strings_at(record.inputs, f"{path}[].{where}"):
            yield arn


def _balancer(record: Record) -> str | None:
    stated = text(record.inputs, "loadBalancerArn")
    listener = text(record.inputs, "listenerArn")
    return stated or (listener.rsplit("/", 1)[0].replace(":listener/", ":loadbalancer/") if listener else None)
