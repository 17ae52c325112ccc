"""From rules to the policies that Pulumi's analyzer runs."""

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyProviderResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policies.exemptions import exempt
from policies.registry import RULES
from policies.rule import ResourceRule, Rule, StackRule
from policies.view import Resource


def policies(today: date) -> list[Policy]:
    """Every rule as a mandatory policy; exemptions are judged as of `today`."""
    return [_policy(rule, today) for rule in RULES]


def _policy(rule: Rule, today: date) -> Policy:
    if isinstance(rule, StackRule):
        return StackValidationPolicy(
            name=rule.name,
            description=rule.description,
            validate=_stack_validation(rule, today),
            enforcement_level=EnforcementLevel.MANDATORY,
            severity=Severity(rule.about.severity),
            remediation_steps=rule.about.fix,
            tags=list(rule.about.controls),
        )
    return ResourceValidationPolicy(
        name=rule.name,
        description=rule.description,
        validate=_resource_validation(rule, today),
        enforcement_level=EnforcementLevel.MANDATORY,
        severity=Severity(rule.about.severity),
        remediation_steps=rule.about.fix,
        tags=list(rule.about.controls),
    )


def _resource_validation(rule: ResourceRule, today: date) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type not in rule.types or exempt(rule.name, args.name, today):
            return
        resource = Resource(
            type=args.resource_type,
            name=args.name,
            urn=args.urn,
            properties=_properties(args.resource_type, args.props),
            protect=args.opts.protect,
            environment=environment_of(args.provider),
            accepts_unsafe=accepts_unsafe(args.provider),
        )
        for message in rule.violations(resource):
            report(message, None)

    return validate


def _stack_validation(rule: StackRule, today: date) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        resources = [
            Resource(
                type=item.resource_type,
                name=item.name,
                urn=item.urn,
                properties=item.props,
                protect=item.opts.protect,
                environment=environment_of(item.provider),
                accepts_unsafe=accepts_unsafe(item.provider),
                parent=item.parent.urn if item.parent else None,
            )
            for item in args.resources
        ]
        for resource, message in rule.check(resources):
            if not exempt(rule.name, resource.name, today):
                report(message, resource.urn)

    return validate


def environment_of(provider: PolicyProviderResource | None) -> str | None:
    """The stack's environment, from the default tags of the AWS provider that manages a resource."""
    return _tag(provider, "Environment")


def accepts_unsafe(provider: PolicyProviderResource | None) -> bool:
    """Whether the stack says in writing that its protection may be weaker, from the same tags."""
    return _tag(provider, "AllowUnsafe") == "true"


def _tag(provider: PolicyProviderResource | None, name: str) -> str | None:
    if provider is None:
        return None
    properties = _properties(provider.resource_type, provider.props)
    view = Resource(type=provider.resource_type, name=provider.name, urn=provider.urn, properties=properties)
    value = view.value(f"defaultTags.tags.{name}")
    return value if isinstance(value, str) else None


def _properties(type_: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """A provider's nested properties travel as JSON text; this gives them their structure back."""
    if not type_.startswith("pulumi:providers:"):
        return properties
    try:
        tags = properties["defaultTags"]
    except (KeyError, UnknownValueError):
        return properties
    return {**properties, "defaultTags": json.loads(tags) if isinstance(tags, str) else tags}
