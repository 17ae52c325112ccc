"""Rules over file systems that many pods or tasks see at once."""

from collections.abc import Iterator

from policies.about import high, medium
from policies.rule import resource_rule
from policies.rules.storage import refuses_plain_requests
from policies.view import Resource

_FILE_SYSTEM = "aws:efs/fileSystem:FileSystem"


@resource_rule(
    "file-system-encrypted",
    "Shared files are encrypted with a customer key",
    _FILE_SYSTEM,
    about=high(
        "Whoever gets hold of the storage or a backup reads the files.",
        "Set encrypted and kmsKeyId when the file system is made.",
        "CKV_AWS_42",
        "CKV_AWS_184",
        "CIS AWS 2.3.1",
        "PCI DSS 3.5.1",
    ),
)
def file_system_encrypted(system: Resource) -> Iterator[str]:
    if not system.is_set("encrypted"):
        yield "encrypted is off; switch it on: it cannot be done later"
    if not system.has("kmsKeyId"):
        yield "kmsKeyId is not set; name a customer key"


@resource_rule(
    "file-system-tls-only",
    "Shared files are not mounted without TLS",
    "aws:efs/fileSystemPolicy:FileSystemPolicy",
    about=medium(
        "Files cross the network in clear.",
        "Deny requests with aws:SecureTransport false in the file system's policy.",
    ),
)
def file_system_tls_only(policy: Resource) -> Iterator[str]:
    if not refuses_plain_requests(policy):
        yield "no statement denies requests with aws:SecureTransport false; add one"


@resource_rule(
    "file-access-point-confined",
    "An access point shows one folder to one user",
    "aws:efs/accessPoint:AccessPoint",
    about=medium(
        "One program reads and writes the files of all others.",
        "State rootDirectory.path and posixUser.",
        "CKV_AWS_329",
        "CKV_AWS_330",
        "PCI DSS 10.3.2",
    ),
)
def file_access_point_confined(point: Resource) -> Iterator[str]:
    if not point.has("rootDirectory.path") or point.value("rootDirectory.path") == "/":
        yield "rootDirectory is the whole file system; name a folder"
    if not point.has("posixUser.uid"):
        yield "posixUser is not set, so that the client says who it is; name a user and a group"


RULES = (file_system_encrypted, file_system_tls_only, file_access_point_confined)
