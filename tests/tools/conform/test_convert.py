"""A graph becomes the configuration that Terraform's schema asks for, and what it lacks is named."""

from typing import Any

import pytest

from tests.tools.conform.things import AWS, VPC, Thing, reading
from tools.conform import convert as conversion
from tools.conform.convert import Converted, convert
from tools.conform.references import PLACEHOLDER
from tools.conform.schema import Argument, Schema, packed

_TABLE = packed()


def _converted(*things: Thing, schema: Schema = _TABLE) -> Converted:
    return convert([AWS, *things], schema, _TABLE)


def _body(thing: Thing, *others: Thing) -> dict[str, Any]:
    converted = _converted(*others, thing)
    assert converted.refused == []
    return next(iter(converted.resources[conversion.TYPES[thing.type]].values()))


def test_a_resource_is_written_under_its_type_with_its_provider() -> None:
    assert _body(VPC) == {"provider": "aws.p0", "cidr_block": "10.0.0.0/16"}


def test_the_provider_reaches_no_account() -> None:
    (provider,) = _converted(VPC).document()["provider"]["aws"]
    assert provider["region"] == "us-east-1"
    assert provider["default_tags"] == [{"tags": {"Stack": "prod"}}]
    assert [key for key in provider if key.startswith("skip_")] == [
        "skip_credentials_validation",
        "skip_metadata_api_check",
        "skip_region_validation",
        "skip_requesting_account_id",
    ]
    assert set(provider["endpoints"][0].values()) == {"http://127.0.0.1:9"}
    assert {"ec2", "iam", "s3", "sts"} <= provider["endpoints"][0].keys()


def test_each_region_has_a_provider_of_its_own() -> None:
    far = Thing("pulumi:providers:aws", "far", {"region": "eu-west-1"})
    other = Thing("aws:ec2/vpc:Vpc", "other", {"cidrBlock": "10.1.0.0/16"}, provider=f"{far.urn}::far-id")
    converted = _converted(far, VPC, other)
    assert [(each["alias"], each["region"]) for each in converted.providers] == [
        ("p0", "us-east-1"),
        ("p1", "eu-west-1"),
    ]
    assert {name: body["provider"] for name, body in converted.resources["aws_vpc"].items()} == {
        "network": "aws.p0",
        "other": "aws.p1",
    }


def test_several_get_the_name_of_one_and_an_object_becomes_a_list_of_one_block() -> None:
    thing = Thing(
        "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        "rules",
        {"bucket": "b", "rules": [{"id": "old", "status": "Enabled", "expiration": {"days": 30.0}}]},
    )
    assert _body(thing)["rule"] == [{"id": "old", "status": "Enabled", "expiration": [{"days": 30}]}]


def test_an_attribute_of_objects_has_every_member() -> None:
    thing = Thing(
        "aws:ec2/defaultRouteTable:DefaultRouteTable",
        "closed",
        {"defaultRouteTableId": "rtb-1", "routes": [{"cidrBlock": "0.0.0.0/0", "gatewayId": "igw-1"}]},
    )
    (route,) = _body(thing)["route"]
    assert {key: value for key, value in route.items() if value is not None} == {
        "cidr_block": "0.0.0.0/0",
        "gateway_id": "igw-1",
    }
    assert set(route) == set(_TABLE.resources["aws_default_route_table"]["route"].members)


def test_a_statement_whose_form_is_open_is_written_as_blocks_and_said() -> None:
    rule: dict[str, Any] = {
        "name": "r",
        "priority": 1.0,
        "visibilityConfig": {"cloudwatchMetricsEnabled": True, "metricName": "r", "sampledRequestsEnabled": True},
        "statement": {
            "managedRuleGroupStatement": {
                "name": "Common",
                "vendorName": "AWS",
                "ruleActionOverrides": [{"name": "Size", "actionToUse": {"count": {}}}],
            }
        },
    }
    thing = Thing(
        "aws:wafv2/webAcl:WebAcl",
        "acl",
        {
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "visibilityConfig": rule["visibilityConfig"],
            "rules": [rule],
        },
    )
    converted = _converted(thing)
    assert converted.open == {"aws_wafv2_web_acl.rule.statement"}
    group: dict[str, Any] = {
        "name": "Common",
        "vendor_name": "AWS",
        "rule_action_override": [{"name": "Size", "action_to_use": [{"count": [{}]}]}],
    }
    written = converted.resources["aws_wafv2_web_acl"]["acl"]["rule"][0]["statement"]
    assert written == [{"managed_rule_group_statement": [group]}]


