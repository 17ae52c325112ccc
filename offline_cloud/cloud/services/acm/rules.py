"""What is asked of a certificate before it counts as issued."""

from collections.abc import Iterator

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Record, World, objects, text


def every_name_is_validated(record: Record, world: World) -> Iterator[Diagnostic]:
    """A certificate waits for the DNS record of each of its names; records that are named have to be all of them.

    https://github.com/hashicorp/terraform-provider-aws/blob/main/internal/service/acm/certificate_validation.go
    """
    path = "validationRecordFqdns"
    certificate = world.by_arn(text(record.inputs, "certificateArn") or "")
    if certificate is None or path not in record.inputs or facts.has_unknown(record.inputs, path):
        return
    named = {name.rstrip(".") for name in facts.text_items(record.inputs, path)}
    for option in objects(certificate.outputs, "domainValidationOptions"):
        wanted, domain = (text(option, "resourceRecordName") or "").rstrip("."), text(option, "domainName")
        if wanted and wanted not in named:
            reason = f"missing {domain} DNS validation record: {wanted}"
            yield reject(path, "PENDING_VALIDATION", reason, f"make the CNAME record {wanted}, and name it here")
