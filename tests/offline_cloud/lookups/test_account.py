"""Who and where am I, and what AWS itself has in every account."""

import json

import pytest

from offline_cloud.cloud.model import Value, items
from offline_cloud.lookups import is_answered
from tests.offline_cloud.lookups.asking import answered, record, refused, where

ZONES = "aws:index/getAvailabilityZones:getAvailabilityZones"
IMAGE = "aws:ec2/getAmi:getAmi"
DOCUMENT = "aws:iam/getPolicyDocument:getPolicyDocument"
PARAMETER = "aws:ssm/getParameter:getParameter"


def test_the_caller_the_partition_and_the_region_are_known() -> None:
    assert answered("aws:index/getCallerIdentity:getCallerIdentity")["accountId"] == "000000000000"
    assert answered("aws:index/getPartition:getPartition")["dnsSuffix"] == "amazonaws.com"
    assert answered("aws:index/getRegion:getRegion")["name"] == "eu-west-1"
    assert "eu-west-9" in refused("aws:index/getRegion:getRegion", name="eu-west-9")
    assert "us-east-1" in items(answered("aws:index/getRegions:getRegions"), "names")


@pytest.mark.parametrize(("region", "count"), [("eu-west-1", 3), ("us-east-1", 6), ("us-west-1", 2)])
def test_each_region_has_its_zones(region: str, count: int) -> None:
    zones = answered(ZONES, region=region, state="available")
    assert items(zones, "names") == [f"{region}{letter}" for letter in "abcdef"[:count]]
    assert len(set(map(str, items(zones, "zoneIds")))) == count


def test_zones_are_left_out_by_name_and_by_filter() -> None:
    assert items(answered(ZONES, excludeNames=["eu-west-1a"]), "names") == ["eu-west-1b", "eu-west-1c"]
    assert items(answered(ZONES, filters=where(zone_name="*b")), "names") == ["eu-west-1b"]
    assert items(answered(ZONES, state="impaired"), "names") == []
    assert "no filter 'colour' of zones; it takes zone-name" in refused(ZONES, filters=where(colour="red"))


def test_an_image_is_made_up_to_fit_what_is_asked() -> None:
    name = where(name="al2023-ami-*-arm64")
    image = answered(IMAGE, mostRecent=True, owners=["amazon"], filters=name)
    assert image["architecture"] == "arm64"
    assert image["name"] == "al2023-ami-2026.11.01-arm64"
    assert image["id"] == answered(IMAGE, mostRecent="true", owners=["amazon"], filters=name)["id"]
    elsewhere = answered(IMAGE, region="us-east-1", mostRecent=True, owners=["amazon"], filters=name)
    assert image["id"] != elsewhere["id"]
    assert "returned more than one result" in refused(IMAGE, owners=["amazon"], filters=name)


def test_an_image_of_ones_own_has_to_be_there() -> None:
    own = record("aws:ec2/ami:Ami", "ami-0123", {"name": "golden-7"})
    name = where(name="golden-*")
    assert answered(IMAGE, own, mostRecent=True, owners=["self"], filters=name)["id"] == "ami-0123"
    assert "no image of its own with" in refused(IMAGE, mostRecent=True, owners=["self"], filters=name)


def test_parameters_that_aws_publishes_name_images() -> None:
    image = answered(PARAMETER, name="/aws/service/ami-amazon-linux-latest/al2023-ami-kernel-default-x86_64")
    assert str(image["value"]).startswith("ami-0")
    recommended = answered(PARAMETER, name="/aws/service/ecs/optimized-ami/amazon-linux-2023/recommended")
    assert json.loads(str(recommended["value"]))["image_id"].startswith("ami-0")
    assert "does not know AWS's parameter" in refused(PARAMETER, name="/aws/service/global-infrastructure/regions")
    assert "has no Parameter with name=/own" in refused(PARAMETER, name="/own")


def test_a_managed_prefix_list_has_the_id_that_its_endpoint_tells() -> None:
    token = "aws:ec2/getManagedPrefixList:getManagedPrefixList"
    edge = answered(token, name="com.amazonaws.global.cloudfront.origin-facing")
    assert edge["id"] == answered(token, id=edge["id"])["id"]
    assert answered(token, filters=where(prefix_list_name="com.amazonaws.eu-west-1.s3"))["name"]
    own = record("aws:ec2/managedPrefixList:ManagedPrefixList", "pl-1", {"name": "offices"})
    assert answered(token, own, name="offices")["id"] == "pl-1"
    assert "com.amazonaws.eu-west-1.dynamodb" in refused(token, name="com.amazonaws.eu-west-1.s4")


