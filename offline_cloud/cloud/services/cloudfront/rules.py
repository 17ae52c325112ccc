"""What CloudFront accepts. Sources: the CloudFront API reference and developer guide."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, items, objects, text

_MAIN_REGION: Final = "us-east-1"
_METHODS: Final = (
    {"GET", "HEAD"},
    {"GET", "HEAD", "OPTIONS"},
    {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"},
)


def check_distribution(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    known = {text(origin, "originId") for origin in objects(inputs, "origins")}
    target = text(inputs, "defaultCacheBehavior.targetOriginId")
    if target is not None and target not in known:
        fix = "name the originId of one of origins"
        yield reject("defaultCacheBehavior.targetOriginId", "NoSuchOrigin", f"There is no origin {target}", fix)
    methods = {each for each in items(inputs, "defaultCacheBehavior.allowedMethods") if isinstance(each, str)}
    if methods and methods not in _METHODS:
        yield reject(
            "defaultCacheBehavior.allowedMethods", "InvalidArgument", f"The methods {sorted(methods)} are no set that "
            "CloudFront allows", "use GET and HEAD, these and OPTIONS, or all seven",
        )  # fmt: skip


def certificate_is_there(record: Record, world: World) -> Iterator[Diagnostic]:
    """CloudFront takes issued certificates of us-east-1 that cover every alias."""
    path = "viewerCertificate.acmCertificateArn"
    arn = text(record.inputs, path)
    certificate = world.by_arn(arn) if arn else None
    if certificate is None:
        return
    if certificate.region != _MAIN_REGION:
        reason = f"The specified SSL certificate is in {certificate.region}"
        yield reject(path, "InvalidViewerCertificate", reason, f"request it in {_MAIN_REGION}")
    stated = [text(certificate.inputs, "domainName"), *items(certificate.inputs, "subjectAlternativeNames")]
    names = {each for each in stated if isinstance(each, str)}
    for index, alias in enumerate(items(record.inputs, "aliases")):
        if isinstance(alias, str) and not {alias, f"*.{alias.partition('.')[2]}"} & names:
            reason = f"The certificate does not cover {alias}"
            yield reject(f"aliases[{index}]", "InvalidViewerCertificate", reason, "add the name to the certificate")


def aliases_are_free(record: Record, world: World) -> Iterator[Diagnostic]:
    """A host belongs to one distribution."""
    for other in world.of_type(facts.DISTRIBUTION):
        shared = {each for each in items(other.inputs, "aliases") if isinstance(each, str)}
        for index, alias in enumerate(items(record.inputs, "aliases")):
            if alias in shared and not facts.is_same(record, other):
                reason = f"{alias} is an alias of {facts.label(other)} already"
                yield reject(f"aliases[{index}]", "CNAMEAlreadyExists", reason, "give the host to one distribution")


def firewall_is_global(record: Record, world: World) -> Iterator[Diagnostic]:
    """A distribution takes web ACLs of scope CLOUDFRONT."""
    acl = world.by_arn(text(record.inputs, "webAclId") or "")
    if acl is not None and text(acl.inputs, "scope") != "CLOUDFRONT":
        reason = f"The web ACL is of scope {text(acl.inputs, 'scope')}"
        yield reject("webAclId", "InvalidWebACLId", reason, "make one of scope CLOUDFRONT in us-east-1")
