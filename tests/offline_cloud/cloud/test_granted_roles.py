"""A role without permissions is refused by what tries it at once, and noted by what begins to work with it."""

import json

import pytest

from offline_cloud.cloud.core import facts, registry
from offline_cloud.cloud.model import Record, Value
from offline_cloud.cloud.services.iam.roles import may_do_something, notes
from tests.offline_cloud.cloud.memory import Memory, codes

ROLES = {type: known.role for type, known in registry.every().items() if known.role}
TRIED = {type: role for type, role in ROLES.items() if role.bare}
BEGUN = {type: role.path for type, role in ROLES.items() if role.begun and not role.bare}


def _given(type: str, path: str, arn: str) -> dict[str, Value]:
    first, _, rest = path.partition(".")
    return {first: {rest: arn}} if rest else {first: arn}


def _world() -> tuple[Memory, Record]:
    world = Memory()
    return world, world.add(facts.ROLE, "role", name="shop", assumeRolePolicy="{}")


@pytest.mark.parametrize("type", TRIED)
def test_what_tries_a_role_refuses_one_that_may_do_nothing_yet(type: str) -> None:
    world, role = _world()
    draft = world.draft(type, "taker", **_given(type, TRIED[type].path, role.arn or ""))
    assert codes(list(may_do_something(draft, world))) == {TRIED[type].code}
    world.add(facts.ROLE_ATTACHMENT, "other", role="another", policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert list(may_do_something(draft, world))
    world.add(facts.ROLE_ATTACHMENT, "own", role=role.id, policyArn="arn:aws:iam::aws:policy/ReadOnlyAccess")
    assert not list(may_do_something(draft, world))


@pytest.mark.parametrize("type", BEGUN)
def test_what_begins_to_work_with_such_a_role_is_noted(type: str) -> None:
    world, role = _world()
    draft = world.draft(type, "taker", **_given(type, BEGUN[type], role.arn or ""))
    assert "role shop had no permission yet" in notes(draft, world)[0]
    whole = json.dumps({"Statement": [{"Effect": "Allow", "Action": "*", "Resource": "*"}]})
    world.add(facts.ROLE_POLICY, "own", role=role.id, name="permissions", policy=whole)
    assert notes(draft, world) == []


def test_a_flow_log_whose_role_may_not_look_its_group_up_is_noted() -> None:
    world, role = _world()
    actions = ["logs:CreateLogStream", "logs:PutLogEvents", "logs:DescribeLogStreams"]
    policy = json.dumps({"Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]})
    world.add(facts.ROLE_POLICY, "own", role=role.id, name="permissions", policy=policy)
    draft = world.draft(facts.FLOW_LOG, "log", iamRoleArn=role.arn)
    assert notes(draft, world) == ["iamRoleArn: the role may not logs:DescribeLogGroups: Access error"]


def test_a_role_that_states_its_policies_itself_is_no_bare_one() -> None:
    world = Memory()
    role = world.add(facts.ROLE, "role", name="shop", assumeRolePolicy="{}", inlinePolicies=[{"name": "a"}])
    assert not list(may_do_something(world.draft(facts.CLUSTER, "cluster", roleArn=role.arn), world))
    assert not list(may_do_something(world.draft(facts.CLUSTER, "cluster", roleArn="arn:aws:iam::1:role/other"), world))