def test_policies_that_aws_keeps_are_known_by_name() -> None:
    cache = answered("aws:cloudfront/getCachePolicy:getCachePolicy", name="Managed-CachingDisabled")
    assert cache["id"] == "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"
    said = refused("aws:cloudfront/getCachePolicy:getCachePolicy", name="Managed-CachingOff")
    assert "there is no CloudFront CachePolicy with name=Managed-CachingOff; AWS's own are" in said
    arn = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
    assert answered("aws:iam/getPolicy:getPolicy", arn=arn)["path"] == "/service-role/"
    assert answered("aws:iam/getPolicy:getPolicy", name="AWSLambdaBasicExecutionRole")["arn"] == arn
    wrong = "arn:aws:iam::aws:policy/AWSLambdaBasicExecutionRole"
    assert f"Policy {wrong} does not exist" in refused("aws:iam/getPolicy:getPolicy", arn=wrong)


def test_a_policy_document_is_composed() -> None:
    trust: Value = {"type": "Service", "identifiers": ["ec2.amazonaws.com"]}
    statement: Value = {"actions": ["sts:AssumeRole"], "principals": [trust], "sid": "Trust"}
    condition: Value = {"test": "StringEquals", "variable": "aws:SourceAccount", "values": ["1", "2"]}
    second: Value = {
        "effect": "Deny",
        "actions": ["s3:Get*", "s3:Put*"],
        "resources": ["*"],
        "notPrincipals": [{"type": "*", "identifiers": ["*"]}],
        "conditions": [condition],
    }
    answer = answered(DOCUMENT, statements=[statement, second])
    assert json.loads(str(answer["json"])) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "Trust", "Effect": "Allow", "Action": "sts:AssumeRole",
                "Principal": {"Service": "ec2.amazonaws.com"},
            },
            {
                "Effect": "Deny", "Action": ["s3:Put*", "s3:Get*"], "Resource": "*", "NotPrincipal": "*",
                "Condition": {"StringEquals": {"aws:SourceAccount": ["1", "2"]}},
            },
        ],
    }  # fmt: skip
    assert "\n" not in str(answer["minifiedJson"])
    assert "duplicate Sid (Trust)" in refused(DOCUMENT, statements=[statement, statement])


def test_documents_are_laid_over_one_another_by_their_sids() -> None:
    below = json.dumps({"Statement": [{"Sid": "A", "Effect": "Allow"}, {"Effect": "Allow", "Action": "s3:*"}]})
    over: Value = {"sid": "A", "effect": "Deny", "actions": ["s3:*"], "resources": ["*"]}
    merged = json.loads(str(answered(DOCUMENT, sourcePolicyDocuments=[below], statements=[over])["json"]))
    assert [statement["Effect"] for statement in merged["Statement"]] == ["Deny", "Allow"]
    kept = json.loads(str(answered(DOCUMENT, overridePolicyDocuments=[below], statements=[over])["json"]))
    assert kept["Statement"][0]["Effect"] == "Allow"
    assert "sourcePolicyDocuments[0]: is no JSON" in refused(DOCUMENT, sourcePolicyDocuments=["{"])


def test_tokens_of_registries_and_clusters_are_given() -> None:
    registry = answered("aws:ecr/getAuthorizationToken:getAuthorizationToken")
    assert registry["userName"] == "AWS"
    assert str(registry["proxyEndpoint"]).endswith(".dkr.ecr.eu-west-1.amazonaws.com")
    assert str(answered("aws:eks/getClusterAuth:getClusterAuth", name="main")["token"]).startswith("k8s-aws-v1.")


def test_what_is_not_answered_is_said_with_what_to_do() -> None:
    said = refused("aws:pricing/getProduct:getProduct", serviceCode="AmazonEC2")
    assert said.startswith("the offline cloud answers no look-up aws:pricing/getProduct:getProduct; state the value")
    assert "--account FILE" in said
    assert not is_answered("aws:pricing/getProduct:getProduct")
    assert is_answered(IMAGE)
    assert is_answered("aws:route53/getZone:getZone")
