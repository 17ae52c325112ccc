"""What a stack asks of the pack: the level of each rule, and exemptions, from config.yaml beside this file."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Annotated, Final

import yaml
from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError

from policies.rule import Level

FILE: Final = Path(__file__).parent / "config.yaml"
_Text = Annotated[str, StringConstraints(min_length=1)]
_Reason = Annotated[str, StringConstraints(min_length=20)]


class ConfigError(Exception):
    """What is wrong with the configuration, a line for each mistake."""


class _Model(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Exemption(_Model):
    """`resource` is a logical name, or `Kind/name`, with `*` for any part; after `until` the rule holds again."""

    rule: _Text
    resource: _Text
    reason: _Reason
    until: date

    def covers(self, rule: str, resource: str) -> bool:
        """Whether it is for a rule's breach by a resource."""
        return self.rule == rule and fnmatchcase(resource, self.resource)

    def __str__(self) -> str:
        """Name it as messages do."""
        return f"the exemption of {self.resource} from {self.rule}"


class Config(_Model):
    """The levels that differ from a rule's own, and the exemptions."""

    levels: Mapping[str, Level] = {}
    exemptions: tuple[Exemption, ...] = ()

    def level(self, rule: str, own: Level) -> Level:
        """Give the level of a rule whose own level is `own`."""
        return self.levels.get(rule, own)

    def exemption(self, rule: str, resource: str) -> Exemption | None:
        """Find what allows a resource to break a rule."""
        return next((each for each in self.exemptions if each.covers(rule, resource)), None)


class _File(Config):
    stacks: Mapping[str, Config] = {}


def load(text: str, stack: str | None, rules: Iterable[str], today: date) -> Config:
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
        for mistake in _mistakes(where, config, set(rules), today)
    ]
    if mistakes:
        raise ConfigError("\n".join(mistakes))
    own = stated.stacks.get(stack or "", Config())
    return Config(levels={**stated.levels, **own.levels}, exemptions=(*own.exemptions, *stated.exemptions))


def _wordings(error: ValidationError) -> Iterator[str]:
    for each in error.errors():
        path = ".".join(str(step) for step in each["loc"])
        yield f"{FILE.name}: {path or 'the file'}: {each['msg']}, given {each['input']!r}"


def _mistakes(where: str, config: Config, rules: set[str], today: date) -> Iterator[str]:
    for name in config.levels:
        if name not in rules:
            yield f"{where}levels: there is no rule {name}; docs/reference/policies.md lists them"
    for index, each in enumerate(config.exemptions):
        if each.rule not in rules:
            yield f"{where}exemptions.{index}: there is no rule {each.rule}; docs/reference/policies.md lists them"
        if each.until < today:
            yield f"{where}exemptions.{index}: {each} ended on {each.until}; fix what it was for, and delete it"