@pytest.mark.parametrize(
    ("thing", "said"),
    [
        (
            Thing("aws:ec2/vpc:Vpc", "n", {"cidrBlok": "10.0.0.0/16"}),
            "aws:ec2/vpc:Vpc n: cidrBlok: aws_vpc has no such argument",
        ),
        (
            Thing("aws:ec2/vpc:Vpc", "n", {"arn": "arn:aws:ec2:::x"}),
            "aws:ec2/vpc:Vpc n: arn: aws_vpc has no such argument",
        ),
        (
            Thing("aws:ec2/subnet:Subnet", "n", {"cidrBlock": "10.0.0.0/24"}),
            "aws:ec2/subnet:Subnet n: vpc_id is required, and is not there",
        ),
        (
            Thing("aws:sqs/queue:Queue", "n", {"messageRetentionSeconds": "long"}),
            "aws:sqs/queue:Queue n: message_retention_seconds: Terraform takes a number here, and this is 'long'",
        ),
        (
            Thing("aws:ec2/vpc:Vpc", "n", {"enableDnsSupport": "yes"}),
            "aws:ec2/vpc:Vpc n: enable_dns_support: Terraform takes a bool here, and this is 'yes'",
        ),
        (
            Thing("aws:ec2/vpc:Vpc", "n", {"cidrBlock": ["10.0.0.0/16"]}),
            "aws:ec2/vpc:Vpc n: cidr_block: Terraform takes a string here, and this is a list",
        ),
        (
            Thing("aws:ec2/vpc:Vpc", "n", {"tags": "Name"}),
            "aws:ec2/vpc:Vpc n: tags: Terraform takes a map here, and this is a str",
        ),
        (
            Thing("aws:ec2/eip:Eip", "n", {"timeouts": 3}),
            "aws:ec2/eip:Eip n: timeouts: Terraform takes an object here, and this is a int",
        ),
        (
            Thing(
                "aws:ec2/launchTemplate:LaunchTemplate", "n", {"monitoring": [{"enabled": True}, {"enabled": False}]}
            ),
            "aws:ec2/launchTemplate:LaunchTemplate n: monitoring: Terraform takes one block here, and these are 2",
        ),
        (
            Thing("aws:ec2/launchTemplate:LaunchTemplate", "n", {"name": "a", "namePrefix": "a-"}),
            "aws:ec2/launchTemplate:LaunchTemplate n: name stands beside name_prefix: Terraform takes one of them",
        ),
        (
            Thing("aws:kinesis/stream:Stream", "n", {}),
            "aws:kinesis/stream:Stream n: no replacements.json has this type",
        ),
        (
            Thing("aws:ec2/vpc:Vpc", "n", {}, provider=""),
            "aws:ec2/vpc:Vpc n: it names no provider of this stack",
        ),
    ],
    ids=lambda each: each.name if isinstance(each, Thing) else str(each)[-40:],
)
def test_what_the_schema_does_not_take_is_refused_by_name(thing: Thing, said: str) -> None:
    assert _converted(thing).refused == [said]


def test_a_type_that_is_newer_than_the_provider_is_listed_and_left_out() -> None:
    mute = Thing("aws:cloudwatch/alarmMuteRule:AlarmMuteRule", "quiet", {"name": "quiet"})
    converted = _converted(mute)
    assert (converted.refused, converted.lacking) == ([], {"aws_cloudwatch_alarm_mute_rule"})
    assert converted.resources == {}


def test_what_an_older_provider_lacks_is_listed_argument_by_argument_and_left_out() -> None:
    older = dict(_TABLE.resources["aws_vpc"])
    del older["region"]
    launch = _TABLE.resources["aws_launch_template"]
    options = launch["metadata_options"]
    fewer = Argument("object", "list", block=True, one=True, members={"http_tokens": Argument("string")})
    schema = Schema(
        "5.0.0",
        "a test",
        _TABLE.provider,
        {"aws_vpc": older, "aws_launch_template": {**launch, "metadata_options": fewer}},
    )
    template = Thing(
        "aws:ec2/launchTemplate:LaunchTemplate",
        "t",
        {"metadataOptions": {"httpTokens": "required", "httpEndpoint": "enabled"}},
    )
    subnet = Thing("aws:ec2/subnet:Subnet", "s", {"vpcId": "vpc-1"})
    converted = _converted(
        Thing("aws:ec2/vpc:Vpc", "n", {"cidrBlock": "10.0.0.0/16", "region": "us-east-1"}),
        template,
        subnet,
        schema=schema,
    )
    assert "http_endpoint" in options.members
    assert converted.refused == []
    assert converted.lacking == {"aws_vpc.region", "aws_launch_template.metadata_options.http_endpoint", "aws_subnet"}
    assert converted.resources["aws_vpc"]["n"] == {"provider": "aws.p0", "cidr_block": "10.0.0.0/16"}
    assert converted.resources["aws_launch_template"]["t"]["metadata_options"] == [{"http_tokens": "required"}]


