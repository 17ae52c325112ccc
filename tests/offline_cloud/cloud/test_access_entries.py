"""Who makes a cluster is let into it by EKS itself, once."""

import pytest

from offline_cloud import account
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Diagnostic
from offline_cloud.cloud.services.eks import creator
from offline_cloud.provider.hooks import AwsCloud
from tests.offline_cloud.cloud.platform import Platform

SOMEBODY_ELSE = "arn:aws:iam::123456789012:role/operations"


@pytest.fixture
def world() -> Platform:
    return Platform()


def refused(world: Platform, principal: str) -> list[Diagnostic]:
    entry = world.draft(facts.ACCESS_ENTRY, "entry", clusterName="shop", principalArn=principal)
    return list(AwsCloud().create(entry, world, preview=True).diagnostics)


def test_whoever_makes_a_cluster_has_an_entry_on_it_already(world: Platform) -> None:
    world.cluster()
    (twice,) = refused(world, account.caller({}))
    assert twice.path == "principalArn"
    assert twice.reason.startswith("ResourceInUseException")
    assert "out of `access`" in (twice.fix or "")
    assert refused(world, SOMEBODY_ELSE) == []


def test_it_is_whoever_runs_the_program(world: Platform, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(account.CALLER, "arn:aws:sts::123456789012:assumed-role/operations/run-7")
    world.cluster()
    assert len(refused(world, SOMEBODY_ELSE)) == 1
    assert refused(world, account.caller({})) == []


def test_a_cluster_that_lets_nobody_in_takes_its_creators_entry(world: Platform) -> None:
    world.cluster(accessConfig={"bootstrapClusterCreatorAdminPermissions": False})
    assert refused(world, account.caller({})) == []


@pytest.mark.parametrize(
    ("caller", "principal"),
    [
        ("arn:aws:sts::123456789012:assumed-role/deploy/run-7", "arn:aws:iam::123456789012:role/deploy"),
        ("arn:aws:iam::123456789012:user/me", "arn:aws:iam::123456789012:user/me"),
        ("arn:aws:sts::123456789012:federated-user/me", "arn:aws:sts::123456789012:federated-user/me"),
    ],
)
def test_a_session_is_its_role(caller: str, principal: str) -> None:
    assert creator.principal(caller) == principal
