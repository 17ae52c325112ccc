"""A policy that holds for a secret and not for its copies is noted."""

import json

import pytest

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Value
from offline_cloud.cloud.services.secretsmanager.copies import SECRET_POLICY, notes
from tests.offline_cloud.cloud.memory import Memory


@pytest.mark.parametrize(
    ("replicas", "resource", "noted"),
    [(["eu-west-1"], "arn", True), (["eu-west-1"], "*", False), ([], "arn", False)],
)
def test_a_policy_that_names_the_primarys_arn_is_noted_where_there_are_copies(
    replicas: list[str], resource: str, noted: bool
) -> None:
    world = Memory()
    copies: Value = [{"region": region} for region in replicas]
    secret = world.add(facts.SECRET, "secret", name="shop/key", replicas=copies)
    named = secret.arn if resource == "arn" else resource
    policy = json.dumps({"Statement": [{"Effect": "Deny", "Action": "secretsmanager:*", "Resource": named}]})
    draft = world.draft(SECRET_POLICY, "policy", secretArn=secret.arn, policy=policy)
    assert bool(notes(draft, world)) is noted