def test_what_another_resource_computes_becomes_a_reference() -> None:
    assert _body(reading("vpcId", "network-id", VPC), VPC)["vpc_id"] == "${aws_vpc.network.id}"
    policy = reading(
        "resources",
        ["arn:aws:ec2:us-east-1:1:network-arn"],
        VPC,
        token="aws:backup/selection:Selection",
        iamRoleArn="r",
        name="n",
        planId="p",
    )
    assert _body(policy, VPC)["resources"] == ["${aws_vpc.network.arn}"]


def test_a_reference_inside_a_text_is_one_and_inside_a_document_is_not() -> None:
    text = "arn:aws:ec2:us-east-1:1:network-arn:*"
    queue = reading("name", text, VPC, token="aws:sqs/queue:Queue")
    assert _body(queue, VPC)["name"] == "${aws_vpc.network.arn}:*"
    document = f'{{"Resource": "{text}"}}'
    assert _body(reading("policy", document, VPC, token="aws:sqs/queue:Queue"), VPC)["policy"] == document


def test_what_a_resource_passes_on_refers_to_where_it_is_from() -> None:
    policy = reading(
        "arn", "arn:aws:ec2:us-east-1:1:network-arn", VPC, token="aws:sns/topicPolicy:TopicPolicy", policy="{}"
    )
    queue = Thing(
        "aws:sqs/queue:Queue",
        "q",
        {"name": "arn:aws:ec2:us-east-1:1:network-arn"},
        property_dependencies={"name": frozenset({policy.urn})},
    )
    assert _converted(VPC, policy, queue).resources["aws_sqs_queue"]["q"]["name"] == "${aws_vpc.network.arn}"


def test_a_list_that_another_resource_computes_becomes_a_reference() -> None:
    zone = Thing("aws:route53/zone:Zone", "zone", {"name": "example.com"}, {"nameServers": []})
    record = reading("records", [], zone, token="aws:route53/record:Record", name="n", zoneId="z", ttl=300, type="NS")
    assert _body(record, zone)["records"] == "${aws_route53_zone.zone.name_servers}"


def test_a_text_that_is_equal_by_chance_is_no_reference() -> None:
    assert _body(reading("vpcId", "network-id"), VPC)["vpc_id"] == "network-id"


def test_what_looks_like_a_template_stays_a_text() -> None:
    queue = Thing("aws:sqs/queue:Queue", "q", {"name": "${aws:username} %{x}", "tags": {"${k}": "${v}"}})
    assert _body(queue)["name"] == "$${aws:username} %%{x}"
    assert _body(queue)["tags"] == {"$${k}": "$${v}"}


def test_secrets_are_not_written() -> None:
    password = Thing(
        "random:index/randomPassword:RandomPassword", "password", {"length": 20}, {"result": "password-result"}
    )
    user = Thing(
        "aws:elasticache/user:User",
        "user",
        {
            "accessString": "on",
            "engine": "valkey",
            "userId": "u",
            "userName": "u",
            "authenticationMode": {"type": "password", "passwords": ["password-result"]},
        },
        secret_inputs=frozenset({"authenticationMode"}),
    )
    assert _body(user, password)["authentication_mode"] == [{"type": "password", "passwords": [PLACEHOLDER]}]
    version = Thing(
        "aws:secretsmanager/secretVersion:SecretVersion",
        "version",
        {"secretId": "s", "secretString": "of the operator"},
        secret_inputs=frozenset({"secretString"}),
    )
    assert _body(version)["secret_string"] == PLACEHOLDER


def test_a_random_identifier_has_its_real_length() -> None:
    random = Thing("random:index/randomId:RandomId", "suffix", {"byteLength": 4}, {"hex": "suffix-of-great-length-hex"})
    bucket = Thing("aws:s3/bucket:Bucket", "b", {"bucket": "dumps-suffix-of-great-length-hex"})
    assert len(_body(bucket, random)["bucket"]) == len("dumps-") + 8


def test_two_resources_never_share_an_address() -> None:
    twins = [Thing("aws:ec2/vpc:Vpc", name, {"cidrBlock": "10.0.0.0/16"}) for name in ("a/b", "a b", "1")]
    assert list(_converted(*twins).resources["aws_vpc"]) == ["a_b", "a_b_", "_1"]


def test_code_is_named_and_not_looked_into() -> None:
    function = Thing("aws:lambda/function:Function", "f", {"role": "arn:aws:iam::1:role/f", "code": object()})
    converted = _converted(function)
    assert converted.resources["aws_lambda_function"]["f"]["filename"] == conversion.CODE
