"""The product's names move from one stack to another, by one switch in each."""

from dataclasses import replace
from typing import Any

import pytest

from components.ingress.ingress import Ingress, IngressArgs
from settings.existing import ExistingZone
from tests.components.ingress.samples import ingress_args
from tests.components.recording import Recorder, build

_RECORD = "aws:route53/record:Record"
_HOST = "ingress-dns-api.openibank.com"


def _edge(region: str, **changes: Any) -> Recorder[Ingress]:
    """A region's edge on a zone that both regions share."""
    args = ingress_args()
    settings = args.settings.model_copy(update=changes)
    zone = ExistingZone(id="Z0123456789ABC")
    given: IngressArgs = replace(args, region=region, prefix=f"openibank-{region}", settings=settings, zone=zone)
    return build(lambda: Ingress("ingress", given))


def _names(recorder: Recorder[Ingress]) -> dict[str, dict[str, Any]]:
    return {each.name: dict(each.inputs) for each in recorder.of_type(_RECORD) if each.name.startswith("ingress-dns-")}


@pytest.mark.requirement("WX-94")
def test_the_switch_takes_the_names_from_one_stack_and_nothing_else() -> None:
    serving, given_up = _edge("us-east-1"), _edge("us-east-1", serving=False)
    assert set(_names(serving)) == {_HOST}
    assert _names(given_up) == {}
    kept = {each.name for each in given_up.registrations}
    assert {each.name for each in serving.registrations} - kept == {_HOST}


@pytest.mark.requirement("WX-94")
def test_the_other_stack_answers_for_the_same_names_in_the_same_zone() -> None:
    here, there = _names(_edge("us-east-1"))[_HOST], _names(_edge("us-west-2"))[_HOST]
    assert (here["name"], here["type"], here["zoneId"]) == (there["name"], there["type"], there["zoneId"])
    # Its certificate is there before its names are: validated by the record that both regions write alike.
    validation = _edge("us-west-2", serving=False).named("ingress-validation-api.openibank.com").inputs
    assert validation["allowOverwrite"] is True


@pytest.mark.requirement("WX-94")
def test_everybody_sees_the_move_within_a_minute() -> None:
    """An alias of a load balancer is kept for 60 s; a record with a TTL of its own could be kept for longer."""
    record = _names(_edge("us-east-1"))[_HOST]
    assert "ttl" not in record
    assert "records" not in record
    assert len(record["aliases"]) == 1
