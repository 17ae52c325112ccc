"""Rules over the Kubernetes objects of a release: good ones pass, and the same with one property broken do not."""

from typing import Any

import pytest
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE, unknown_checking_proxy

from policies.registry import RULES
from policies.rule import ObjectRule
from policies.view import Resource
from tests.policies.breaking import broken, paths
from tests.policies.broken import DELETED
from tests.policies.objects import BROKEN, GOOD

OBJECT_RULES = {rule.name: rule for rule in RULES if isinstance(rule, ObjectRule)}


def _seen(objects: dict[str, dict[str, Any]], environment: str = "production") -> list[Resource]:
    return [
        Resource(
            type=body["kind"] if isinstance(body["kind"], str) else kind,
            name=body["metadata"]["name"],
            urn="urn:pulumi:prod::groundwork::kubernetes:helm.sh/v3:Release::application-workload",
            properties=unknown_checking_proxy(body),
            environment=environment,
        )
        for kind, body in objects.items()
    ]


def _breaches(objects: list[Resource]) -> dict[str, list[str]]:
    found = {rule.name: [message for _, message in rule.violations(objects)] for rule in OBJECT_RULES.values()}
    return {name: messages for name, messages in found.items() if messages}


def test_good_objects_pass_every_rule() -> None:
    assert _breaches(_seen(GOOD)) == {}


@pytest.mark.parametrize(
    ("name", "kind", "path", "value"), BROKEN, ids=lambda item: "deleted" if item is DELETED else str(item)[:60]
)
def test_a_broken_property_is_refused_by_its_rule_alone(name: str, kind: str, path: str, value: Any) -> None:
    objects = {**GOOD, kind: broken(GOOD[kind], path, value)}
    found = _breaches(_seen(objects))
    assert list(found) == [name]
    assert len(found[name]) == 1


@pytest.mark.parametrize("kind", GOOD)
def test_nothing_that_is_not_known_yet_is_a_fault(kind: str) -> None:
    for path in paths(GOOD[kind]):
        if not path.startswith(("kind", "metadata")):
            assert _breaches(_seen({**GOOD, kind: broken(GOOD[kind], path, UNKNOWN_STRING_VALUE)})) == {}, path


@pytest.mark.parametrize("name", sorted(name for name, rule in OBJECT_RULES.items() if rule.environments))
def test_production_rules_leave_dev_alone(name: str) -> None:
    for broken_name, kind, path, value in BROKEN:
        if broken_name == name:
            objects = _seen({**GOOD, kind: broken(GOOD[kind], path, value)}, environment="dev")
            assert name not in _breaches(objects)


def test_a_token_is_mounted_for_an_account_that_a_role_is_bound_to() -> None:
    path = "spec.template.spec.automountServiceAccountToken"
    deployment = broken(GOOD["Deployment"], path, value=True)
    binding = broken(GOOD["RoleBinding"], "subjects.0.name", "api")
    assert _breaches(_seen({**GOOD, "Deployment": deployment, "RoleBinding": binding})) == {}


def test_an_account_without_a_token_keeps_it_from_its_pods() -> None:
    deployment = broken(GOOD["Deployment"], "spec.template.spec.automountServiceAccountToken", DELETED)
    account = {**GOOD["ServiceAccount"], "automountServiceAccountToken": False}
    assert _breaches(_seen({**GOOD, "Deployment": deployment, "ServiceAccount": account})) == {}


def test_one_pod_needs_no_budget() -> None:
    alone = broken(GOOD["Deployment"], "spec.replicas", 1)
    assert _breaches(_seen({"Deployment": alone})) == {}


def test_a_password_for_what_runs_in_the_pod_itself_is_no_secret() -> None:
    path = "spec.template.spec.containers.0.env.0"
    variable = {"name": "DATABASE_URL", "value": "postgres://app:restored@localhost:5432/shop"}
    assert _breaches(_seen({**GOOD, "Deployment": broken(GOOD["Deployment"], path, variable)})) == {}


def test_every_object_rule_has_a_failing_case() -> None:
    assert {name for name, *_ in BROKEN} | {"entry-through-platform"} == set(OBJECT_RULES)


@pytest.mark.parametrize("kind", ["Ingress", "Gateway"])
def test_an_entry_of_its_own_is_refused(kind: str) -> None:
    entry = {"kind": kind, "metadata": {"name": "side", "namespace": "openibank"}}
    assert list(_breaches(_seen({"entry": entry}))) == ["entry-through-platform"]


def test_a_bound_on_its_time_keeps_a_job_from_piling_up() -> None:
    job = broken(GOOD["CronJob"], "spec.concurrencyPolicy", "Allow")
    assert _breaches(_seen({"CronJob": broken(job, "spec.jobTemplate.spec.activeDeadlineSeconds", 600)})) == {}


def test_a_namespace_of_a_release_without_any_policy_is_another_releases_to_close() -> None:
    assert _breaches(_seen({"Namespace": GOOD["Namespace"]})) == {}
