"""Another domain by the real engine: no zone is replaced when the two change places, and the old one goes last."""

import pytest

from tests.tools.operations.stand import Kills, Stand
from tools.operations.engine import Asked
from tools.operations.move_domain import CERTIFICATE, ZONE

pytestmark = pytest.mark.engine
RECORD = "aws:route53/record:Record"
ASKED = Asked(name="move-domain", stack="small/ledger", to="ledger.test")
FAULTS = {
    "delegate": f"create:{CERTIFICATE}:1=crash-after",
    "both": "update:*:1=crash-after",
    "release": f"delete:{ZONE}:1=crash-after",
    "gone": "update:*:1=crash-after",
}


@pytest.fixture(scope="module")
def stand(tmp_path_factory: pytest.TempPathFactory) -> Stand:
    stand = Stand.make(tmp_path_factory.mktemp("domain"), "budget")
    stand.up()
    return stand


def test_the_product_moves_and_its_new_zone_stays_the_one_that_was_delegated_to(stand: Stand) -> None:
    before = {each.name: each.id for each in stand.cloud.state()}
    moments = [f"{when} `up` after {step}" for step in FAULTS for when in ("before", "in", "after")]
    kills = Kills.one_of(ASKED.name, moments, FAULTS)
    assert stand.through(ASKED, kills) == 1, f"{kills.only} never came"

    said = "\n".join(stand.said)
    for step in ("zone", "delegate", "both", "switch", "wait", "release", "gone", "tidy"):
        assert f" {step}: " in said, step
    (zone,) = [each for each in stand.types(ZONE).values() if each.inputs["name"] == "ledger.test"]
    assert (zone.name, zone.protect) == ("ingress-zone", True)
    assert zone.id != before["ingress-zone"]
    (host,) = [each for each in stand.types(RECORD).values() if each.inputs["name"] == "ledger.test" == each.name[12:]]
    assert host.inputs["zoneId"] == zone.id
    certificate = stand.types(CERTIFICATE)["ingress-certificate"].inputs
    assert (certificate["domainName"], certificate.get("subjectAlternativeNames") or []) == ("ledger.test", [])
    assert not [name for type_ in (RECORD, ZONE) for name in stand.types(type_) if "ledger.example" in name]
    text = stand.files.stack_path.read_text()
    assert "domain: ledger.test" in text
    assert "further_domain" not in text
    assert "permits" not in text
    # Not `agrees`: the offline cloud knows a zone by the logical name that it was made under; an alias has changed it.
    assert set(stand.changes()) == {"same"}
    assert stand.cloud.tag.read() is None
