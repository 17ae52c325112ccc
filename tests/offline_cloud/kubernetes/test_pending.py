"""A release that was cut off: what stays, what Helm then refuses, and what settles it."""

from dataclasses import replace
from typing import Literal

import pytest

from offline_cloud.cloud.model import Properties, Record, at
from offline_cloud.kubernetes import pending
from offline_cloud.kubernetes.inputs import RELEASE

DEPLOYED: Properties = {"status": "deployed", "revision": 4, "name": "shop"}
NEVER: list[tuple[Literal["rollback", "uninstall"], str, str]] = [
    ("rollback", "deployed", "nothing of it is pending"),
    ("uninstall", "pending-upgrade", "roll it back"),
    ("rollback", "pending-install", "uninstall it"),
]


def made(revision: int = 4, standing: str = "deployed", values: str = "old") -> Record:
    return Record(
        urn="urn:pulumi:prod::p::kubernetes:helm.sh/v3:Release::shop",
        type=RELEASE,
        region="prod",
        id="shop/shop",
        inputs={"name": "shop", "namespace": "web", "chart": "./shop", "values": {"image": values}},
        outputs={"status": {**DEPLOYED, "status": standing, "revision": revision}},
    )


def test_an_upgrade_that_was_cut_off_leaves_what_was_deployed_and_a_pending_revision() -> None:
    left = pending.cut_off(made(5, values="new"), made(4))
    assert at(left.outputs, "status.status") == "pending-upgrade"
    assert at(left.outputs, "status.revision") == 5
    assert at(left.inputs, "values.image") == "old"


def test_helm_lets_nobody_on_and_the_remedy_is_said() -> None:
    assert pending.refused(made()) == []
    (upgrade,) = pending.refused(made(5, "pending-upgrade"))
    assert upgrade.reason.startswith("another operation (install/upgrade/rollback) is in progress: revision 5 of shop")
    assert upgrade.fix is not None
    assert "`helm history shop --namespace web`" in upgrade.fix
    assert "`helm rollback shop 4 --namespace web --wait`" in upgrade.fix
    assert pending.RUNBOOK in upgrade.fix
    (install,) = pending.refused(made(1, "pending-install"))
    assert install.reason.startswith("cannot re-use a name that is still in use")
    assert install.fix is not None
    assert "`helm uninstall shop --namespace web`" in install.fix


def test_a_rollback_is_a_revision_of_its_own() -> None:
    settled = pending.settle(made(5, "pending-upgrade"), "rollback")
    assert settled is not None
    assert at(settled.outputs, "status.status") == "deployed"
    assert at(settled.outputs, "status.revision") == 6
    assert pending.refused(settled) == []


def test_an_install_that_never_ended_is_removed() -> None:
    assert pending.settle(pending.cut_off(made(1), None), "uninstall") is None


@pytest.mark.parametrize(("action", "standing", "said"), NEVER)
def test_what_would_take_more_than_the_pending_revision_is_refused(
    action: Literal["rollback", "uninstall"], standing: str, said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        pending.settle(made(5, standing), action)


def test_a_release_is_found_in_its_own_stack() -> None:
    other = replace(made(), urn=made().urn.replace(":prod:", ":dev:"))
    assert pending.find([other, made()], "shop", "prod") == made()
    assert pending.find([other], "shop", "prod") is None
