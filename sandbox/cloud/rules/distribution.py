"""What CloudFront accepts. Sources: the CloudFront API reference and developer guide."""

from collections.abc import Iterator, Mapping
from typing import Final

from sandbox.cloud.model import Properties, Record, Refusal, World, items, objects, text
from sandbox.cloud.rules import facts
from sandbox.cloud.rules.facts import Check, Table, refusal

_MAIN_REGION: Final = "us-east-1"
_METHODS: Final = (
    {"GET", "HEAD"},
    {"GET", "HEAD", "OPTIONS"},
    {"GET", "HEAD", "OPTIONS", "PUT", "POST", "PATCH", "DELETE"},
)


def check_distribution(inputs: Properties, region: str) -> Iterator[Refusal]:  # noqa: ARG001 - the signature of a check
    known = {text(origin, "originId") for origin in objects(inputs, "origins")}
    target = text(inputs, "defaultCacheBehavior.targetOriginId")
    if target is not None and target not in known:
        yield refusal(
            "defaultCacheBehavior.targetOriginId", "NoSuchOrigin", f"There is no origin {target}",
            "name the originId of one of origins",
        )  # fmt: skip
    methods = {each for each in items(inputs, "defaultCacheBehavior.allowedMethods") if isinstance(each, str)}
    if methods and methods not in _METHODS:
        yield refusal(
            "defaultCacheBehavior.allowedMethods", "InvalidArgument", f"The methods {sorted(methods)} are no set that "
            "CloudFront allows", "use GET and HEAD, these and OPTIONS, or all seven",
        )  # fmt: skip


def certificate_is_there(record: Record, world: World) -> Iterator[Refusal]:
    """CloudFront takes issued certificates of us-east-1 that cover every alias."""
    path = "viewerCertificate.acmCertificateArn"
    arn = text(record.inputs, path)
    certificate = world.by_arn(arn) if arn else None
    if certificate is None:
        return
    if certificate.region != _MAIN_REGION:
        yield refusal(
            path, "InvalidViewerCertificate", f"The specified SSL certificate is in {certificate.region}",
            f"request it in {_MAIN_REGION}",
        )  # fmt: skip
    stated = [text(certificate.inputs, "domainName"), *items(certificate.inputs, "subjectAlternativeNames")]
    names = {each for each in stated if isinstance(each, str)}
    for index, alias in enumerate(items(record.inputs, "aliases")):
        if isinstance(alias, str) and not {alias, f"*.{alias.partition('.')[2]}"} & names:
            yield refusal(
                f"aliases[{index}]", "InvalidViewerCertificate", f"The certificate does not cover {alias}",
                "add the name to the certificate",
            )  # fmt: skip


def aliases_are_free(record: Record, world: World) -> Iterator[Refusal]:
    """A host belongs to one distribution."""
    for other in world.of_type(facts.DISTRIBUTION):
        shared = {each for each in items(other.inputs, "aliases") if isinstance(each, str)}
        for index, alias in enumerate(items(record.inputs, "aliases")):
            if alias in shared and not facts.is_same(record, other):
                yield refusal(
                    f"aliases[{index}]", "CNAMEAlreadyExists", f"{alias} is an alias of {facts.label(other)} already",
                    "give the host to one distribution",
                )  # fmt: skip


def firewall_is_global(record: Record, world: World) -> Iterator[Refusal]:
    """A distribution takes web ACLs of scope CLOUDFRONT."""
    acl = world.by_arn(text(record.inputs, "webAclId") or "")
    if acl is not None and text(acl.inputs, "scope") != "CLOUDFRONT":
        yield refusal(
            "webAclId", "InvalidWebACLId", f"The web ACL is of scope {text(acl.inputs, 'scope')}",
            "make one of scope CLOUDFRONT in us-east-1",
        )  # fmt: skip


CHECKS: Final[Mapping[str, tuple[Check, ...]]] = {
    facts.DISTRIBUTION: (check_distribution,),
}
STATES: Final[Table] = {facts.DISTRIBUTION: (certificate_is_there, aliases_are_free, firewall_is_global)}
