"""From rules to the policies that Pulumi's analyzer runs."""

import json
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from pulumi_policy import (
    EnforcementLevel,
    Policy,
    PolicyProviderResource,
    PolicyResource,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
    Severity,
    StackValidationArgs,
    StackValidationPolicy,
)
from pulumi_policy.proxy import UnknownValueError

from policies.config import Config, Exemption
from policies.once import remembered
from policies.registry import RULES
from policies.rendering import RELEASE, objects_of
from policies.rule import Repair, ResourceRule, Rule, StackRule
from policies.view import Resource

Breach = tuple[Resource, str]


class RuleFailedError(Exception):
    """A rule raised: the run ends, for nobody knows what it would have said."""


@contextmanager
def _named(rule: str, subject: str) -> Generator[None]:
    """Name the rule that raises; the error's own text is kept for its author, and holds no value of a resource."""
    try:
        yield
    except Exception as error:
        raise RuleFailedError(f"the policy {rule} failed on {subject}: {type(error).__name__}") from error


class Exemptions:
    """The exemptions of a stack, and which of them allowed something."""

    def __init__(self, config: Config) -> None:
        self._config = config
        self._used: set[Exemption] = set()

    def allow(self, rule: str, resource: str) -> bool:
        """Whether a resource may break a rule."""
        found = self._config.exemption(rule, resource)
        if found is not None:
            self._used.add(found)
        return found is not None

    def unused(self) -> list[Exemption]:
        """List those that allowed nothing so far."""
        return [each for each in self._config.exemptions if each not in self._used]


def policies(config: Config) -> list[Policy]:
    """Every rule as a policy of its level, and what is said of the configuration itself."""
    exemptions = Exemptions(config)
    made = [_policy(rule, config, exemptions) for rule in RULES]
    return [*made, _objects_judged(), _exemptions_used(exemptions)]


def refused(mistakes: Sequence[str]) -> list[Policy]:
    """Give the one policy of a pack that is configured wrongly: it stops the first resource of a stack."""

    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type == "pulumi:pulumi:Stack":
            for mistake in mistakes:
                report(mistake, None)

    return [
        ResourceValidationPolicy(
            name="pack-configured",
            description="The policy pack's configuration names rules that there are, and exemptions that hold",
            validate=validate,
            enforcement_level=EnforcementLevel.MANDATORY,
            severity=Severity.CRITICAL,
        )
    ]


def _policy(rule: Rule, config: Config, exemptions: Exemptions) -> Policy:
    about: dict[str, Any] = {
        "name": rule.name,
        "description": rule.description,
        "enforcement_level": EnforcementLevel(config.level(rule)),
        "severity": Severity(rule.about.severity),
        "remediation_steps": rule.about.fix,
        "tags": list(rule.about.controls),
    }
    if isinstance(rule, ResourceRule):
        remediate = None if rule.repair is None else _remediation(rule, rule.repair, exemptions)
        return ResourceValidationPolicy(**about, validate=_resource_validation(rule, exemptions), remediate=remediate)
    found = rule.check if isinstance(rule, StackRule) else _over_releases(rule.violations)
    return StackValidationPolicy(**about, validate=_stack_validation(rule.name, found, exemptions))


def _resource_validation(
    rule: ResourceRule, exemptions: Exemptions
) -> Callable[[ResourceValidationArgs, ReportViolation], None]:
    def validate(args: ResourceValidationArgs, report: ReportViolation) -> None:
        if args.resource_type not in rule.types:
            return
        with _named(rule.name, args.name):
            found = list(rule.violations(_resource(args)))
        for message in found:
            if not exemptions.allow(rule.name, args.name):
                report(message, None)

    return validate


def _remediation(rule: ResourceRule, repair: Repair, exemptions: Exemptions) -> Callable[[ResourceValidationArgs], Any]:
    """The engine takes all properties back, and asks only where the rule's level is `remediate`."""

    def remediate(args: ResourceValidationArgs) -> Mapping[str, Any] | None:
        if args.resource_type not in rule.types:
            return None
        resource = _resource(args)
        with _named(rule.name, args.name):
            if not list(rule.violations(resource)) or exemptions.allow(rule.name, args.name):
                return None
            return {**args.props, **repair(resource)}

    return remediate


def _resource(args: ResourceValidationArgs) -> Resource:
    return Resource(
        type=args.resource_type,
        name=args.name,
        urn=args.urn,
        properties=of_providers(args.resource_type, args.props),
        protect=args.opts.protect,
        environment=environment_of(args.provider),
        accepts_unsafe=accepts_unsafe(args.provider),
    )


