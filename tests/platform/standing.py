"""An account in which a VPC, a hosted zone, a database and a bucket stand already, and a stack that names them."""

from typing import Any, Final

import yaml

from tests.platform.life import ROOT

_REGION: Final = "us-east-1"
_ACCOUNT: Final = "000000000000"
VPC: Final = "vpc-0123456789abcdef0"
GROUP: Final = "sg-0123456789abcdef0"
ZONE: Final = "Z0123456789ABCDEFGHIJ"
BUCKET: Final = "openibank-statements"
KEY_ID: Final = "11111111-2222-3333-4444-555555555555"
KEY: Final = f"arn:aws:kms:{_REGION}:{_ACCOUNT}:key/{KEY_ID}"
SECRET: Final = f"arn:aws:secretsmanager:{_REGION}:{_ACCOUNT}:secret:openibank/dev/existing-master-AbCdEf"
DATABASE_ID: Final = "db-ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ZONES: Final = ("use1-az1", "use1-az2", "use1-az4")
_TIERS: Final = {"public": 1, "private": 2, "data": 3}


def _subnets(tier: str) -> list[dict[str, str]]:
    number = _TIERS[tier]
    return [
        {"id": f"subnet-{number}{place:016x}", "zone": zone, "cidr": f"10.32.{16 * (4 * number + place)}.0/20"}
        for place, zone in enumerate(_ZONES)
    ]


def _thing(type: str, id: str, **properties: Any) -> dict[str, Any]:
    return {"type": type, "id": id, "region": _REGION, "properties": properties}


def account(**database: Any) -> str:
    """What stands there, as a file for `--account`; `database` is laid over the instance's properties."""
    gateway, routes = "igw-0123456789abcdef0", "rtb-0123456789abcdef0"
    subnets = [
        _thing(
            "aws:ec2/subnet:Subnet",
            each["id"],
            vpcId=VPC,
            cidrBlock=each["cidr"],
            availabilityZoneId=each["zone"],
        )
        for tier in _TIERS
        for each in _subnets(tier)
    ]
    ways = [
        _thing(
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            f"rtbassoc-{place:017x}",
            routeTableId=routes,
            subnetId=each["id"],
        )
        for place, each in enumerate([*_subnets("public"), *_subnets("private")])
    ]
    instance: dict[str, Any] = {
        "identifier": "old",
        "engine": "postgres",
        "engineVersion": "16.4",
        "instanceClass": "db.t4g.medium",
        "allocatedStorage": 20,
        "storageType": "gp3",
        "performanceInsightsEnabled": True,
        "performanceInsightsKmsKeyId": KEY,
        "enabledCloudwatchLogsExports": ["postgresql"],
        "storageEncrypted": True,
        "kmsKeyId": KEY,
        "username": "postgres",
        "manageMasterUserPassword": True,
        "dbSubnetGroupName": "old",
        "vpcSecurityGroupIds": [GROUP],
        "backupRetentionPeriod": 7,
        "tags": {"Team": "payments"},
        **database,
    }
    things = [
        _thing("aws:ec2/vpc:Vpc", VPC, cidrBlock="10.32.0.0/16", enableDnsSupport=True, enableDnsHostnames=True),
        _thing("aws:ec2/internetGateway:InternetGateway", gateway, vpcId=VPC),
        _thing("aws:ec2/routeTable:RouteTable", routes, vpcId=VPC),
        _thing(
            "aws:ec2/route:Route",
            f"r-{routes}1080289494",
            routeTableId=routes,
            destinationCidrBlock="0.0.0.0/0",
            gatewayId=gateway,
        ),
        *subnets,
        *ways,
        _thing("aws:ec2/securityGroup:SecurityGroup", GROUP, vpcId=VPC, name="old", description="old"),
        _thing("aws:kms/key:Key", KEY_ID),
        _thing(
            "aws:rds/subnetGroup:SubnetGroup", "old", name="old", subnetIds=[each["id"] for each in _subnets("data")]
        ),
        _thing("aws:rds/instance:Instance", DATABASE_ID, **instance),
        _thing("aws:route53/zone:Zone", ZONE, name="dev.openibank.com", comment="made by hand"),
        _thing("aws:s3/bucket:Bucket", BUCKET, bucket=BUCKET, tags={"Team": "payments"}),
    ]
    return yaml.safe_dump({"things": things})


def stack(
    *, adjust: bool = False, zone: bool = True, bucket: bool = True, permits: list[dict[str, str]] | None = None
) -> str:
    """Stack dev in that network and zone; `zone` and `bucket` say whether they are taken over as the database is."""
    existing: dict[str, Any] = {
        "network": {"vpc": VPC, **{f"{tier}_subnets": _subnets(tier) for tier in _TIERS}},
        "zone": {"id": ZONE, "take_over": zone},
        "database": {
            "identifier": "old",
            "take_over": True,
            "adjust": adjust,
            "username": "postgres",
            "master_secret": SECRET,
            "kms_key": KEY,
            "subnet_group": "old",
            "security_group": GROUP,
        },
    }
    if bucket:
        existing["buckets"] = {"statements": {"name": BUCKET, "take_over": True}}
    stated = yaml.safe_load((ROOT / "Pulumi.dev.yaml").read_text(encoding="utf-8"))
    stated["config"] |= {"groundwork:existing": existing, "groundwork:permits": permits or []}
    return yaml.safe_dump(stated)


def product(*, bucket: bool = True) -> str:
    """OpeniBank, with a bucket that its API writes to."""
    stated = yaml.safe_load((ROOT / "workloads" / "openibank.yaml").read_text(encoding="utf-8"))
    if bucket:
        stated["buckets"] = {"statements": {}}
        stated["services"]["api-server"]["buckets"] = {"statements": "read-write"}
    return yaml.safe_dump(stated)
