"""TCP ports behind a Network Load Balancer, beside the one for HTTPS."""

from dataclasses import replace
from typing import Any

import pytest

from components.ingress.ingress import Ingress, IngressArgs
from settings.stack import IngressSettings
from settings.workload import Workload
from tests.components.ingress.samples import WORKLOAD, ingress_args
from tests.components.recording import Recorder, build

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
_SSH: dict[str, Any] = {
    "host": "ssh",
    "listen": 22,
    "service": "api-server",
    "port": "ssh",
    "allowed_cidrs": ("0.0.0.0/0",),
    "open_because": "Anyone may clone over SSH; keys let in",
}


def args(changes: dict[str, Any] | None = None, **settings: object) -> IngressArgs:
    raw = WORKLOAD.model_dump(by_alias=True)
    raw["services"]["api-server"]["ports"]["ssh"] = {"number": 2222}
    raw["ingress"]["tcp_ports"] = ({**_SSH, **(changes or {})},)
    given = ingress_args()
    stated = IngressSettings.model_validate({**given.settings.model_dump(), **settings})
    hostnames = {**given.hostnames, "ssh": "ssh.openibank.com"}
    return replace(given, workload=Workload.model_validate(raw), hostnames=hostnames, settings=stated)


def edge(given: IngressArgs) -> Recorder[Ingress]:
    return build(lambda: Ingress("ingress", given))


def rules(recorder: Recorder[Ingress], group: str) -> set[tuple[str, int, int]]:
    """The ranges that a group lets in, with the ports."""
    own = recorder.named(group).name
    found = [each.inputs for each in recorder.of_type(INGRESS_RULE) if each.name.startswith("ingress-tcp-from-")]
    assert all(each["securityGroupId"] == f"{own}-id" for each in found)
    return {(each["cidrIpv4"], each["fromPort"], each["toPort"]) for each in found}


def test_a_port_has_a_listener_and_a_target_group_of_its_own() -> None:
    recorder = edge(args())
    balancer = recorder.named("ingress-tcp-nlb")
    assert balancer.inputs["loadBalancerType"] == "network"
    assert balancer.inputs["name"] == "openibank-prod-tcp"
    assert balancer.inputs["internal"] is False
    assert balancer.inputs["enableDeletionProtection"] is True
    listener = recorder.named("ingress-tcp-listener-22").inputs
    assert (listener["protocol"], listener["port"], listener["tcpIdleTimeoutSeconds"]) == ("TCP", 22, 350)
    group = recorder.named("ingress-tcp-api-server-ssh").inputs
    assert (group["protocol"], group["port"], group["targetType"]) == ("TCP", 2222, "ip")
    assert group["healthCheck"]["protocol"] == "TCP"
    assert group["preserveClientIp"] == "false"
    assert group["proxyProtocolV2"] is False
    assert "protocolVersion" not in group
    assert "stickiness" not in group


def test_its_pods_join_beside_those_of_the_routes() -> None:
    recorder = edge(args())
    assert set(recorder.result.every_target_group) == {("api-server", "http"), ("api-server", "ssh")}
    # Requests are counted at the other load balancer alone.
    assert set(recorder.result.resource_labels) == {("api-server", "http")}


def test_only_the_stated_ranges_enter_and_only_towards_the_pods_port() -> None:
    recorder = edge(args({"allowed_cidrs": ("203.0.113.0/24",), "open_because": None}))
    assert rules(recorder, "ingress-tcp-group") == {("203.0.113.0/24", 22, 22)}
    outward = recorder.named("ingress-tcp-to-pods-2222").inputs
    assert (outward["fromPort"], outward["toPort"], outward["referencedSecurityGroupId"]) == (2222, 2222, "sg-cluster")
    inward = recorder.named("ingress-tcp-pods-from-tcp-2222").inputs
    assert (inward["securityGroupId"], inward["fromPort"]) == ("sg-cluster", 2222)
    assert inward["referencedSecurityGroupId"] == outward["securityGroupId"]


def test_a_stack_narrows_the_ranges_and_maintenance_closes_them() -> None:
    narrowed = edge(args(allowed_cidrs=("198.51.100.0/24",)))
    assert rules(narrowed, "ingress-tcp-group") == {("198.51.100.0/24", 22, 22)}
    assert rules(edge(args(maintenance=True)), "ingress-tcp-group") == set()


@pytest.mark.parametrize("cidr", ["0.0.0.0/0", "128.0.0.0/1"])
def test_a_rule_for_everybody_or_half_of_them_says_that_it_is_meant(cidr: str) -> None:
    rule = edge(args({"allowed_cidrs": (cidr,)})).named(f"ingress-tcp-from-{cidr}-22").inputs
    assert rule["description"].startswith("Clients, open to every address")


def test_on_a_machine_nobody_knows_the_ports_beforehand() -> None:
    recorder = edge(replace(args(), target_type="instance"))
    inward = recorder.named("ingress-tcp-pods-from-tcp-32768").inputs
    assert (inward["fromPort"], inward["toPort"]) == (32768, 65535)
    assert recorder.named("ingress-tcp-api-server-ssh").inputs["targetType"] == "instance"


@pytest.mark.parametrize(("serving", "records"), [(True, 1), (False, 0)])
def test_a_host_leads_there(serving: bool, records: int) -> None:
    recorder = edge(args(serving=serving))
    found = [each for each in recorder.of_type("aws:route53/record:Record") if "tcp-dns" in each.name]
    assert len(found) == records
    for record in found:
        assert record.inputs["name"] == "ssh.openibank.com"
        assert record.inputs["aliases"][0]["name"] == "ingress-tcp-nlb-dnsName"


def test_its_host_is_in_no_certificate() -> None:
    certificate = edge(args()).one("aws:acm/certificate:Certificate").inputs
    assert certificate["domainName"] == "api.openibank.com"
    assert certificate.get("subjectAlternativeNames", []) == []


def test_a_product_without_one_has_no_such_load_balancer() -> None:
    recorder = edge(ingress_args())
    assert recorder.result.tcp_ports is None
    assert len(recorder.of_type(BALANCER)) == 1
