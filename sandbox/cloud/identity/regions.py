"""Facts about regions that appear in endpoints. Source: "Amazon service endpoints" in the AWS General Reference."""

from typing import Final

from sandbox.cloud.model import digest

# Hosted zone ids of Application Load Balancers, for Route 53 alias records.
_LOAD_BALANCER_ZONES: Final = {
    "af-south-1": "Z268VQBMOI5EKX",
    "ap-east-1": "Z3DQVH9N71FHZ0",
    "ap-northeast-1": "Z14GRHDCWA56QT",
    "ap-northeast-2": "ZWKZPGTI48KDX",
    "ap-northeast-3": "Z5LXEXXYW11ES",
    "ap-south-1": "ZP97RAFLXTNZK",
    "ap-southeast-1": "Z1LMS91P8CMLE5",
    "ap-southeast-2": "Z1GM3OXH4ZPM65",
    "ca-central-1": "ZQSVJUPU6J1EY",
    "eu-central-1": "Z215JYRZR1TBD5",
    "eu-north-1": "Z23TAZ6LKFMNIO",
    "eu-south-1": "Z3ULH7SSC9OV64",
    "eu-west-1": "Z32O12XQLNTSW2",
    "eu-west-2": "ZHURV8PSTC4K8",
    "eu-west-3": "Z3Q77PNBQS71R4",
    "me-south-1": "ZS929ML54UICD",
    "sa-east-1": "Z2P70J7HTTTPLU",
    "us-east-1": "Z35SXDOTRQ7X7K",
    "us-east-2": "Z3AADJGX6KTTL2",
    "us-west-1": "Z368ELLRRE2KJ0",
    "us-west-2": "Z1H1FL5HABSF5",
}

_BUCKET_ZONES: Final = {
    "ap-northeast-1": "Z2M4EHUR26P7ZW",
    "ap-south-1": "Z11RGJOFQNVJUP",
    "ap-southeast-1": "Z3O0J2DXBE1FTB",
    "ap-southeast-2": "Z1WCIGYICN2BYD",
    "ca-central-1": "Z1QDHH18159H29",
    "eu-central-1": "Z21DNDUVLTQW6Q",
    "eu-north-1": "Z3BAZG2TWCNX0D",
    "eu-west-1": "Z1BKCTXD74EZPE",
    "eu-west-2": "Z3GKZC51ZF0DB4",
    "eu-west-3": "Z3R1K369G5AVDG",
    "sa-east-1": "Z7KQH4QJS55SO",
    "us-east-1": "Z3AQBSTGFYJSTF",
    "us-east-2": "Z2O1EMRO9K5GLX",
    "us-west-1": "Z2F56UZL2M1ACD",
    "us-west-2": "Z3BJ6K6RIION7M",
}

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


def load_balancer_zone(region: str) -> str:
    """Give the hosted zone id under which a region's Application Load Balancers are aliased."""
    return _LOAD_BALANCER_ZONES.get(region) or "Z" + digest("load balancer", region, length=13).upper()


def bucket_zone(region: str) -> str:
    """Give the hosted zone id of a region's S3 website endpoints."""
    return _BUCKET_ZONES.get(region) or "Z" + digest("bucket", region, length=13).upper()


def database_zone(region: str) -> str:
    """Give the hosted zone id of a region's RDS endpoints."""
    return "Z" + digest("database", region, length=13).upper()


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
