"""Outputs of web ACLs and IP sets."""

from typing import Final

from offline_cloud.cloud.core.subject import Subject
from offline_cloud.cloud.model import Properties, items

_GLOBAL: Final = "CLOUDFRONT"


def _scope(subject: Subject) -> str:
    return "global" if subject.input("scope") == _GLOBAL else "regional"


def web_acl(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("wafv2", f"{_scope(subject)}/webacl/{subject.name}/{subject.id}"),
        "capacity": 50 * len(items(subject.inputs, "rules")),
        "lockToken": subject.uuid("lock"),
        "applicationIntegrationUrl": "",
    }


def ip_set(subject: Subject) -> Properties:
    return {
        "arn": subject.arn("wafv2", f"{_scope(subject)}/ipset/{subject.name}/{subject.id}"),
        "lockToken": subject.uuid("lock"),
    }
