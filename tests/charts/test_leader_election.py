"""The Lease by which GridTokenX's pods agree on the one that matches, and what they may do to it."""

from typing import Any

import pytest

from settings.arithmetic.subnets import Tier, subnets
from tests.charts.gridtokenx import gridtokenx, rendered
from tests.charts.rendering import at

_SERVICE = "api-gateway"
_LEASE = "matching-engine"


def _spec(name: str = _SERVICE) -> Any:
    return at(rendered("workload", "prod").one("Deployment", name), "spec.template.spec")


@pytest.mark.requirement("GX-22")
def test_the_pods_may_renew_exactly_one_lease_and_make_none() -> None:
    objects = rendered("workload", "prod")
    assert objects.names("Lease") == {_LEASE}
    (role,) = objects.of_kind("Role")
    (rule,) = role["rules"]
    assert rule["apiGroups"] == ["coordination.k8s.io"]
    assert rule["resources"] == ["leases"]
    assert rule["resourceNames"] == [_LEASE]
    # A right to create, list or delete cannot be narrowed to one name.
    assert set(rule["verbs"]) == {"get", "watch", "update", "patch"}


@pytest.mark.requirement("GX-22")
def test_only_the_services_own_account_has_that_right() -> None:
    objects = rendered("workload", "prod")
    (binding,) = objects.of_kind("RoleBinding")
    assert binding["subjects"] == [{"kind": "ServiceAccount", "name": _SERVICE, "namespace": "gridtokenx"}]
    assert binding["roleRef"]["name"] == objects.of_kind("Role")[0]["metadata"]["name"]
    assert _spec()["serviceAccountName"] == _SERVICE
    assert _spec()["automountServiceAccountToken"] is True


@pytest.mark.requirement("GX-22")
def test_a_pod_is_told_the_lease_and_who_it_is_itself() -> None:
    environment = {each["name"]: each for each in at(_spec(), f"containers[name={_SERVICE}].env")}
    assert environment["LEADER_ELECTION_LEASE"]["value"] == _LEASE
    fields = {
        name: environment[f"LEADER_ELECTION_{name}"]["valueFrom"]["fieldRef"]["fieldPath"]
        for name in ("NAMESPACE", "IDENTITY")
    }
    assert fields == {"NAMESPACE": "metadata.namespace", "IDENTITY": "metadata.name"}


@pytest.mark.requirement("GX-22")
def test_the_way_to_the_kubernetes_api_is_open_to_these_pods() -> None:
    policy = rendered("workload", "prod").one("NetworkPolicy", f"{_SERVICE}-policy")
    assert "kubernetes-api" in policy["metadata"]["annotations"]["groundwork/egress"].split()
    stack = gridtokenx("prod").stack
    private = set(subnets(stack.network.cidr, Tier.PRIVATE, len(stack.zones)))
    flows = [
        flow
        for flow in policy["spec"]["egress"]
        if private <= {peer["ipBlock"]["cidr"] for peer in flow["to"] if "ipBlock" in peer}
    ]
    assert [flow["ports"] for flow in flows] == [[{"port": 443, "protocol": "TCP"}]]


def test_no_other_pod_of_the_platforms_gets_a_token() -> None:
    templates = dict(rendered("workload", "prod").pod_templates())
    assert len(templates) > 1
    with_token = {name for name, each in templates.items() if each["spec"]["automountServiceAccountToken"]}
    assert with_token == {_SERVICE}
