"""Facts about regions that appear in endpoints. Source: "Amazon service endpoints" in the AWS General Reference."""

import json
from collections.abc import Mapping
from functools import cache
from importlib import resources
from typing import Final

from offline_cloud.cloud.model import digest

REGIONS: Final = frozenset(
    """
    af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 ap-south-2 ap-southeast-1
    ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 ap-southeast-7 ca-central-1 ca-west-1
    eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 eu-west-2 eu-west-3 il-central-1 me-central-1
    me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 us-west-1 us-west-2
    """.split()  # noqa: SIM905  # one word each, easier to compare with the source
)
"""The regions of the ``aws`` partition. Source: "AWS Regions" in the AWS Account Management reference."""

_DIRECTIONS: Final = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "central": "c",
    "northeast": "ne",
    "northwest": "nw",
    "southeast": "se",
    "southwest": "sw",
}


@cache
def _zones(kind: str) -> Mapping[str, str]:
    return json.loads(resources.files("offline_cloud.cloud.core").joinpath("hosted_zones.json").read_text("utf-8"))[
        kind
    ]


def _made_up(kind: str, region: str) -> str:
    return "Z" + digest(kind, region, length=13).upper()


def load_balancer_zone(region: str) -> str:
    """Give the hosted zone id under which a region's Application Load Balancers are aliased."""
    return _zones("loadBalancers").get(region) or _made_up("load balancer", region)


def bucket_zone(region: str) -> str:
    """Give the hosted zone id of a region's S3 website endpoints."""
    return _zones("buckets").get(region) or _made_up("bucket", region)


def database_zone(region: str) -> str:
    """Give the hosted zone id of a region's RDS endpoints."""
    return _made_up("database", region)


def short_name(region: str) -> str:
    """Shorten a region as ElastiCache does in its host names: ``us-east-1`` gives ``use1``."""
    continent, *direction, number = region.split("-")
    return continent + "".join(_DIRECTIONS.get(part, part[:1]) for part in direction) + number


_GLOBAL_TYPES: Final = (
    "aws:iam/",
    "aws:budgets/",
    "aws:cloudfront/",
    "aws:route53/healthCheck:",
    "aws:route53/queryLog:",
    "aws:route53/record:",
    "aws:route53/zone:",
)


def is_global(type: str) -> bool:
    """Tell whether resources of a type belong to the account as a whole, so that they take no ``region``."""
    return type.startswith(_GLOBAL_TYPES)
