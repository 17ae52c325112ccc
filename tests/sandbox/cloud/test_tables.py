"""The tables of the rules name types and properties that the SDK has."""

import pytest

from sandbox.cloud import identity
from sandbox.cloud.rules import deletion, policies, references, trust, uniqueness
from tests.sandbox.cloud.sdk import arguments, classes, nested

REFERENCES = [(name.type, name.path, name.target) for name in (*references.NAMES, *references.IDS)]
USERS = [
    (user, path)
    for rule in deletion.DEPENDENTS.values()
    for user, paths in sorted(rule.users.items())
    for path in paths
]

PROPERTIES = sorted(
    {(type, path) for type, rule in uniqueness.UNIQUE.items() for path in rule.paths}
    | {(type, rule.path) for type, rule in deletion.PROTECTIONS.items()}
    | {(type, rule.path) for type, rule in policies.DOCUMENTS.items()}
    | {(type, rule.path) for type, rule in trust.TRUSTS.items()}
    | set(USERS)
    | {(type, path) for type, path, _ in REFERENCES}
)


@pytest.mark.parametrize(("type", "path"), PROPERTIES)
def test_a_rule_speaks_of_a_property_that_exists(type: str, path: str) -> None:
    assert nested(arguments(type), path.replace("[]", ""))


@pytest.mark.parametrize("type", sorted(deletion.DEPENDENTS.keys() | {target for _, _, target in REFERENCES}))
def test_a_rule_protects_a_type_that_exists(type: str) -> None:
    assert type in classes()
    assert type in identity.known_types()
