"""Services, Ingresses, network policies, endpoints.

https://kubernetes.io/docs/reference/kubernetes-api/service-resources/
https://kubernetes.io/docs/reference/kubernetes-api/policy-resources/network-policy-v1/
"""

import ipaddress
import re
from typing import Final

from offline_cloud.cloud.model import Properties, Value, at, items, known, objects, text
from offline_cloud.kubernetes.objects import has_unknown, mapping
from offline_cloud.kubernetes.rules import forms
from offline_cloud.kubernetes.rules.base import Fault, Faults, rule
from offline_cloud.kubernetes.rules.containers import number_or_name, numbered
from offline_cloud.kubernetes.rules.metadata import at_least, exactly_one, formed, needed, unique
from offline_cloud.kubernetes.typed import Node, at_key

_PROTOCOLS: Final = ("TCP", "UDP", "SCTP")
_OUTER: Final = ("NodePort", "LoadBalancer")
_DIRECTIONS: Final = ("Ingress", "Egress")
_NODE_PORTS: Final = (30000, 32767)
_DAY: Final = 86400
_BAD_PATH: Final = re.compile(r"//|/\./|/\.\./|%2[fF]|/\.{1,2}$")
_FAMILIES: Final = {"IPv4": 4, "IPv6": 6}
_DOMAIN_PATH: Final = re.compile(r"[^/]+/[A-Za-z0-9/\-._~%!$&'()*+,;=:]+")


@rule("core.v1.ServiceSpec")
def service(node: Node) -> Faults:
    """A type, and ports that each have a place of their own."""
    body = node.body
    kind = text(body, "type") or "ClusterIP"
    ports = objects(body, "ports")
    headless = text(body, "clusterIP") == "None"
    if not ports and not headless and kind != "ExternalName" and known(body.get("ports", "")):
        yield Fault("ports", "a Service needs at least one port")
    yield from _ports(ports)
    yield from unique("ports", "port and protocol", [_place(port) for port in ports], "port")
    for key, value in mapping(body, "selector").items():
        yield from formed(at_key("selector", key), key, forms.qualified)
        yield from formed(at_key("selector", key), value if isinstance(value, str) else None, forms.label_value)
    if kind == "ExternalName":
        yield from needed(node, "externalName")
        yield from formed("externalName", (text(body, "externalName") or "").removesuffix(".") or None, forms.subdomain)


def _ports(ports: list[Properties]) -> Faults:
    names = [at(port, "name") for port in ports]
    if len(ports) > 1 and not has_unknown([*names]):
        for index, name in enumerate(names):
            if not name:
                yield Fault(f"ports[{index}].name", "several ports need a name each")
    yield from unique("ports", "port name", [name or None for name in names])


def _place(port: Properties) -> object:
    number = at(port, "port")
    return (number, text(port, "protocol") or "TCP") if known(number) else None


@rule("core.v1.ServicePort")
def service_port(node: Node) -> Faults:
    """One port of a Service."""
    yield from numbered("port", node.body.get("port"))
    yield from formed("name", text(node.body, "name") or None, forms.label)
    if node.body.get("targetPort") not in (None, 0, ""):
        yield from number_or_name("targetPort", node.body.get("targetPort"))
    if node.body.get("nodePort") not in (None, 0):
        yield from at_least("nodePort", node.body.get("nodePort"), *_NODE_PORTS)


@rule("core.v1.ServiceSpec")
def addresses(node: Node) -> Faults:
    """Addresses of a Service, and ranges that may call it."""
    own = text(node.body, "clusterIP")
    if own not in (None, "", "None"):
        yield from formed("clusterIP", own, forms.address)
    for member, form in (("externalIPs", forms.address), ("loadBalancerSourceRanges", forms.block)):
        for index, value in enumerate(items(node.body, member)):
            yield from formed(f"{member}[{index}]", value.strip() if isinstance(value, str) else None, form)


