"""Rules over certificates and names."""

import re
from collections.abc import Iterator, Sequence

from policies.about import high, low, medium
from policies.graph import of_type
from policies.rule import PRODUCTION, Level, resource_rule, stack_rule
from policies.view import UNKNOWN, Resource

_CERTIFICATE, _RECORD = "aws:acm/certificate:Certificate", "aws:route53/record:Record"
_BUCKET = "aws:s3/bucket:Bucket"
_SITE = re.compile(r"^(?P<bucket>[a-z0-9.-]+)\.s3-website[.-]")


@resource_rule(
    "certificate-renewed-by-itself",
    "A certificate is validated by DNS, so that it renews itself",
    _CERTIFICATE,
    about=medium(
        "It ends on a day on which nobody reads the mailbox that AWS writes to.",
        "Set validationMethod to DNS.",
        "PCI DSS 4.2.1",
        "SOC 2 CC6.7",
    ),
)
def certificate_renewed_by_itself(certificate: Resource) -> Iterator[str]:
    if certificate.value("validationMethod") == "EMAIL":
        yield "validationMethod is EMAIL; set DNS"


@resource_rule(
    "certificate-strong-key",
    "A certificate's key cannot be computed",
    _CERTIFICATE,
    about=high(
        "Who computes the key reads everything, and speaks in the product's name.",
        "Set keyAlgorithm to RSA_2048 or EC_prime256v1.",
        "PCI DSS 3.7.1",
    ),
)
def certificate_strong_key(certificate: Resource) -> Iterator[str]:
    if certificate.value("keyAlgorithm") == "RSA_1024":
        yield "keyAlgorithm RSA_1024 is too short; use RSA_2048 or EC_prime256v1"


@stack_rule(
    "authorities-named",
    "A production's domain says which authorities may issue certificates for it",
    level=Level.ADVISORY,
    about=low(
        "A careless authority issues a certificate for the domain to somebody else.",
        "Add a record of the type CAA that names amazon.com.",
    ),
)
def authorities_named(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    """Of a stack that has names of its own in DNS, and a certificate for them."""
    records = list(of_type(resources, _RECORD))
    certificates = [each for each in of_type(resources, _CERTIFICATE) if each.held_to(PRODUCTION)]
    public = [zone for zone in of_type(resources, "aws:route53/zone:Zone") if not zone.places("vpcs")]
    if certificates and public and not any(record.is_set("type", "CAA") for record in records):
        yield public[0], "no record of the type CAA is in it; add one that names amazon.com"


@stack_rule(
    "record-leads-somewhere",
    "A name that leads to a bucket leads to one of the stack",
    about=medium(
        "Whoever makes a bucket of that name speaks for the product.",
        "Delete the record, or make the bucket first.",
    ),
)
def record_leads_somewhere(resources: Sequence[Resource]) -> Iterator[tuple[Resource, str]]:
    names = [bucket.value("bucket") for bucket in of_type(resources, _BUCKET)]
    for record in of_type(resources, _RECORD):
        for target in record.items("records"):
            found = _SITE.match(str(target))
            if found and found["bucket"] not in names and UNKNOWN not in names:
                yield record, f"there is no bucket {found['bucket']} in the stack; delete the record"


RULES = (certificate_renewed_by_itself, certificate_strong_key, authorities_named, record_leads_somewhere)
