"""Outputs of certificates."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, digest, items


def certificate(subject: Subject) -> Properties:
    domain = subject.input("domainName")
    others = [name for name in items(subject.inputs, "subjectAlternativeNames") if isinstance(name, str)]
    names = list(dict.fromkeys([domain, *others]))
    outputs: Properties = {
        "arn": subject.id,
        "status": "PENDING_VALIDATION",
        "type": "AMAZON_ISSUED",
        "renewalEligibility": "INELIGIBLE",
        "pendingRenewal": False,
        "domainValidationOptions": [],
        "validationEmails": [],
        "renewalSummaries": [],
        "notBefore": "",
        "notAfter": "",
    }
    if subject.input("validationMethod") == "DNS":
        outputs["domainValidationOptions"] = [_validation(name) for name in names if name]
    if "subjectAlternativeNames" not in subject.inputs:
        outputs["subjectAlternativeNames"] = [domain]
    return outputs


def _validation(domain: str) -> Properties:
    # A wildcard is validated by the record of the name it covers, so both share one record.
    name = domain.removeprefix("*.")
    challenge = digest("acm value", name, length=32)
    return {
        "domainName": domain,
        "resourceRecordName": f"_{digest('acm name', name, length=32)}.{name}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": f"_{challenge}.{digest('acm', name, length=10)}.acm-validations.aws.",
    }
