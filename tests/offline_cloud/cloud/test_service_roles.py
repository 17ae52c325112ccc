"""An account without service-linked roles refuses what their first use comes too late for."""

import pytest

from offline_cloud import account
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.services.iam.service_roles import (
    CAPACITY_PROVIDERS,
    NEEDED,
    SERVICE_LINKED_ROLE,
    notes,
    refused,
)
from tests.offline_cloud.cloud.memory import Memory, codes

FRESH: frozenset[str] = frozenset()


@pytest.mark.parametrize(
    ("type", "code"),
    [
        (CAPACITY_PROVIDERS, "InvalidParameterException"),
        (facts.SERVICE, "InvalidParameterException"),
        (facts.DATABASE_SUBNETS, "InvalidParameterValue"),
        (facts.DATABASE, "InvalidParameterValue"),
        (facts.CACHE_SUBNETS, "ServiceLinkedRoleNotFoundFault"),
        (facts.CACHE, "ServiceLinkedRoleNotFoundFault"),
    ],
)
def test_a_fresh_account_refuses_it_and_one_with_the_role_does_not(type: str, code: str) -> None:
    world = Memory()
    draft = world.draft(type, "first")
    assert codes(refused(draft, world, FRESH)) == {code}
    assert NEEDED[type].service in str(refused(draft, world, FRESH)[0])
    assert refused(draft, world, {NEEDED[type].service}) == []
    assert refused(draft, world, None) == []


def test_what_needs_no_role_is_never_refused() -> None:
    world = Memory()
    assert refused(world.draft(facts.VPC, "vpc"), world, FRESH) == []
    assert notes(world.draft(facts.VPC, "vpc")) == []


def test_a_stack_cannot_make_a_role_that_the_account_has() -> None:
    world = Memory()
    draft = world.draft(SERVICE_LINKED_ROLE, "ecs", awsServiceName="ecs.amazonaws.com")
    assert codes(refused(draft, world, None)) == {"InvalidInput"}
    assert refused(draft, world, FRESH) == []
    world.add(SERVICE_LINKED_ROLE, "ecs", awsServiceName="ecs.amazonaws.com")
    assert refused(world.draft(CAPACITY_PROVIDERS, "capacity"), world, FRESH) == []


def test_the_account_is_chosen_by_a_variable() -> None:
    assert account.service_roles({}) is None
    assert account.service_roles({account.VARIABLE: "fresh"}) == FRESH
    assert account.service_roles({account.VARIABLE: "a.amazonaws.com, b.amazonaws.com"}) == {
        "a.amazonaws.com",
        "b.amazonaws.com",
    }