@rule("core.v1.ServiceSpec")
def by_type(node: Node) -> Faults:
    """What goes with some types of Service alone."""
    body = node.body
    kind = text(body, "type") or "ClusterIP"
    if not known(body.get("type", "")):
        return
    if kind == "LoadBalancer" and text(body, "clusterIP") == "None":
        yield Fault("clusterIP", "None is not allowed with type LoadBalancer", "leave it out")
    for member in ("loadBalancerSourceRanges", "loadBalancerClass", "allocateLoadBalancerNodePorts"):
        if body.get(member) not in (None, [], "") and kind != "LoadBalancer":
            yield Fault(member, f"goes with type LoadBalancer alone, and the type is {kind}")
    policy = body.get("externalTrafficPolicy")
    if policy and kind not in _OUTER and not items(body, "externalIPs"):
        yield Fault("externalTrafficPolicy", f"goes with {' and '.join(_OUTER)} alone, and the type is {kind}")
    for index, port in enumerate(objects(body, "ports")):
        if at(port, "nodePort") not in (None, 0) and kind not in _OUTER:
            yield Fault(f"ports[{index}].nodePort", f"goes with {' and '.join(_OUTER)} alone, and the type is {kind}")


@rule("core.v1.ServiceSpec")
def affinity(node: Node) -> Faults:
    """Callers that stay with one pod."""
    seconds = at(node.body, "sessionAffinityConfig.clientIP.timeoutSeconds")
    if text(node.body, "sessionAffinity") == "ClientIP":
        yield from at_least("sessionAffinityConfig.clientIP.timeoutSeconds", seconds, 1, _DAY)


@rule("networking.v1.IngressSpec")
def ingress(node: Node) -> Faults:
    """Rules, or a backend for everything.

    https://kubernetes.io/docs/concepts/services-networking/ingress/
    """
    if not node.body.get("rules") and not node.body.get("defaultBackend") and not has_unknown(node.body):
        yield Fault("", "rules or defaultBackend is needed")
    yield from formed("ingressClassName", text(node.body, "ingressClassName"), forms.subdomain)
    for index, entry in enumerate(objects(node.body, "tls")):
        yield from formed(f"tls[{index}].secretName", text(entry, "secretName") or None, forms.subdomain)
        for place, name in enumerate(items(entry, "hosts")):
            yield from formed(f"tls[{index}].hosts[{place}]", name if isinstance(name, str) else None, forms.host)


@rule("networking.v1.IngressRule")
def ingress_rule(node: Node) -> Faults:
    """A host by its name."""
    yield from _host("host", node.body.get("host") or None)


def _host(path: str, name: Value) -> Faults:
    if not isinstance(name, str):
        return
    if not forms.address(name):
        yield Fault(path, f"{name!r} is an address; allowed: a DNS name")
    else:
        yield from formed(path, name, forms.host)


@rule("networking.v1.HTTPIngressRuleValue")
def paths(node: Node) -> Faults:
    """At least one path."""
    yield from needed(node, "paths")


@rule("networking.v1.HTTPIngressPath")
def path(node: Node) -> Faults:
    """A path of a type, and where it leads."""
    yield from needed(node, "pathType")
    kind, stated = node.body.get("pathType"), text(node.body, "path") or ""
    if kind in ("Exact", "Prefix"):
        if not stated.startswith("/") and known(node.body.get("path", "")):
            yield Fault("path", f"{stated!r} does not begin with '/'")
        elif _BAD_PATH.search(stated):
            yield Fault("path", f"{stated!r} has '//', '.', '..' or an encoded slash in it")
    elif stated and not stated.startswith("/"):
        yield Fault("path", f"{stated!r} does not begin with '/'")


@rule("networking.v1.IngressBackend")
def backend(node: Node) -> Faults:
    """A Service, or another resource."""
    yield from exactly_one(node, "a backend", "service", "resource")
    for member in ("kind", "name") if node.body.get("resource") is not None else ():
        if at(node.body, f"resource.{member}") in (None, ""):
            yield Fault(f"resource.{member}", "is needed and missing")


@rule("networking.v1.IngressServiceBackend")
def backend_service(node: Node) -> Faults:
    """A Service by its name, and its port by name or number."""
    yield from needed(node, "name")
    yield from formed("name", text(node.body, "name") or None, forms.service_name)
    port = mapping(node.body, "port")
    stated = [member for member in ("name", "number") if port.get(member) not in (None, "", 0)]
    if known(node.body.get("port", "")) and len(stated) != 1:
        yield Fault("port", f"exactly one of name, number is needed; it has {' and '.join(stated) or 'none'}")
    yield from numbered("port.number", port.get("number") or None)
    yield from formed("port.name", text(port, "name") or None, forms.port_name)


