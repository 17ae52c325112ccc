"""The rules of a web ACL, from what is asked of it.

Known attackers and closed paths come first, because they cost least to tell; then limits, then what requests carry.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from pulumi import Input
from pulumi_aws import wafv2

from settings.facts.firewall import MANAGED_RULES, ManagedGroupName
from settings.workload.delivery import FirewallException, PathRateLimit, RateLimit

_Statement = wafv2.WebAclRuleStatementArgs
_ScopeDown = wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementArgs

TOO_MANY_REQUESTS = wafv2.WebAclCustomResponseBodyArgs(
    key="too-many-requests", content_type="APPLICATION_JSON", content='{"error":"too many requests"}'
)
_LIMITED = "limit:path"
"""The label of every request that has a limit of its own, and is not counted by the general one."""


# Capacity: 25 + 2 + 700 + 200 + 200 of the 1,500 units that a web ACL holds without extra cost; an exception takes 34
# more at most: 1 for the label, 3 for the pattern, 10 for each of its three transformations. AnonymousIpList is left
# out: it refuses hosting providers, and an API's clients are programs that run there.
# https://docs.aws.amazon.com/waf/latest/developerguide/aws-managed-rule-groups-list.html
# https://docs.aws.amazon.com/waf/latest/developerguide/waf-rule-statements-match.html
_REPUTATION: Final = "AWSManagedRulesAmazonIpReputationList"
_CONTENT: Final[Mapping[ManagedGroupName, str]] = {
    "AWSManagedRulesCommonRuleSet": "common",
    "AWSManagedRulesKnownBadInputsRuleSet": "known-bad-inputs",
    "AWSManagedRulesSQLiRuleSet": "sql-injection",
}
"""What requests carry: each group and what its rule here is called, in the order in which they are tried."""
_SQL_INJECTION: Final = "AWSManagedRulesSQLiRuleSet"


@dataclass(frozen=True, kw_only=True)
class RuleRequest:
    """`operator_addresses` is the ARN of the IP set that may ask for `operator_paths`."""

    rate_limit: RateLimit | None
    rate_limits: tuple[PathRateLimit, ...]
    has_database: bool
    blocked_paths: tuple[str, ...]
    operator_paths: tuple[str, ...]
    operator_addresses: Input[str] | None
    exceptions: tuple[FirewallException, ...] = ()


@dataclass(frozen=True, kw_only=True)
class _Rule:
    """A rule without its place; exactly one of `action` and `override`."""

    name: str
    statement: _Statement
    action: wafv2.WebAclRuleActionArgs | None = None
    override: wafv2.WebAclRuleOverrideActionArgs | None = None
    labels: tuple[str, ...] = ()
    limits: bool = False


def rules(request: RuleRequest) -> list[wafv2.WebAclRuleArgs]:
    """Return the rules in the order in which WAF tries them."""
    return [_placed(rule, priority) for priority, rule in enumerate(_ordered(request))]


def rule_names(request: RuleRequest) -> tuple[str, ...]:
    """Return what each rule, and its metric, is called."""
    return tuple(rule.name for rule in _ordered(request))


def limit_names(request: RuleRequest) -> tuple[str, ...]:
    """Return which of them limit how often a client may ask."""
    return tuple(rule.name for rule in _ordered(request) if rule.limits)


def path_pattern(paths: Sequence[str]) -> str:
    """Return the regular expression of requests at or below one of the paths, in lower case, as WAF is to see them."""
    return f"^({'|'.join(path.lower().replace('.', '[.]') for path in paths)})(/|$)"


def _ordered(request: RuleRequest) -> Iterator[_Rule]:
    yield _managed("ip-reputation", _REPUTATION, ())
    if request.blocked_paths:
        yield _Rule(name="blocked-paths", statement=_at(request.blocked_paths), action=_block(404))
    if request.operator_paths and request.operator_addresses is not None:
        yield _operators_alone(request.operator_paths, request.operator_addresses)
    for limit in request.rate_limits:
        yield _labelling(limit)
    for limit in request.rate_limits:
        counted = _ScopeDown(label_match_statement=_label(f"limit:{limit.name}"))
        yield _limit(f"rate-limit-{limit.name}", limit.threshold, limit.window_seconds, counted)
    if request.rate_limit:
        others = _unlabelled() if request.rate_limits else None
        yield _limit("rate-limit", request.rate_limit.threshold, request.rate_limit.window_seconds, others)
    for group, key in _CONTENT.items():
        if group != _SQL_INJECTION or request.has_database:
            yield from _content(group, key, [each for each in request.exceptions if each.group == group])


def _placed(rule: _Rule, priority: int) -> wafv2.WebAclRuleArgs:
    return wafv2.WebAclRuleArgs(
        name=rule.name,
        priority=priority,
        action=rule.action,
        override_action=rule.override,
        statement=rule.statement,
        rule_labels=[wafv2.WebAclRuleRuleLabelArgs(name=label) for label in rule.labels] or None,
        visibility_config=wafv2.WebAclRuleVisibilityConfigArgs(
            cloudwatch_metrics_enabled=True, metric_name=rule.name, sampled_requests_enabled=True
        ),
    )


def _content(group: ManagedGroupName, key: str, exceptions: Sequence[FirewallException]) -> Iterator[_Rule]:
    """Try a group, whose rules with exceptions only count; then block what they labelled, but on the excepted paths.

    https://docs.aws.amazon.com/waf/latest/developerguide/waf-managed-rule-group-override-options.html
    """
    known = MANAGED_RULES[group]
    yield _managed(key, group, (*sorted(known.counted), *(each.rule for each in exceptions)))
    for each in exceptions:
        labelled = wafv2.WebAclRuleStatementLabelMatchStatementArgs(scope="LABEL", key=known.label(each.rule))
        elsewhere = wafv2.WebAclRuleStatementNotStatementArgs(statement=_at(each.paths))
        both = wafv2.WebAclRuleStatementAndStatementArgs(
            statements=[_Statement(label_match_statement=labelled), _Statement(not_statement=elsewhere)]
        )
        yield _Rule(
            name=f"{key}-{each.rule}",
            statement=_Statement(and_statement=both),
            action=wafv2.WebAclRuleActionArgs(block=wafv2.WebAclRuleActionBlockArgs()),
        )


def _managed(key: str, group: str, only_counted: Sequence[str]) -> _Rule:
    counted = [
        wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideArgs(
            name=rule,
            action_to_use=wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseArgs(
                count=wafv2.WebAclRuleStatementManagedRuleGroupStatementRuleActionOverrideActionToUseCountArgs()
            ),
        )
        for rule in only_counted
    ]
    return _Rule(
        name=key,
        statement=_Statement(
            managed_rule_group_statement=wafv2.WebAclRuleStatementManagedRuleGroupStatementArgs(
                vendor_name="AWS", name=group, rule_action_overrides=counted or None
            )
        ),
        override=wafv2.WebAclRuleOverrideActionArgs(none=wafv2.WebAclRuleOverrideActionNoneArgs()),
    )


def _limit(name: str, threshold: int, window: int, counted: _ScopeDown | None) -> _Rule:
    return _Rule(
        name=name,
        statement=_Statement(
            rate_based_statement=wafv2.WebAclRuleStatementRateBasedStatementArgs(
                aggregate_key_type="IP", limit=threshold, evaluation_window_sec=window, scope_down_statement=counted
            )
        ),
        action=_block(429, TOO_MANY_REQUESTS),
        limits=True,
    )


def _labelling(limit: PathRateLimit) -> _Rule:
    """Mark the requests that a limit of some paths counts, so that it and the general limit can tell them apart."""
    statements = [_at([limit.path])]
    if limit.methods:
        statements.append(_method(limit.methods))
    both = wafv2.WebAclRuleStatementAndStatementArgs(statements=statements)
    return _Rule(
        name=f"requests-{limit.name}",
        statement=_Statement(and_statement=both) if limit.methods else statements[0],
        action=wafv2.WebAclRuleActionArgs(count=wafv2.WebAclRuleActionCountArgs()),
        labels=(_LIMITED, f"limit:{limit.name}"),
    )


def _unlabelled() -> _ScopeDown:
    labelled = _ScopeDown(label_match_statement=_label(_LIMITED))
    return _ScopeDown(
        not_statement=wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementNotStatementArgs(statement=labelled)
    )


def _label(name: str) -> wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementLabelMatchStatementArgs:
    return wafv2.WebAclRuleStatementRateBasedStatementScopeDownStatementLabelMatchStatementArgs(scope="LABEL", key=name)


def _operators_alone(paths: Sequence[str], addresses: Input[str]) -> _Rule:
    known = _Statement(ip_set_reference_statement=wafv2.WebAclRuleStatementIpSetReferenceStatementArgs(arn=addresses))
    strangers = _Statement(not_statement=wafv2.WebAclRuleStatementNotStatementArgs(statement=known))
    both = wafv2.WebAclRuleStatementAndStatementArgs(statements=[_at(paths), strangers])
    return _Rule(name="operator-paths", statement=_Statement(and_statement=both), action=_block(403))


def _at(paths: Sequence[str]) -> _Statement:
    """Match requests at or below a path, however it is written: escaped, with `..` in it, in capitals."""
    return _Statement(
        regex_match_statement=wafv2.WebAclRuleStatementRegexMatchStatementArgs(
            regex_string=path_pattern(paths),
            field_to_match=wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchArgs(
                uri_path=wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchUriPathArgs()
            ),
            text_transformations=[
                wafv2.WebAclRuleStatementRegexMatchStatementTextTransformationArgs(priority=priority, type=kind)
                for priority, kind in enumerate(("URL_DECODE", "NORMALIZE_PATH", "LOWERCASE"))
            ],
        )
    )


def _method(methods: Sequence[str]) -> _Statement:
    return _Statement(
        regex_match_statement=wafv2.WebAclRuleStatementRegexMatchStatementArgs(
            regex_string=f"^({'|'.join(methods)})$",
            field_to_match=wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchArgs(
                method=wafv2.WebAclRuleStatementRegexMatchStatementFieldToMatchMethodArgs()
            ),
            text_transformations=[
                wafv2.WebAclRuleStatementRegexMatchStatementTextTransformationArgs(priority=0, type="NONE")
            ],
        )
    )


def _block(status: int, body: wafv2.WebAclCustomResponseBodyArgs | None = None) -> wafv2.WebAclRuleActionArgs:
    return wafv2.WebAclRuleActionArgs(
        block=wafv2.WebAclRuleActionBlockArgs(
            custom_response=wafv2.WebAclRuleActionBlockCustomResponseArgs(
                response_code=status, custom_response_body_key=body.key if body else None
            )
        )
    )
