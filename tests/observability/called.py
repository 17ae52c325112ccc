"""Who is called for what fires: Alertmanager's routes, groups and inhibition, as a stack's configuration states them.

The receiver is amtool's word. Inhibition is judged strictly: an alert that another keeps quiet for all but a moment of
its life counts as told.
"""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from tests.observability.firings import Firing
from tests.tool import tool

_MATCHER = re.compile(r'^\s*(\w+)\s*(=~|!~|!=|=)\s*"(.*)"\s*$')
_Groups = dict[tuple[str, ...], list[tuple[float, float, Firing]]]
"""What is told, with when and how long its group waits, by the receiver and the labels that the route groups by."""
_UNITS = {"s": 1, "m": 60, "h": 3600}


@dataclass(frozen=True, kw_only=True)
class Message:
    """What a receiver is sent: when, by seconds, and the names of the alerts in it that are new."""

    receiver: str
    at: float
    team: str
    alerts: tuple[str, ...]


def messages(config: Mapping[str, Any], file: Path, fired: Sequence[Firing]) -> list[Message]:
    """Say what is sent for what fired, in order; `file` holds the configuration, as amtool reads it."""
    groups: _Groups = {}
    for each in fired:
        receiver = _receiver(str(file), tuple(sorted(each.labels.items())))
        route = _route(config["route"], each.labels)
        wait = _seconds(route["group_wait"])
        told = _told(config, each, fired, wait)
        if told is not None and receiver != "null":
            key = (receiver, *(each.labels.get(label, "") for label in route["group_by"]))
            groups.setdefault(key, []).append((told, wait, each))
    return sorted(_sent(config, groups), key=lambda message: message.at)


def _sent(
    config: Mapping[str, Any], groups: Mapping[tuple[str, ...], list[tuple[float, float, Firing]]]
) -> Iterator[Message]:
    """One message for what a group has when it is told first, and one for each later time at which it has more."""
    for (receiver, *_), members in groups.items():
        interval = _seconds(config["route"]["group_interval"])
        batches: list[tuple[float, list[Firing]]] = []
        for told, wait, each in sorted(members, key=lambda member: member[0]):
            unhindered = told == each.begin + wait
            if batches and (told <= batches[-1][0] or (unhindered and each.begin <= batches[-1][0])):
                batches[-1][1].append(each)
            else:
                at = told if not batches else max(told, batches[-1][0] + interval)
                batches.append((at, [each]))
        for at, each in batches:
            names = tuple(sorted({firing.name for firing in each}))
            yield Message(receiver=receiver, at=at, team=each[0].labels.get("team", ""), alerts=names)


def _told(config: Mapping[str, Any], each: Firing, fired: Sequence[Firing], wait: float) -> float | None:
    """Say when an alert is told first: once its group has waited, at a moment when nothing keeps it quiet."""
    at = each.begin + wait
    quiet = sorted((other.begin, other.end) for other in fired if _inhibits(config, other, each))
    for begin, end in quiet:
        if begin <= at <= end:
            at = end + 1
    return at if at <= max(each.end, each.begin + wait) else None


def _inhibits(config: Mapping[str, Any], source: Firing, target: Firing) -> bool:
    """Whether a rule lets one alert keep another quiet; what matches both sides of it is quiet for no such other."""
    for rule in config.get("inhibit_rules", ()):
        sources, targets = rule["source_matchers"], rule["target_matchers"]
        if (
            source is not target
            and _matches(sources, source.labels)
            and _matches(targets, target.labels)
            and not (_matches(sources, target.labels) and _matches(targets, source.labels))
            and all(source.labels.get(label, "") == target.labels.get(label, "") for label in rule.get("equal", ()))
        ):
            return True
    return False


def _route(route: Mapping[str, Any], labels: Mapping[str, str]) -> dict[str, Any]:
    """Find the first route that takes an alert; it inherits what it does not state."""
    for each in route.get("routes", ()):
        if _matches(each.get("matchers", ()), labels):
            return _route({**{key: value for key, value in route.items() if key != "routes"}, **each}, labels)
    return dict(route)


def _matches(matchers: Sequence[str], labels: Mapping[str, str]) -> bool:
    return all(_match(matcher, labels) for matcher in matchers)


def _match(matcher: str, labels: Mapping[str, str]) -> bool:
    read = _MATCHER.match(matcher)
    assert read is not None, matcher
    label, how, wanted = read.groups()
    given = labels.get(label, "")
    equal = re.fullmatch(wanted, given) is not None if how.endswith("~") else wanted == given
    return equal != how.startswith("!")


@cache
def _receiver(file: str, labels: tuple[tuple[str, str], ...]) -> str:
    given = [f"{key}={value}" for key, value in labels]
    command = [tool("amtool"), "config", "routes", "test", f"--config.file={file}", *given]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stdout + answer.stderr
    return answer.stdout.strip()


def _seconds(duration: str) -> int:
    return sum(int(number) * _UNITS[unit] for number, unit in re.findall(r"(\d+)([smh])", duration))
