"""A product moves from one domain to another: no zone, record or certificate is replaced when the two change places."""

from dataclasses import replace
from typing import Any

from components.ingress.ingress import Ingress
from settings.further_domain import FurtherDomain
from settings.workload import Workload
from tests.components.ingress.samples import WORKLOAD, ingress_args
from tests.components.recording import Recorder, build

ZONE = "aws:route53/zone:Zone"
RECORD = "aws:route53/record:Record"
OLD, NEW = "openibank.com", "openibank.io"


def edge(domain: str = OLD, further: dict[str, Any] | None = None, **ingress: Any) -> Recorder[Ingress]:
    args = ingress_args()
    section = FurtherDomain.model_validate(further) if further else None
    raw = WORKLOAD.model_dump(by_alias=True)
    raw["ingress"] = {**raw["ingress"], **ingress}
    second = {f"api.{domain}": f"api.{section.name}"} if section and section.answers else {}
    given = replace(
        args,
        domain=domain,
        hostnames={"api": f"api.{domain}", "@": domain},
        second_names=second,
        settings=args.settings.model_copy(update={"further_domain": section}),
        workload=Workload.model_validate(raw),
    )
    return build(lambda: Ingress("ingress", given))


def beside() -> Recorder[Ingress]:
    return edge(OLD, {"name": NEW, "stage": "beside"})


def former() -> Recorder[Ingress]:
    return edge(NEW, {"name": OLD, "stage": "former"})


def zones(recorder: Recorder[Ingress]) -> dict[str, str]:
    return {each.inputs["name"]: each.name for each in recorder.of_type(ZONE)}


def records(recorder: Recorder[Ingress]) -> dict[str, tuple[str, str]]:
    """Give the zone and the name of each record, by its logical name."""
    return {each.name: (each.inputs["zoneId"], each.inputs["name"]) for each in recorder.of_type(RECORD)}


def test_the_zone_alone_comes_first_and_nothing_else_changes() -> None:
    recorder = edge(OLD, {"name": NEW, "stage": "zone"})
    assert zones(recorder) == {OLD: "ingress-zone", NEW: "ingress-further-zone"}
    assert set(records(recorder)) - set(records(edge())) == {"ingress-further-caa"}
    assert (
        recorder.one("aws:acm/certificate:Certificate").inputs == edge().one("aws:acm/certificate:Certificate").inputs
    )


def test_one_certificate_is_validated_for_both_before_the_listener_shows_it() -> None:
    recorder = beside()
    certificate = recorder.one("aws:acm/certificate:Certificate").inputs
    assert (certificate["domainName"], certificate["subjectAlternativeNames"]) == (f"api.{OLD}", [f"api.{NEW}"])
    validation = recorder.one("aws:acm/certificateValidation:CertificateValidation")
    assert recorder.named("ingress-listeners-https").depends_on(validation)
    assert records(recorder)[f"ingress-validation-api.{NEW}"] == ("ingress-further-zone-zoneId", f"_check.api.{NEW}.")


def test_both_names_lead_to_the_same_pods() -> None:
    recorder = beside()
    for host, zone in ((f"api.{OLD}", "ingress-zone-zoneId"), (f"api.{NEW}", "ingress-further-zone-zoneId")):
        assert records(recorder)[f"ingress-dns-{host}"] == (zone, host)
    host, _ = recorder.one("aws:lb/listenerRule:ListenerRule").inputs["conditions"]
    assert host == {"hostHeader": {"values": [f"api.{OLD}", f"api.{NEW}"]}}


def test_the_domains_change_places_and_nothing_is_replaced_for_it() -> None:
    before, after = beside(), former()
    assert zones(after) == zones(before)
    assert records(after) == records(before)
    for token in ("aws:acm/certificate:Certificate", "aws:lb/listener:Listener"):
        assert [each.inputs for each in after.of_type(token)] == [each.inputs for each in before.of_type(token)]


def test_the_old_domain_goes_and_the_new_one_takes_its_place_by_an_alias() -> None:
    gone, alone = edge(NEW, {"name": OLD, "stage": "gone"}), edge(NEW)
    assert zones(gone) == {NEW: "ingress-further-zone"}
    assert not any(OLD in name for name in records(gone))
    zone = alone.one(ZONE)
    assert (zone.name, zone.inputs["name"]) == ("ingress-zone", NEW)
    # The engine gives what is in it the alias, too (tests/tools/operations/test_move_domain.py).
    assert "ingress-further" in alone.one("groundwork:components:HostedZone").aliases


def test_zones_that_stand_already_hold_the_records_of_their_own_names() -> None:
    recorder = edge(OLD, {"name": NEW, "zone": "Z0NEW", "stage": "beside"})
    assert zones(recorder) == {OLD: "ingress-zone"}
    assert records(recorder)[f"ingress-dns-api.{NEW}"] == ("Z0NEW", f"api.{NEW}")


def test_a_cdn_answers_for_both() -> None:
    distribution = edge(OLD, {"name": NEW, "stage": "beside"}, cdn={}).one("aws:cloudfront/distribution:Distribution")
    assert distribution.inputs["aliases"] == [f"api.{OLD}", f"api.{NEW}"]
