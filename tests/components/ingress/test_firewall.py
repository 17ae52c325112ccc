"""The web ACL: limits, rule groups and logs that hold no credentials."""

from dataclasses import replace
from typing import Any

import pytest

from components.ingress.firewall import Firewall, FirewallArgs
from settings.workload.delivery import FirewallException, RateLimit
from tests.components.recording import ACCOUNT, REGION, Recorder, build

ARGS = FirewallArgs(
    prefix="openibank-prod",
    load_balancer_arn="arn:aws:elasticloadbalancing:us-east-1:111122223333:loadbalancer/app/openibank-prod/1",
    rate_limit=RateLimit(requests=100, window_seconds=60),
    has_database=True,
    log_retention_days=365,
    logs_key_arn=f"arn:aws:kms:{REGION}:{ACCOUNT}:key/logs",
)


def firewall(args: FirewallArgs = ARGS) -> Recorder[Firewall]:
    return build(lambda: Firewall("ingress-firewall", args))


def rules(recorder: Recorder[Firewall]) -> dict[str, dict[str, Any]]:
    return {rule["name"]: rule for rule in recorder.one("aws:wafv2/webAcl:WebAcl").inputs["rules"]}


def groups(recorder: Recorder[Firewall]) -> set[str]:
    statements = [rule["statement"].get("managedRuleGroupStatement") for rule in rules(recorder).values()]
    return {statement["name"] for statement in statements if statement}


@pytest.mark.requirement("OB-86")
@pytest.mark.requirement("OB-87")
@pytest.mark.requirement("OB-N11")
@pytest.mark.requirement("OB-N12")
def test_each_client_address_has_100_requests_a_minute() -> None:
    rule = rules(firewall())["rate-limit"]
    assert rule["statement"]["rateBasedStatement"] == {
        "aggregateKeyType": "IP",
        "limit": 100,
        "evaluationWindowSec": 60,
    }
    assert rule["action"]["block"]["customResponse"] == {
        "responseCode": 429,
        "customResponseBodyKey": "too-many-requests",
    }


def test_without_a_limit_nothing_is_counted() -> None:
    recorder = firewall(replace(ARGS, rate_limit=None))
    assert "rate-limit" not in rules(recorder)
    assert "customResponseBodies" not in recorder.one("aws:wafv2/webAcl:WebAcl").inputs


def test_priorities_are_unique_and_the_cheapest_rules_come_first() -> None:
    found = rules(firewall())
    ordered = sorted(found, key=lambda name: found[name]["priority"])
    assert ordered == ["ip-reputation", "rate-limit", "common", "known-bad-inputs", "sql-injection"]
    assert len({rule["priority"] for rule in found.values()}) == len(found)


def test_a_product_without_a_database_needs_no_sql_rules() -> None:
    assert "AWSManagedRulesSQLiRuleSet" in groups(firewall())
    assert "AWSManagedRulesSQLiRuleSet" not in groups(firewall(replace(ARGS, has_database=False)))


def test_clients_in_data_centres_are_let_in() -> None:
    assert "AWSManagedRulesAnonymousIpList" not in groups(firewall())


def test_a_long_body_is_counted_and_not_refused() -> None:
    common = rules(firewall())["common"]["statement"]["managedRuleGroupStatement"]
    assert common["ruleActionOverrides"] == [{"name": "SizeRestrictions_BODY", "actionToUse": {"count": {}}}]


_POSTS = FirewallException(
    group="AWSManagedRulesCommonRuleSet",
    rule="CrossSiteScripting_BODY",
    paths=("/api/posts", "/api/v2.1/pages"),
    reason="Authors write HTML, which the service cleans",
)
_QUERIES = FirewallException(
    group="AWSManagedRulesSQLiRuleSet",
    rule="SQLi_BODY",
    paths=("/api/queries",),
    reason="Analysts send SQL to a database that only reads",
)


def test_an_exception_counts_the_rule_and_blocks_it_on_every_other_path() -> None:
    found = rules(firewall(replace(ARGS, exceptions=(_POSTS,))))
    group = found["common"]["statement"]["managedRuleGroupStatement"]
    assert group["ruleActionOverrides"] == [
        {"name": name, "actionToUse": {"count": {}}} for name in ("SizeRestrictions_BODY", "CrossSiteScripting_BODY")
    ]
    rule = found["common-CrossSiteScripting_BODY"]
    labelled, elsewhere = rule["statement"]["andStatement"]["statements"]
    assert labelled["labelMatchStatement"] == {
        "scope": "LABEL",
        "key": "awswaf:managed:aws:core-rule-set:CrossSiteScripting_Body",
    }
    match = elsewhere["notStatement"]["statement"]["regexMatchStatement"]
    assert match["regexString"] == "^(/api/posts|/api/v2[.]1/pages)(/|$)"
    assert match["fieldToMatch"] == {"uriPath": {}}
    assert [each["type"] for each in match["textTransformations"]] == ["URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"]
    assert rule["action"] == {"block": {}}


def test_an_exception_stands_behind_its_group_whose_labels_it_reads() -> None:
    found = rules(firewall(replace(ARGS, exceptions=(_QUERIES, _POSTS))))
    ordered = sorted(found, key=lambda name: found[name]["priority"])
    assert ordered[2:] == [
        "common",
        "common-CrossSiteScripting_BODY",
        "known-bad-inputs",
        "sql-injection",
        "sql-injection-SQLi_BODY",
    ]
    assert "ruleActionOverrides" not in found["known-bad-inputs"]["statement"]["managedRuleGroupStatement"]


def test_what_the_exceptions_block_is_watched_like_the_rest() -> None:
    recorder = firewall(replace(ARGS, exceptions=(_POSTS,)))
    assert "common-CrossSiteScripting_BODY" in recorder.result.rule_names
    assert recorder.result.limit_names == ("rate-limit",)


@pytest.mark.requirement("OB-65")
def test_credentials_in_headers_never_reach_the_log() -> None:
    logging = firewall().one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
    redacted = {field["singleHeader"]["name"] for field in logging.inputs["redactedFields"]}
    assert redacted == {"authorization", "cookie", "x-api-key"}


def test_the_log_group_is_encrypted_kept_and_open_to_waf_of_this_account() -> None:
    recorder = firewall()
    group = recorder.one("aws:cloudwatch/logGroup:LogGroup")
    assert group.inputs["name"] == "aws-waf-logs-openibank-prod"
    assert group.inputs["retentionInDays"] == 365
    assert group.inputs["kmsKeyId"] == ARGS.logs_key_arn
    policy = recorder.one("aws:cloudwatch/logResourcePolicy:LogResourcePolicy")
    statement = policy.document("policyDocument")["Statement"][0]
    assert statement["Condition"]["StringEquals"]["aws:SourceAccount"] == ACCOUNT
    logging = recorder.one("aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration")
    assert logging.depends_on(policy)
    assert logging.inputs["loggingFilter"]["defaultBehavior"] == "DROP"


def test_the_load_balancer_is_behind_the_web_acl() -> None:
    recorder = firewall()
    association = recorder.one("aws:wafv2/webAclAssociation:WebAclAssociation")
    assert association.inputs["resourceArn"] == ARGS.load_balancer_arn
    assert association.inputs["webAclArn"] == recorder.value(recorder.result.web_acl_arn)
