"""What WAF accepts. Source: the WAF reference."""

from collections.abc import Iterator
from typing import Final

from offline_cloud.cloud.core import facts
from offline_cloud.cloud.core.facts import reject
from offline_cloud.cloud.model import Diagnostic, Properties, Record, World, objects, text

_GLOBAL_REGION: Final = "us-east-1"
_OWN_GROUP: Final = "ruleGroupReferenceStatement"
_GROUP_STATEMENTS: Final = ("managedRuleGroupStatement", _OWN_GROUP)


def check_web_acl(inputs: Properties, region: str) -> Iterator[Diagnostic]:
    code = "WAFInvalidParameterException"
    if text(inputs, "scope") == "CLOUDFRONT" and region != _GLOBAL_REGION:
        yield reject("scope", code, f"The scope CLOUDFRONT is not valid in {region}", f"create it in {_GLOBAL_REGION}")
    for index, rule in enumerate(objects(inputs, "rules")):
        yield from _web_rule(rule, index, code)


def _web_rule(rule: Properties, index: int, code: str) -> Iterator[Diagnostic]:
    managed = any(rule.get("statement") and objects(rule, f"statement.{kind}") for kind in _GROUP_STATEMENTS)
    actions = [path for path in ("action", "overrideAction") if rule.get(path) is not None]
    wanted = "overrideAction" if managed else "action"
    if rule.get("statement") is not None and actions != [wanted]:
        reason = f"A rule that {'refers to a rule group' if managed else 'has its own statement'} takes {wanted} alone"
        yield reject(f"rules[{index}].{wanted}", code, reason, f"give {wanted}")


def overrides_name_rules(record: Record, world: World) -> Iterator[Diagnostic]:
    """An override names a rule of the account's own group; of a managed group WAF ignores an unknown one.

    https://docs.aws.amazon.com/waf/latest/APIReference/API_RuleActionOverride.html
    """
    for index, rule in enumerate(objects(record.inputs, "rules")):
        for used in objects(rule, f"statement.{_OWN_GROUP}"):
            group = world.by_arn(text(used, "arn") or "")
            if group is None or facts.is_unknown(group.inputs, "rules"):
                continue
            names = [text(each, "name") for each in objects(group.inputs, "rules")]
            for number, override in enumerate(objects(used, "ruleActionOverrides")):
                name = text(override, "name")
                if name is not None and None not in names and name not in names:
                    path = f"rules[{index}].statement.{_OWN_GROUP}.ruleActionOverrides[{number}].name"
                    reason = f"The rule group has no rule {name}; it has {', '.join(filter(None, names))}"
                    yield reject(path, "WAFInvalidParameterException", reason, "name a rule of the group")


def association_in_region(record: Record, world: World) -> Iterator[Diagnostic]:
    """A web ACL protects resources of its own region and scope."""
    acl = world.by_arn(text(record.inputs, "webAclArn") or "")
    resource = text(record.inputs, "resourceArn")
    if acl is None or resource is None:
        return
    if text(acl.inputs, "scope") == "CLOUDFRONT" or acl.region != resource.split(":")[3]:
        yield reject(
            "webAclArn", "WAFInvalidParameterException", f"The web ACL is of scope {text(acl.inputs, 'scope')} in "
            f"{acl.region}; the resource is in {resource.split(':')[3]}", "use a REGIONAL web ACL of that region",
        )  # fmt: skip


def check_logging(inputs: Properties, region: str) -> Iterator[Diagnostic]:  # noqa: ARG001 - the signature of a check
    for path, arn in facts.strings_at(inputs, "logDestinationConfigs[]"):
        name = arn.split(":::")[-1] if ":s3:" in arn else arn.split("log-group:")[-1].split("/")[-1]
        if not name.startswith("aws-waf-logs-"):
            yield reject(
                path, "WAFLogDestinationPermissionIssueException" if ":s3:" in arn else "WAFInvalidParameterException",
                f"The ARN isn't valid as a log destination: {arn}", "begin its name with aws-waf-logs-",
            )  # fmt: skip
