"""Faults as series, and who is called for each: `python -m tests.observability.stories` prints the table.

A fault's series are played through every rule of its product, on production, by promtool; what fires goes through the
stack's own Alertmanager configuration. Right is one message about the fault, to the receiver that the story names.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from string import Template
from tempfile import TemporaryDirectory
from typing import Any, cast

import yaml

from tests.alerts.rules import WORKLOADS, groups, production
from tests.charts.whole_platform import RELEASE, recorded
from tests.observability.called import Message, messages
from tests.observability.courses import Course, values
from tests.observability.firings import Firing, Played, firings

_TABLES = Path(__file__).parent / "stories"
_BEFORE_MINUTES, _AFTER_MINUTES = 10, 20
_EVERY_SECONDS = 30


@dataclass(frozen=True, kw_only=True)
class Story:
    """A fault of so many `minutes`; `also` are alerts that may mail a team before somebody is called.

    `before` and `after` are minutes without it, `within` the seconds by which somebody has to be called.
    """

    product: str
    fault: str
    alert: str
    receiver: str
    minutes: int
    series: Mapping[str, Course]
    team: str | None = None
    within: int | None = None
    also: tuple[str, ...] = ()
    before: int = _BEFORE_MINUTES
    after: int = _AFTER_MINUTES
    every: int = _EVERY_SECONDS
    usual: Mapping[str, Course] = field(default_factory=dict[str, Course])

    def played(self, usual: Mapping[str, Course]) -> Played:
        """Give the series of the product while it is well, with the fault in their midst."""
        there = {**usual, **self.usual}
        steps = cast(
            "tuple[int, int, int]", tuple(n * 60 // self.every for n in (self.before, self.minutes, self.after))
        )
        series = {
            name: values(there.get(name), self.series.get(name), steps=steps, every=self.every)
            for name in {**there, **self.series}
        }
        return Played(name=self.fault, series=series, seconds=(sum(steps) - 1) * self.every, every=self.every)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What a story came to: all that fired, and what was sent."""

    story: Story
    fired: Sequence[Firing]
    sent: Sequence[Message]

    @property
    def told(self) -> Sequence[Message]:
        """What was sent about the fault, without mails that may precede it."""
        return [each for each in self.sent if not set(each.alerts) <= set(self.story.also)]

    @property
    def seconds(self) -> float | None:
        """Seconds from the fault to the message, at the latest: a scrape and an evaluation may be as late as can be.

        Here both come with the fault's first sample.
        """
        return self.told[0].at - self.story.before * 60 + 2 * self.story.every if self.told else None

    @property
    def wrong(self) -> str | None:
        """What is not as it should be; None where somebody is told once, rightly, and in time."""
        told = self.told
        if not told:
            return f"nobody is told; {', '.join(each.name for each in self.fired) or 'nothing'} fired"
        if len(told) > 1:
            return "told more than once: " + "; ".join(f"{m.at:.0f} s {m.receiver} {'+'.join(m.alerts)}" for m in told)
        return next(self._faults(told[0], self.seconds or 0), None)

    def _faults(self, told: Message, seconds: float) -> Iterator[str]:
        """Say what is wrong with the one message."""
        story = self.story
        if told.alerts != (story.alert,) or told.receiver != story.receiver:
            yield f"{'+'.join(told.alerts)} to {told.receiver}"
        if story.team not in (None, told.team):
            yield f"team {told.team or 'none'}"
        if story.within is not None and seconds >= story.within:
            yield f"only after {seconds:.0f} s"
        if not all(each.steady for each in self.fired if each.name in told.alerts):
            yield f"{story.alert} ends, and begins anew"


def usual(product: str) -> dict[str, Course]:
    """Give what a product shows while it is well."""
    return {**_table("platform", product)["usual"], **_table(product, product)["usual"]}


def stories(product: str) -> tuple[Story, ...]:
    """List the faults of a product, those of any product included."""
    return tuple(_read(product, each) for table in ("platform", product) for each in _table(table, product)["stories"])


def _table(name: str, product: str) -> dict[str, Any]:
    text = Template((_TABLES / f"{name}.yaml").read_text(encoding="utf-8"))
    return yaml.safe_load(text.substitute(namespace=production(product).namespace))


def _read(product: str, stated: Mapping[str, Any]) -> Story:
    given: dict[str, Any] = {**stated, "also": tuple(stated.get("also", ()))}
    return Story(product=product, **given)


def configuration(product: str) -> dict[str, Any]:
    """Give the Alertmanager configuration that the program hands to the product's production."""
    (stack,) = [
        each for each in recorded(product, "production").of_type(RELEASE) if each.inputs["name"] == "prometheus"
    ]
    return stack.inputs["values"]["alertmanager"]["config"]


def outcomes(product: str) -> list[Outcome]:
    """Play every story of a product."""
    told, well = stories(product), usual(product)
    with TemporaryDirectory() as folder:
        routes = Path(folder) / "alertmanager.yaml"
        config = configuration(product)
        routes.write_text(yaml.safe_dump(config), encoding="utf-8")
        fired = firings(groups(product), [each.played(well) for each in told], Path(folder))
        return [
            Outcome(story=each, fired=fired[each.fault], sent=messages(config, routes, fired[each.fault]))
            for each in told
        ]


def table(found: Sequence[Outcome]) -> Iterator[str]:
    """Print stories, a line each, and what they come to."""
    for each in found:
        seconds = f"{each.seconds:6.0f} s" if each.seconds is not None else "       - "
        story = each.story
        yield f"{story.product:16}{story.alert:28}{story.receiver:10}{seconds}  {story.fault}" + (
            f"  WRONG: {each.wrong}" if each.wrong else ""
        )
    right = [each for each in found if each.wrong is None]
    outages = [each.seconds for each in right if each.story.within is not None and each.seconds is not None]
    yield f"{len(right)} of {len(found)} faults are told once, on the right route"
    if outages:
        yield f"{len(outages)} outages call somebody after {min(outages):.0f} to {max(outages):.0f} seconds"


def main() -> None:
    """Play every story of every product."""
    found = [each for product in WORKLOADS for each in outcomes(product)]
    print("\n".join(table(found)))  # noqa: T201 -- it is a command


if __name__ == "__main__":
    main()