@rule("networking.v1.IngressClassSpec")
def ingress_class(node: Node) -> Faults:
    """The controller behind a class: a domain and a path."""
    controller = text(node.body, "controller")
    if not known(node.body.get("controller", "")):
        return
    if not controller or not _DOMAIN_PATH.fullmatch(controller) or forms.subdomain(controller.partition("/")[0]):
        yield Fault("controller", f"{controller!r} is not valid; allowed: a domain and a path, as in example.com/alb")


@rule("networking.v1.NetworkPolicySpec")
def policy(node: Node) -> Faults:
    """Directions, each once.

    https://kubernetes.io/docs/concepts/services-networking/network-policies/
    """
    types = items(node.body, "policyTypes")
    if len(types) > len(_DIRECTIONS):
        yield Fault("policyTypes", f"{len(types)} types; allowed: {', '.join(_DIRECTIONS)}, each once")


@rule("networking.v1.NetworkPolicyPeer")
def peer(node: Node) -> Faults:
    """Pods, or a range of addresses."""
    if not node.body:
        yield Fault(
            "", "says nobody", "state podSelector, namespaceSelector or ipBlock; for everybody leave from or to out"
        )
    if node.body.get("ipBlock") is not None and len(node.body) > 1:
        yield Fault("", "ipBlock goes with no selector", "make them two peers")


@rule("networking.v1.NetworkPolicyPort")
def policy_port(node: Node) -> Faults:
    """A port, or a range of them."""
    first, last = node.body.get("port"), node.body.get("endPort")
    if first is not None:
        yield from number_or_name("port", first)
    if last is None:
        return
    if first is None or isinstance(first, str):
        yield Fault("endPort", "needs a port in figures to start from")
    yield from numbered("endPort", last)
    if isinstance(first, int) and isinstance(last, int) and last < first:
        yield Fault("endPort", f"{last} is below port {first}", "state the higher one here")


@rule("networking.v1.IPBlock")
def block(node: Node) -> Faults:
    """A range of addresses, without some within it."""
    yield from needed(node, "cidr")
    cidr = text(node.body, "cidr") or None
    yield from formed("cidr", cidr, forms.block)
    for index, part in enumerate(items(node.body, "except")):
        if not isinstance(part, str):
            continue
        yield from formed(f"except[{index}]", part, forms.block)
        if cidr is not None and not forms.block(cidr) and not forms.block(part) and not _is_part(part, cidr):
            yield Fault(f"except[{index}]", f"{part} is not within {cidr}, and smaller", "state a part of the range")


def _is_part(part: str, whole: str) -> bool:
    inner, outer = ipaddress.ip_network(part, strict=False), ipaddress.ip_network(whole, strict=False)
    if isinstance(inner, ipaddress.IPv4Network) and isinstance(outer, ipaddress.IPv4Network):
        return inner != outer and inner.subnet_of(outer)
    if isinstance(inner, ipaddress.IPv6Network) and isinstance(outer, ipaddress.IPv6Network):
        return inner != outer and inner.subnet_of(outer)
    return False


@rule("discovery.v1.EndpointSlice")
def endpoints(node: Node) -> Faults:
    """Addresses of one family."""
    kind = text(node.body, "addressType")
    ports = objects(node.body, "ports")
    yield from unique("ports", "port name", [at(port, "name") or "" for port in ports])
    for index, port in enumerate(ports):
        yield from formed(f"ports[{index}].name", text(port, "name") or None, forms.label)
    for index, endpoint in enumerate(objects(node.body, "endpoints")):
        if endpoint.get("addresses") == []:
            yield Fault(f"endpoints[{index}].addresses", "at least one address is needed")
        for place, value in enumerate(items(endpoint, "addresses")):
            where = f"endpoints[{index}].addresses[{place}]"
            if isinstance(value, str) and kind in _FAMILIES and not _is_of(value, _FAMILIES[kind]):
                yield Fault(where, f"{value!r} is no address of {kind}")


def _is_of(value: str, version: int) -> bool:
    return not forms.address(value) and ipaddress.ip_address(value).version == version