def _stack_validation(
    name: str, found: Callable[[Sequence[Resource]], Iterable[Breach]], exemptions: Exemptions
) -> Callable[[StackValidationArgs, ReportViolation], None]:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        with _named(name, "the stack"):
            breaches = list(found(resources_of(args)))
        for resource, message in breaches:
            if not exemptions.allow(name, resource.name):
                report(message, resource.urn)

    return validate


def _over_releases(
    check: Callable[[Sequence[Resource]], Iterable[Breach]],
) -> Callable[[Sequence[Resource]], Iterator[Breach]]:
    """Judge the objects of each release of a local chart; a breach names the object as `Kind/name`."""

    def found(resources: Sequence[Resource]) -> Iterator[Breach]:
        for release in _releases(resources):
            for each, message in check(objects_of(release).objects):
                named = f"{each.type}/{each.name}"
                yield Resource(type=each.type, name=named, urn=release.urn, properties={}), f"{named}: {message}"

    return found


def _releases(resources: Sequence[Resource]) -> Iterator[Resource]:
    """Yield the releases, as of the stack's environment, which the Kubernetes provider does not know."""
    of_stack = next((each for each in resources if each.environment is not None), None)
    for each in resources:
        if each.type == RELEASE:
            yield Resource(
                type=each.type,
                name=each.name,
                urn=each.urn,
                properties=each.properties,
                environment=of_stack.environment if of_stack else None,
                accepts_unsafe=of_stack.accepts_unsafe if of_stack else False,
            )


def _objects_judged() -> Policy:
    def validate(args: StackValidationArgs, report: ReportViolation) -> None:
        for release in _releases(resources_of(args)):
            missing = objects_of(release).missing
            if missing:
                report(f"the objects of release {release.name} were not judged: {missing}", release.urn)

    return StackValidationPolicy(
        name="objects-judged",
        description="The objects of every release of a local chart are judged",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def _exemptions_used(exemptions: Exemptions) -> Policy:
    """The last policy of the pack: by then every other one has asked for its exemptions."""

    def validate(_: StackValidationArgs, report: ReportViolation) -> None:
        for each in exemptions.unused():
            report(f"{each} allows nothing here; delete it, or correct its rule and resource", None)

    return StackValidationPolicy(
        name="exemptions-used",
        description="Every exemption allows something",
        validate=validate,
        enforcement_level=EnforcementLevel.ADVISORY,
    )


def resources_of(args: StackValidationArgs) -> list[Resource]:
    """Give all resources of a stack as rules see them."""
    return [
        Resource(
            type=item.resource_type,
            name=item.name,
            urn=item.urn,
            properties=item.props,
            protect=item.opts.protect,
            environment=environment_of(item.provider),
            accepts_unsafe=accepts_unsafe(item.provider),
            parent=item.parent.urn if item.parent else None,
            references=_references(item),
        )
        for item in args.resources
    ]


def _references(item: PolicyResource) -> dict[str, frozenset[str]]:
    return {name: frozenset(each.urn for each in found) for name, found in item.property_dependencies.items() if found}


def environment_of(provider: PolicyProviderResource | None) -> str | None:
    """The stack's environment, from the default tags of the AWS provider that manages a resource."""
    return _tag(provider, "Environment")


def accepts_unsafe(provider: PolicyProviderResource | None) -> bool:
    """Whether the stack says in writing that its protection may be weaker, from the same tags."""
    return _tag(provider, "AllowUnsafe") == "true"


def _tag(provider: PolicyProviderResource | None, name: str) -> str | None:
    value = None if provider is None else _tags(provider.props).get(name)
    return value if isinstance(value, str) else None


def _stated_tags(properties: Mapping[str, Any]) -> dict[str, Any]:
    view = Resource(type="", name="", urn="", properties=of_providers("pulumi:providers:aws", properties))
    return view.properties_at("defaultTags.tags")


_tags: Callable[[Mapping[str, Any]], dict[str, Any]] = remembered(_stated_tags)
"""Every resource of a stack has the same provider."""


def of_providers(type_: str, properties: Mapping[str, Any]) -> Mapping[str, Any]:
    """A provider's nested properties travel as JSON text; this gives them their structure back."""
    if not type_.startswith("pulumi:providers:"):
        return properties
    try:
        tags = properties["defaultTags"]
    except (KeyError, UnknownValueError):
        return properties
    return {**properties, "defaultTags": json.loads(tags) if isinstance(tags, str) else tags}
