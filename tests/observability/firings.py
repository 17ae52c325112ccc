"""What fires over series, as promtool's evaluation of a product's rules says it."""

import re
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.tool import tool

_FIRING = 'ALERTS{alertstate="firing"}'
_ASKED = re.compile(r'expr: "(min|max|count)_over_time.* # (\d+)", time: .*')
_SAMPLE = re.compile(r"(\{[^{}]*\}) ([-+0-9.E]+)")
_LABEL = re.compile(r'(\w+)="((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, kw_only=True)
class Played:
    """Series that are played for `seconds`, a sample every `every`, and as many evaluations if nothing else is said."""

    name: str
    series: Mapping[str, str]
    seconds: int
    every: int
    evaluated: int | None = None


@dataclass(frozen=True, kw_only=True)
class Firing:
    """An alert with its labels, from its first to its last firing evaluation; `steady` if it fired at every one."""

    labels: Mapping[str, str]
    begin: float
    end: float
    steady: bool

    @property
    def name(self) -> str:
        return self.labels["alertname"]


def firings(groups: Sequence[Mapping[str, Any]], played: Sequence[Played], folder: Path) -> dict[str, list[Firing]]:
    """Play series, each by itself, through a product's rules, and say what fired, by the name of what was played."""
    rules = folder / "rules.yaml"
    rules.write_text(yaml.safe_dump({"groups": list(groups)}, sort_keys=False), encoding="utf-8")
    files = [_written(folder / f"{number}.yaml", rules, number, each) for number, each in enumerate(played)]
    answer = subprocess.run([tool("promtool"), "test", "rules", *files], capture_output=True, text=True, check=False)
    assert answer.stdout.count("Processing test file") == len(played), answer.stderr[-2000:]
    told: dict[tuple[int, str], dict[str, float]] = {}
    for asked, number, text in _batched(_ASKED.split(answer.stderr)[1:]):
        told[int(number), asked] = _samples(text)
    assert not _ASKED.split(answer.stderr)[0].replace("FAILED:", "").strip(), answer.stderr[:2000]
    return {each.name: list(_read(told, number, each.evaluated or each.every)) for number, each in enumerate(played)}


def _batched(parts: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    yield from zip(parts[::3], parts[1::3], parts[2::3], strict=True)


def _written(file: Path, rules: Path, number: int, played: Played) -> str:
    """Write a test of promtool's that expects nothing to have fired: where something did, it says what.

    It does not say of which file, so that the number stands in what is asked.
    """
    span, evaluated = f"{played.seconds}s", played.evaluated or played.every
    asked = (
        f"min_over_time(timestamp({_FIRING})[{span}:{evaluated}s]) # {number}",
        f"max_over_time(timestamp({_FIRING})[{span}:{evaluated}s]) # {number}",
        f"count_over_time({_FIRING}[{span}]) # {number}",
    )
    test: dict[str, Any] = {
        "interval": f"{played.every}s",
        "input_series": [{"series": name, "values": values} for name, values in played.series.items()],
        "promql_expr_test": [{"expr": each, "eval_time": span, "exp_samples": []} for each in asked],
    }
    document: dict[str, Any] = {"rule_files": [str(rules)], "evaluation_interval": f"{evaluated}s", "tests": [test]}
    file.write_text(yaml.dump(document, Dumper=yaml.CSafeDumper, sort_keys=False, width=10**9), encoding="utf-8")
    return str(file)


def _read(told: Mapping[tuple[int, str], Mapping[str, float]], number: int, every: int) -> Iterator[Firing]:
    """Read what was told of one that was played; nothing was, where nothing fired."""
    begins, ends, counts = (told.get((number, asked), {}) for asked in ("min", "max", "count"))
    for labels, begin in begins.items():
        named = {key: value for key, value in _LABEL.findall(labels) if key != "alertstate"}
        steady = round((ends[labels] - begin) / every) + 1 == round(counts[labels])
        yield Firing(labels=named, begin=begin, end=ends[labels], steady=steady)


def _samples(text: str) -> dict[str, float]:
    return {labels: float(value) for labels, value in _SAMPLE.findall(text.partition("got:")[2])}
