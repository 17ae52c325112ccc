"""What a stack asks of the pack, from config.yaml beside this file: rules, their levels and figures, exemptions."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Any, Final

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from policies import parameters
from policies.about import FRAMEWORKS, Severity
from policies.rule import Level, ResourceRule, Rule

FILE: Final = Path(__file__).parent / "config.yaml"
_Text = Annotated[str, StringConstraints(min_length=1)]
_Reason = Annotated[str, StringConstraints(min_length=20)]


class ConfigError(Exception):
    """What is wrong with the configuration, a line for each mistake."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Exemption(_Model):
    """`resource` is a logical name, or `Kind/name`, with `*` for any part; after `until` the rule holds again.

    `owner` is the role of who answers for it, and not a person's name.
    """

    rule: _Text
    resource: _Text
    reason: _Reason
    owner: _Text
    until: date

    def covers(self, rule: str, resource: str) -> bool:
        """Whether it is for a rule's breach by a resource."""
        return self.rule == rule and fnmatchcase(resource, self.resource)

    def __str__(self) -> str:
        """Name it as messages do."""
        return f"the exemption of {self.resource} from {self.rule}"


class Selection(_Model):
    """Which rules are asked: those that answer to a control of one of the frameworks, and are severe enough."""

    frameworks: tuple[str, ...] = ()
    least_severity: Severity = Severity.LOW

    def takes(self, rule: Rule) -> bool:
        """Whether a rule is asked; without frameworks, of every framework and of none."""
        severe = list(Severity).index(rule.about.severity) <= list(Severity).index(self.least_severity)
        return severe and (not self.frameworks or any(rule.about.of_framework(each) for each in self.frameworks))


class Config(_Model):
    """The rules that are asked, the levels and parameters that differ from a rule's own, and the exemptions."""

    select: Selection = Selection()
    levels: Mapping[str, Level] = {}
    parameters: Mapping[str, Mapping[str, Any]] = {}
    exemptions: tuple[Exemption, ...] = ()

    def level(self, rule: Rule) -> Level:
        """Give the level of a rule: the stated one, else its own where it is selected."""
        return self.levels.get(rule.name, rule.level if self.select.takes(rule) else Level.DISABLED)

    def exemption(self, rule: str, resource: str) -> Exemption | None:
        """Find what allows a resource to break a rule."""
        return next((each for each in self.exemptions if each.covers(rule, resource)), None)


class _File(Config):
    stacks: Mapping[str, Config] = {}


def load(text: str, stack: str | None, rules: Sequence[Rule], today: date) -> Config:
    """Read the configuration of a stack.

    Raises ConfigError with every mistake: what is malformed, a rule that there is not, an exemption whose time is over.
    """
    try:
        stated = _File.model_validate(yaml.safe_load(text) or {})
    except yaml.YAMLError as error:
        raise ConfigError(f"{FILE.name} is not YAML: {' '.join(str(error).split())}") from None
    except ValidationError as error:
        raise ConfigError("\n".join(_wordings(error))) from None
    mistakes = [
        f"{FILE.name}: {mistake}"
        for where, config in (("", stated), *((f"stacks.{name}.", each) for name, each in stated.stacks.items()))
        for mistake in _mistakes(where, config, {rule.name: rule for rule in rules}, today)
    ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    own = stated.stacks.get(stack or "", Config())
    return Config(
        select=own.select if "select" in own.model_fields_set else stated.select,
        levels={**stated.levels, **own.levels},
        parameters={
            rule: {**stated.parameters.get(rule, {}), **own.parameters.get(rule, {})}
            for rule in (*stated.parameters, *own.parameters)
        },
        exemptions=(*own.exemptions, *stated.exemptions),
    )


def _wordings(error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        path = ".".join(str(step) for step in each["loc"])
        yield f"{FILE.name}: {path or 'the file'}: {each['msg']}, given {each['input']!r}"


def _mistakes(where: str, config: Config, rules: Mapping[str, Rule], today: date) -> Iterator[str]:
    for name in config.select.frameworks:
        if name not in FRAMEWORKS:
            yield f"{where}select.frameworks: there is no {name}; there are {', '.join(FRAMEWORKS)}"
    for name, level in config.levels.items():
        rule = rules.get(name)
        if rule is None:
            yield f"{where}levels: there is no rule {name}; docs/reference/policies.md lists them"
        elif level is Level.REMEDIATE and not (isinstance(rule, ResourceRule) and rule.repair):
            yield f"{where}levels.{name}: the rule repairs nothing; choose mandatory, advisory or disabled"
    yield from (f"{where}{mistake}" for mistake in parameters.mistakes(config.parameters))
    for index, each in enumerate(config.exemptions):
        if each.rule not in rules:
            yield f"{where}exemptions.{index}: there is no rule {each.rule}; docs/reference/policies.md lists them"
        if each.until < today:
            yield f"{where}exemptions.{index}: {each} ended on {each.until}; fix what it was for, and delete it"
