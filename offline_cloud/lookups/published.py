"""What AWS itself has in every account: its prefix lists, its managed policies, CloudFront's policies."""

from collections.abc import Mapping
from typing import Final

from offline_cloud.cloud.core.regions import load_balancer_zone
from offline_cloud.cloud.model import Diagnostic, Properties, Value, digest, text
from offline_cloud.cloud.services.iam.managed_policies import places
from offline_cloud.lookups.question import Answer, Answering, Question, filters

_CACHE_POLICIES: Final = {
    "Managed-CachingOptimized": "658327ea-f89d-4fab-a63d-7e88639e58f6",
    "Managed-CachingDisabled": "4135ea2d-6df8-44a3-9df3-4b5a84be39ad",
    "Managed-CachingOptimizedForUncompressedObjects": "b2884449-e4de-46a7-ac36-70bc7f1ddd6d",
    "Managed-Elemental-MediaPackage": "08627262-05a9-4f76-9ded-b50ca2e3a84f",
    "Managed-Amplify": "2e54312d-136d-493c-8eb9-b001f22f67d2",
    "UseOriginCacheControlHeaders": "83da9c7e-98b4-4e11-a168-04f0df8e2c65",
    "UseOriginCacheControlHeaders-QueryStrings": "4cc15a8a-d715-48a4-82b8-cc0b614638fe",
}
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-cache-policies.html"""
_ORIGIN_POLICIES: Final = {
    "Managed-AllViewer": "216adef6-5c7f-47e4-b989-5492eafa07d3",
    "Managed-AllViewerExceptHostHeader": "b689b0a8-53d0-40ab-baf2-68738e2966ac",
    "Managed-AllViewerAndCloudFrontHeaders-2022-06": "33f36d7e-f396-46d9-90e0-52428a34d9dc",
    "Managed-CORS-CustomOrigin": "59781a5b-3903-41f3-afcb-af62929ccde1",
    "Managed-CORS-S3Origin": "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf",
    "Managed-Elemental-MediaTailor-PersonalizedManifests": "775133bc-15f2-49f9-abea-afb2e0bf67d2",
    "Managed-UserAgentRefererHeaders": "acba4595-bd28-49b8-b9fe-13317c0390fa",
}
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-origin-request-policies.html"""
_HEADER_POLICIES: Final = {
    "Managed-CORS-and-SecurityHeadersPolicy": "e61eb60c-9c35-4d20-a928-2b84e02af89c",
    "Managed-CORS-With-Preflight": "5cc3b908-e619-4b99-88e5-2cf7f45965bd",
    "Managed-CORS-with-preflight-and-SecurityHeadersPolicy": "eaab4381-ed33-4a86-88ca-d9558dc6cd63",
    "Managed-SecurityHeadersPolicy": "67f7725c-6f97-4210-82d7-5512b31e9d03",
    "Managed-SimpleCORS": "60669652-455b-4ae9-85a4-c4c02393f86c",
}
"""https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/using-managed-response-headers-policies.html"""


class OfCloudFront:
    """Answers for one kind of CloudFront's policies: AWS's own by name or id, the account's by what it holds."""

    def __init__(self, table: Mapping[str, str], type: str) -> None:
        self._table = table
        self._type = type

    def __call__(self, question: Question) -> Answer:
        name, id = text(question.arguments, "name"), text(question.arguments, "id")
        for known, number in self._table.items():
            if known == name or number == id:
                return {"id": number, "name": known, "etag": digest("etag", number, length=13).upper()}
        for record in question.world.of_type(self._type):
            if record.id and (record.id == id or text(record.inputs, "name") == name):
                return {**record.inputs, **record.outputs, "id": record.id}
        kind = self._type.rpartition(":")[2]
        return Diagnostic("", f"there is no CloudFront {kind} with {question.described()}", _one_of(self._table))


def _one_of(names: Mapping[str, object]) -> str:
    return f"AWS's own are {', '.join(sorted(names))}"


