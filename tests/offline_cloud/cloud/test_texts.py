"""Names, descriptions, comments and tags outside what a service takes are refused, as the service refuses them."""

import pytest

from offline_cloud.cloud import rules
from offline_cloud.cloud.core import facts
from offline_cloud.cloud.model import Properties


@pytest.mark.parametrize(
    ("type", "path", "good", "bad"),
    [
        (facts.SECURITY_GROUP, "description", "Cache, from the cluster alone", "The product's tasks"),
        (facts.SECURITY_GROUP, "description", "a" * 255, "a" * 256),
        (facts.SECURITY_GROUP, "name", "shop-cache", "sg-cache"),
        (facts.INGRESS_RULE, "description", "._-:/()#,@[]+=&;{}!$*", "Pods \u2192 database"),
        (facts.EGRESS_RULE, "description", "The cache", 'The "cache"'),
        (facts.IP_SET, "description", "Who may ask for paths of operators", "Who may ask for the operators' paths"),
        (facts.WEB_ACL, "description", "Requests to the CDN", "Requests (CDN)"),
        (facts.WEB_ACL, "description", "abc", "ab"),
        (facts.WEB_ACL, "name", "shop-prod", "shop.prod"),
        (facts.ROLE, "description", "Read by d\u00e9p\u00f4t", "Pods \u2192 database"),
        (facts.ROLE, "name", "a" * 64, "a" * 65),
        (facts.KEY, "description", "a" * 8192, "a" * 8193),
        (facts.CACHE_USER_GROUP, "userGroupId", "shop-users", "shop_users"),
        (facts.CACHE_USER, "userId", "shop-app", "1shop"),
        (facts.DISTRIBUTION, "comment", "a" * 128, "a" * 129),
        (facts.RESPONSE_HEADERS, "comment", "a" * 128, "a" * 129),
        (facts.TOPIC, "displayName", "a" * 100, "a" * 101),
        (facts.EVENT_RULE, "description", "a" * 512, "a" * 513),
        (facts.EVENT_RULE, "name", "jobs.failed", "jobs failed"),
        (facts.VAULT, "name", "shop-prod", "a" * 51),
        (facts.BACKUP_PLAN, "name", "daily", "daily plan"),
        (facts.ZONE, "comment", "a" * 256, "a" * 257),
        (facts.DATABASE_SUBNETS, "name", "shop-database", "default"),
        (facts.METRIC_ALARM, "alarmDescription", "a" * 1024, "a" * 1025),
        ("aws:budgets/budget:Budget", "name", "shop", "shop:prod"),
        (facts.SECRET, "name", "shop/prod/database", "shop prod"),
    ],
)
def test_a_text_is_judged_by_what_its_service_takes(type: str, path: str, good: str, bad: str) -> None:
    assert not _refused(type, {path: good}, path)
    assert _refused(type, {path: bad}, path)


@pytest.mark.parametrize(
    ("tags", "refused"),
    [
        ({"Name": "shop prod_.:/=+-@ 1"}, ""),
        ({"Name": "the shop's"}, "tags.Name"),
        ({"Name": "a" * 257}, "tags.Name"),
        ({"aws:Name": "shop"}, "tags.aws:Name"),
        ({"k" * 129: "shop"}, "tags." + "k" * 129),
        ({f"k{n}": "v" for n in range(51)}, "tags"),
    ],
)
def test_tags_are_those_that_every_service_takes(tags: dict[str, str], refused: str) -> None:
    found = [each.path for each in rules.check(facts.VPC, {"cidrBlock": "10.0.0.0/16", "tags": {**tags}}, "r")]
    assert found == ([refused] if refused else [])


def _refused(type: str, inputs: Properties, path: str) -> list[str]:
    return [each.reason for each in rules.check(type, inputs, "us-east-1") if each.path == path]
