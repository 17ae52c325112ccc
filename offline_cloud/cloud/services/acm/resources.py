"""What is known of each type of certificates, beside what is derived."""

from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.resource import Dependents, Resource, Resources
from offline_cloud.cloud.core.wordings import matches
from offline_cloud.cloud.services.acm import outputs, rules

_DOMAIN: Final = r"(\*\.)?(((?!-)[A-Za-z0-9-]{0,62}[A-Za-z0-9])\.)+((?!-)[A-Za-z0-9-]{1,62}[A-Za-z0-9])"

RESOURCES: Resources = {
    facts.CERTIFICATE: Resource(
        id="arn:aws:acm:{region}:{account}:certificate/{uuid}", outputs=outputs.certificate,
        checks=(*(matches(path, _DOMAIN, "a domain name") for path in ("domainName", "subjectAlternativeNames[]")),),
        held_by=Dependents(
            "ResourceInUseException",
            {
                facts.LISTENER: "certificateArn", "aws:lb/listenerCertificate:ListenerCertificate": "certificateArn",
                facts.DISTRIBUTION: "viewerCertificate.acmCertificateArn",
            },
        ),
    ),
    "aws:acm/certificateValidation:CertificateValidation": Resource(
        id="{certificateArn}", states=(rules.every_name_is_validated,),
    ),
}  # fmt: skip
