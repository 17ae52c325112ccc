"""Outputs of Systems Manager: parameters and documents."""

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import ACCOUNT_ID, Properties, digest


def parameter(subject: Subject) -> Properties:
    name = subject.name
    return {
        "arn": subject.arn("ssm", f"parameter{name if name.startswith('/') else '/' + name}"),
        "version": 1,
        "hasValueWo": subject.inputs.get("valueWo") is not None,
        "dataType": subject.input("dataType", "text"),
        "tier": subject.input("tier", "Standard"),
    }


def ssm_document(subject: Subject) -> Properties:
    # Each update makes one more version, the new default; the record being replaced tells how many there were.
    previous = subject.record.outputs.get("latestVersion")
    version = str(int(previous) + 1) if isinstance(previous, str) and previous.isdigit() else "1"
    return {
        "arn": subject.arn("ssm", f"document/{subject.name}"),
        "createdDate": "2026-01-01T00:00:00Z",
        "defaultVersion": version,
        "latestVersion": version,
        "documentVersion": version,
        "hash": digest(subject.input("content"), length=64),
        "hashType": "Sha256",
        "owner": ACCOUNT_ID,
        "platformTypes": ["Linux", "MacOS", "Windows"],
        "schemaVersion": "0.3",
        "status": "Active",
    }
