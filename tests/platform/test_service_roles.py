"""What the offline cloud refuses without a service-linked role is what the table names for the stack."""

from pathlib import Path

import pytest

from offline_cloud.cloud.services.iam.service_roles import NEEDED
from settings.service_roles import service_roles
from tests.platform.plan import SNAPSHOTS, Form
from tools.stack import ROOT, settings_of

URNS = Path(__file__).parent / "urns"


@pytest.mark.parametrize("form", SNAPSHOTS, ids=lambda form: form.stack)
def test_the_table_names_every_role_that_the_stacks_resources_need_beforehand(form: Form) -> None:
    lines = (URNS / f"{form.stack}.txt").read_text(encoding="utf-8").splitlines()
    types = {part for line in lines for part in line.replace("::", "$").split("$")}
    needed = {NEEDED[type].service for type in NEEDED if type in types}
    named = {role.service for role in service_roles(settings_of(form.stack, None, ROOT)) if role.beforehand}
    assert needed
    # Karpenter's role of Spot stands at its node pools, which are objects of the cluster and no resources.
    assert named - {"spot.amazonaws.com"} == needed
