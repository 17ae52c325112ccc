"""An ordinary month of each product, in which nobody is to be called: `python -m tests.observability.month`.

Traffic swings with the day, and less on Saturdays and Sundays; twice a day a release rolls out, once a day a node is
replaced, on Mondays a secret is rotated, every night a dump is written. Thirty days are played at two minutes a sample,
and the first sixteen hours, which hold one of each event, at half a minute.

A series goes as in a story, and more: `{rate: r}` swings with the traffic; `swing` is what a value gains at the peak;
`every` says after how many seconds what `age` dates happens anew; `deploying`, `replacing`, `rotating` and `nightly`
are the value, or the rate, for the minutes of such an event.
"""

import math
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from random import Random
from string import Template
from tempfile import TemporaryDirectory
from typing import Any

import yaml

from tests.alerts.rules import WORKLOADS, groups, production
from tests.observability.courses import Course
from tests.observability.firings import Firing, Played, firings
from tests.observability.stories import usual

_TABLE = Path(__file__).parent / "month.yaml"
_HOUR, _DAY = 3600, 86_400
_WEEK = 7 * _DAY
_MONTH_SECONDS, _COARSE_SECONDS = 30 * _DAY, 120
_FIRST_SECONDS, _FINE_SECONDS = 16 * _HOUR, 30
_EVALUATED_SECONDS = 1200
_NOISE, _SEED = 0.1, 1
_QUIETEST, _WEEKEND = 0.25, 0.6
_EVENTS: dict[str, tuple[tuple[int, int, int], ...]] = {
    "deploying": ((_DAY, 10 * _HOUR, 300), (_DAY, 15 * _HOUR, 300)),
    "replacing": ((_DAY, 5 * _HOUR, 240),),
    "rotating": ((_WEEK, 3 * _HOUR, 90),),
    "nightly": ((_DAY, 2 * _HOUR, 1800),),
}
"""Events by their names: how often, when first, and how long, in seconds."""


def traffic(at: float) -> float:
    """Give the traffic at a time, of its peak: least at four in the morning, most at four in the afternoon."""
    day = (1 - math.cos(2 * math.pi * (at % _DAY - 4 * _HOUR) / _DAY)) / 2
    weekend = _WEEKEND if at // _DAY % 7 >= 5 else 1.0
    return (_QUIETEST + (1 - _QUIETEST) * day) * weekend


def under_way(at: float) -> set[str]:
    """Name the events that are under way at a time."""
    return {name for name, all_ in _EVENTS.items() for each, first, lasts in all_ if 0 <= (at - first) % each < lasts}


def ordinary(product: str) -> dict[str, Course]:
    """Give how each of a product's series goes in an ordinary month."""
    text = Template(_TABLE.read_text(encoding="utf-8")).substitute(namespace=production(product).namespace)
    stated: dict[str, dict[str, Course]] = yaml.safe_load(text)
    return {**usual(product), **stated["platform"], **stated.get(product, {})}


def samples(course: Course, seconds: int, every: int) -> Iterator[float]:
    """Give a series' values; the noise is that of the traffic, and so the same in all of them, each time."""
    noise, total = Random(_SEED), 0.0
    for at in range(0, seconds, every):
        now = under_way(at)
        stated = next((float(course[event]) for event in _EVENTS if event in course and event in now), None)
        share = traffic(at) * (1 + _NOISE * (noise.random() - 0.5))
        if "rate" in course:
            total += every * share * (stated if stated is not None else float(course["rate"]))
            yield total
        elif "age" in course:
            yield (
                at - (float(course["age"]) + at) % float(course.get("every", math.inf))
                if "every" in course
                else (at - float(course["age"]))
            )
        else:
            yield stated if stated is not None else float(course["value"]) + float(course.get("swing", 0)) * share


def played(product: str) -> list[Played]:
    """Give the month, and its first hours in detail."""
    spans = {"month": (_MONTH_SECONDS, _COARSE_SECONDS), "first hours": (_FIRST_SECONDS, _FINE_SECONDS)}
    return [
        Played(
            name=name,
            series={
                each: " ".join(f"{value:.8g}" for value in samples(course, seconds, every))
                for each, course in ordinary(product).items()
            },
            seconds=seconds - every,
            every=every,
            evaluated=max(every, _EVALUATED_SECONDS if name == "month" else 0),
        )
        for name, (seconds, every) in spans.items()
    ]


def fired(product: str) -> Mapping[str, list[Firing]]:
    """Say what fired in a product's month."""
    with TemporaryDirectory() as folder:
        return firings(groups(product), played(product), Path(folder))


def main() -> None:
    """Play every product's month."""
    for product in sys.argv[1:] or WORKLOADS:
        found: dict[str, Any] = dict(fired(product))
        told = [f"{each.name} from {each.begin:.0f} to {each.end:.0f} s" for some in found.values() for each in some]
        print(f"{product:16}{len(told)} false calls in thirty days" + "".join(f"\n  {each}" for each in told))  # noqa: T201


if __name__ == "__main__":
    main()
