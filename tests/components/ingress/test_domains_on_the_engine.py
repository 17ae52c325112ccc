"""Two domains change places on the real engine: it makes and takes away names, and replaces the certificate alone."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.offline_cloud.projects import Project

pytestmark = pytest.mark.engine
OLD, NEW = "ledger.example", "ledger.test"
PROGRAM = """
import pulumi
import pulumi_aws as aws

from components.ingress.certificate import Certificate, CertificateArgs
from components.ingress.dns import Dns, DnsArgs
from components.ingress.domains import build_domains
from components.ingress.zone import HostedZoneArgs
from settings.further_domain import FurtherDomain

domain, stated = {domain!r}, {further!r}
further = FurtherDomain.model_validate(stated) if stated else None
second = {{domain: further.name}} if further and further.answers else {{}}


class Edge(pulumi.ComponentResource):
    def __init__(self, provider):
        super().__init__("groundwork:components:Ingress", "ingress", None, pulumi.ResourceOptions(providers=[provider]))
        given = HostedZoneArgs(domain=domain, zone_id=None, protect=False)
        domains = build_domains("ingress", given, further, [domain], second, self)
        zone = dict(zone_id=domains.zone.zone_id, hosts=domains.names, elsewhere=domains.elsewhere)
        child = pulumi.ResourceOptions(parent=self)
        Certificate("ingress", CertificateArgs(**zone), child)
        balancer = dict(load_balancer_dns_name="b.us-east-1.elb.amazonaws.com", load_balancer_zone_id="Z35SXDOTRQ7X7K")
        Dns("ingress-dns", DnsArgs(region="us-east-1", **balancer, **zone), child)
        pulumi.export("zone", domains.zone.zone_id)


Edge(aws.Provider("aws", region="us-east-1"))
"""


class Edge:
    """The edge's names in a project of their own."""

    def __init__(self, folder: Path) -> None:
        (folder / "Pulumi.yaml").write_text("name: small\nruntime: python\n", encoding="utf-8")
        (folder / "Pulumi.dev.yaml").write_text("config: {}\n", encoding="utf-8")
        self._project = Project(folder)

    def up(self, domain: str, further: dict[str, Any] | None = None) -> dict[str, int]:
        return self._project.program(PROGRAM.format(domain=domain, further=further)).up()

    def zone(self) -> str:
        """Give the id of the zone of the stack's domain."""
        return str(json.loads(self._project.run("outputs", "--json").out)["zone"])

    def held(self, type: str) -> int:
        return self._project.held().count(type)


def test_a_domain_moves_and_the_engine_replaces_no_zone_and_no_record(tmp_path: Path) -> None:
    edge = Edge(tmp_path)
    edge.up(OLD)
    old = edge.zone()
    assert set(edge.up(OLD, {"name": NEW, "stage": "zone"})) == {"create", "same"}

    beside = edge.up(OLD, {"name": NEW, "stage": "beside"})
    assert (edge.zone(), edge.held("aws:acm/certificate:Certificate")) == (old, 1)
    assert not {"delete"} & set(beside)

    switched = edge.up(NEW, {"name": OLD, "stage": "former"})
    new = edge.zone()
    assert new != old
    assert not {"create", "delete", "replace"} & set(switched), "the domains change places, and nothing else does"

    edge.up(NEW, {"name": OLD, "stage": "gone"})
    assert (edge.zone(), edge.held("aws:route53/zone:Zone")) == (new, 1)
    assert not {"create", "delete", "replace"} & set(edge.up(NEW)), "the zone that is alone gets its plain name"
    assert edge.zone() == new
    assert set(edge.up(NEW)) == {"same"}
