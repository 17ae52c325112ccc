"""What is written down of types names types and properties that the SDK has."""

import pytest

from offline_cloud.cloud.core import registry
from offline_cloud.cloud.core.resource import Resource
from tests.offline_cloud.cloud.sdk import arguments, classes, nested

EVERY = {type: known for type, known in registry.every().items() if type in classes()}
TARGETS = {target for known in EVERY.values() for target in (*known.names.values(), *known.ids.values())}
HELD = {type for type, known in EVERY.items() if known.held_by}


def _paths(known: Resource) -> set[str]:
    stated = (known.document, known.role, known.protected)
    uniques = {path.rstrip("?") for rule in known.uniques for path in rule.paths.split()}
    emptied = {known.emptied_by} if known.emptied_by else set[str]()
    return {facet.path for facet in stated if facet} | uniques | emptied | {*known.names, *known.ids}


PROPERTIES = sorted(
    {(type, path) for type, known in EVERY.items() for path in _paths(known)}
    | {(user, path) for known in EVERY.values() if known.held_by
       for user, paths in known.held_by.users.items() for path in paths.split()}
)  # fmt: skip


@pytest.mark.parametrize(("type", "path"), PROPERTIES)
def test_a_rule_speaks_of_a_property_that_exists(type: str, path: str) -> None:
    assert nested(arguments(type), path.replace("[]", ""))


@pytest.mark.parametrize("type", sorted(HELD | TARGETS))
def test_a_rule_protects_a_type_that_exists(type: str) -> None:
    assert type in classes()
    assert registry.of(type).id


def test_a_type_is_written_down_once_and_found_where_it_is() -> None:
    assert {type for type, known in registry.every().items() if registry.of(type) is not known} == set()


def test_nothing_is_known_of_a_type_of_another_package_or_service() -> None:
    assert registry.of("kubernetes:core/v1:Pod") is registry.of("aws:xray/group:Group")
    assert not registry.of("aws:xray/group:Group").judges
