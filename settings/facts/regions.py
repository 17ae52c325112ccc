"""AWS regions of the commercial partition and their availability zones, so that a preview needs no look-up.

As of 2026-11. Sources: the regions of botocore 1.44's endpoint data, and "AWS Regions and Availability Zones"
(docs.aws.amazon.com/global-infrastructure). Zones that AWS closed to new accounts (ap-northeast-1b) are left out.
"""

import re

AS_OF = "2026-11"

_LETTERS = {
    "af-south-1": "abc",
    "ap-east-1": "abc",
    "ap-east-2": "abc",
    "ap-northeast-1": "acd",
    "ap-northeast-2": "abcd",
    "ap-northeast-3": "abc",
    "ap-south-1": "abc",
    "ap-south-2": "abc",
    "ap-southeast-1": "abc",
    "ap-southeast-2": "abc",
    "ap-southeast-3": "abc",
    "ap-southeast-4": "abc",
    "ap-southeast-5": "abc",
    "ap-southeast-6": "abc",
    "ap-southeast-7": "abc",
    "ca-central-1": "abd",
    "ca-west-1": "abc",
    "eu-central-1": "abc",
    "eu-central-2": "abc",
    "eu-north-1": "abc",
    "eu-south-1": "abc",
    "eu-south-2": "abc",
    "eu-west-1": "abc",
    "eu-west-2": "abc",
    "eu-west-3": "abc",
    "il-central-1": "abc",
    "me-central-1": "abc",
    "me-south-1": "abc",
    "mx-central-1": "abc",
    "sa-east-1": "abc",
    "us-east-1": "abcdef",
    "us-east-2": "abc",
    "us-west-1": "abc",
    "us-west-2": "abcd",
}

ZONES: dict[str, tuple[str, ...]] = {
    region: tuple(f"{region}{letter}" for letter in letters) for region, letters in _LETTERS.items()
}
"""Region → the names of its availability zones."""

_DIRECTIONS = {
    "north": "n",
    "south": "s",
    "east": "e",
    "west": "w",
    "central": "c",
    "northeast": "ne",
    "southeast": "se",
    "northwest": "nw",
    "southwest": "sw",
}
_NUMBERS = {
    "ap-northeast-1": "124",
    "ap-northeast-2": "1234",
    "ca-central-1": "1234",
    "us-east-1": "123456",
    "us-west-2": "1234",
}
"""Of the regions whose zones are not numbered from 1 to 3. An account has some of these, and names them in its order.
https://docs.aws.amazon.com/global-infrastructure/latest/regions/aws-availability-zones.html"""


def _short(region: str) -> str:
    """Return how the ids of a region's zones start: `use1` for us-east-1."""
    country, direction, number = region.split("-")
    return f"{country}{_DIRECTIONS[direction]}{number}"


IDS: dict[str, tuple[str, ...]] = {
    region: tuple(f"{_short(region)}-az{number}" for number in _NUMBERS.get(region, "123")) for region in _LETTERS
}
"""Region → the ids of its availability zones."""

_ZONE_ID = re.compile(r"^[a-z]+[0-9]-az[0-9]$")

HEALTH_CHECK_REGION = "us-east-1"
"""Route 53 reports the metrics of health checks there and nowhere else:
https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/monitoring-health-checks.html"""

WITHOUT_EKS: dict[str, tuple[str, ...]] = {
    "us-east-1": ("use1-az3",),
    "us-west-1": ("usw1-az2",),
    "ca-central-1": ("cac1-az3",),
}
"""Region → ids of the zones that EKS takes no subnet in.
https://docs.aws.amazon.com/eks/latest/userguide/network-reqs.html"""


def is_zone_id(zone: str) -> bool:
    """Tell a zone's id, which means the same zone in every account, from its name, which does not."""
    return _ZONE_ID.match(zone) is not None