# https://docs.aws.amazon.com/vpc/latest/userguide/working-with-aws-managed-prefix-lists.html
_SERVICES: Final = (
    "s3",
    "dynamodb",
    "s3express",
    "vpc-lattice",
    "ipv6.vpc-lattice",
    "groundstation",
    "ec2-instance-connect",
)
_WORLDWIDE: Final = (
    "com.amazonaws.global.cloudfront.origin-facing",
    "com.amazonaws.global.route53-healthchecks",
    "com.amazonaws.global.ipv6.route53-healthchecks",
    "com.amazonaws.global.groundstation",
)


def _prefix_list(question: Question) -> Answer:
    given, region = question.arguments, question.region
    wanted = filters(given)
    names = [name for name in (text(given, "name"), *wanted.get("prefix-list-name", [])) if name]
    ids = [id for id in (text(given, "id"), text(given, "prefixListId"), *wanted.get("prefix-list-id", [])) if id]
    published = [*_WORLDWIDE, *(f"com.amazonaws.{region}.{service}" for service in _SERVICES)]
    for name in published:
        id = f"pl-0{digest('prefix list', region, name, length=16)}"
        if name in names or id in ids:
            return _described_list(id, name, region)
    for record in question.world.of_type("aws:ec2/managedPrefixList:ManagedPrefixList"):
        if record.id and (record.id in ids or text(record.inputs, "name") in names):
            return {**record.inputs, **record.outputs, "id": record.id}
    return Diagnostic("", f"no prefix list with {question.described()}", f"AWS's own are {', '.join(published)}")


def _described_list(id: str, name: str, region: str) -> Properties:
    # 198.51.100.0/24 is reserved for documentation (RFC 5737): nobody's real addresses appear.
    entries: list[Value] = [{"cidr": "198.51.100.0/24", "description": ""}]
    return {
        "id": id,
        "prefixListId": id,
        "name": name,
        "arn": f"arn:aws:ec2:{region}:aws:prefix-list/{id}",
        "addressFamily": "IPv6" if "ipv6" in name else "IPv4",
        "cidrBlocks": ["198.51.100.0/24"],
        "entries": entries,
        "maxEntries": 0,
        "ownerId": "AWS",
        "tags": {},
        "version": 0,
    }


_MANAGED: Final = "arn:aws:iam::aws:policy/"


def managed_policy(question: Question) -> Answer | None:
    """Answer for a policy that AWS manages, by ARN or name; ``None`` for one of the account's own."""
    name = text(question.arguments, "name") or ""
    known = f"{_MANAGED}{places()[name]}{name}" if name in places() else ""
    arn = text(question.arguments, "arn") or known
    if not arn.startswith(_MANAGED):
        return None
    place, _, name = arn.removeprefix(_MANAGED).rpartition("/")
    if places().get(name) != (f"{place}/" if place else ""):
        return Diagnostic("arn", f"Policy {arn} does not exist", "see AWS's list of its managed policies")

    return {
        "id": arn,
        "arn": arn,
        "name": name,
        "path": f"/{place}/" if place else "/",
        "policyId": f"ANPA{digest('managed policy', arn, length=17).upper()}",
        "tags": {},
    }


def _load_balancer_zone(question: Question) -> Answer:
    return {"id": load_balancer_zone(question.region), "region": question.region}


FUNCTIONS: Final[Mapping[str, Answering]] = {
    "aws:cloudfront/getCachePolicy:getCachePolicy": OfCloudFront(
        _CACHE_POLICIES, "aws:cloudfront/cachePolicy:CachePolicy"
    ),
    "aws:cloudfront/getOriginRequestPolicy:getOriginRequestPolicy": OfCloudFront(
        _ORIGIN_POLICIES, "aws:cloudfront/originRequestPolicy:OriginRequestPolicy"
    ),
    "aws:cloudfront/getResponseHeadersPolicy:getResponseHeadersPolicy": OfCloudFront(
        _HEADER_POLICIES, "aws:cloudfront/responseHeadersPolicy:ResponseHeadersPolicy"
    ),
    "aws:ec2/getManagedPrefixList:getManagedPrefixList": _prefix_list,
    "aws:ec2/getPrefixList:getPrefixList": _prefix_list,
    "aws:lb/getHostedZoneId:getHostedZoneId": _load_balancer_zone,
    "aws:elb/getHostedZoneId:getHostedZoneId": _load_balancer_zone,
    "aws:alb/getHostedZoneId:getHostedZoneId": _load_balancer_zone,
}
