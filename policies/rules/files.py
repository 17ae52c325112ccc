"""Rules over file systems that many pods or tasks see at once."""

from collections.abc import Iterator

from policies.rule import resource_rule
from policies.rules.storage import refuses_plain_requests
from policies.view import Resource

_FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"


@resource_rule("file-system-encrypted", "Shared files are encrypted with a customer key", _FILE_SYSTEM)
def file_system_encrypted(system: Resource) -> Iterator[str]:
    if not system.is_set("encrypted"):
        yield "encrypted is off; switch it on: it cannot be done later"
    if not system.has("kmsKeyId"):
        yield "kmsKeyId is not set; name a customer key"


@resource_rule(
    "file-system-tls-only", "Shared files are not mounted without TLS", "aws:efs/fileSystemPolicy:FileSystemPolicy"
)
def file_system_tls_only(policy: Resource) -> Iterator[str]:
    if not refuses_plain_requests(policy):
        yield "no statement denies requests with aws:SecureTransport false; add one"


RULES = (file_system_encrypted, file_system_tls_only)
