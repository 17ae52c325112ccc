"""What the guide lets an operator do in the product's namespace, and nothing beyond."""

import pytest

from components.cluster.access import OPERATORS
from settings.stack import AccessEntry
from tests.charts.rendering import Rendered, render
from tests.charts.service_layer import foundation, release, settings, wiring


def _with_operator() -> Rendered:
    stated = settings("prod")
    principal = "arn:aws:iam::111122223333:role/operator"
    entry = AccessEntry(name="operator", principal=principal, policy="operator", namespaces=("service-layer",))
    stack = stated.stack.model_copy(update={"access": (entry,)})
    return render("foundation", foundation(stated.model_copy(update={"stack": stack}), wiring()))


@pytest.mark.requirement("SL-128")
@pytest.mark.requirement("SL-133")
def test_operators_read_logs_open_a_shell_and_forward_a_port_and_no_more() -> None:
    made = _with_operator()
    allowed = {
        resource: set(rule["verbs"]) for rule in made.one("Role", "operator")["rules"] for resource in rule["resources"]
    }
    assert allowed["pods/log"] == {"get", "list", "watch"}
    assert allowed["pods/exec"] == allowed["pods/portforward"] == {"get", "create"}
    assert not {"create", "update", "patch", "delete"} & (allowed["pods"] | allowed["events"])
    assert not {"secrets", "*"} & set(allowed)
    binding = made.one("RoleBinding", "operator")
    assert [subject["name"] for subject in binding["subjects"]] == [OPERATORS]
    assert not release("foundation").of_kind("Role"), "no role without an operator"
