"""How a series goes over time, from a few words to the values that promtool reads.

`{value: 3}` stays; `{rate: 100}` grows by so many a second, as a counter does, and `{quadratic: q}` by q times the
square of the seconds, so that its rate grows; `{age: 60}` is the time so many seconds ago, as the time stamp of what
keeps happening; `{climb: 0.5}` grows by so much a minute from where it was; `{absent: true}` is not there. During a
fault a series goes another way, and afterwards as before: a gauge at its old value, a counter on from where it stands.
"""

from collections.abc import Iterator, Mapping
from typing import Any

Course = Mapping[str, Any]
_STALE = "stale"


def values(usual: Course | None, faulty: Course | None, *, steps: tuple[int, int, int], every: int) -> str:
    """Write a series as promtool takes it: `steps` of `every` seconds before, during and after a fault.

    A series without a usual course is there during the fault alone, a counter from 0 on.
    """
    before, during, after = steps
    shown: list[str] = []
    last, at = 0.0, 0
    for course, count in ((usual, before), (faulty if faulty is not None else usual, during), (usual, after)):
        for value in _course(course, last, at, count, every):
            shown.append(_shown(value, shown))
            last = value if value is not None else last
        at += count
    return " ".join(_packed(shown))


def _course(course: Course | None, last: float, at: int, count: int, every: int) -> Iterator[float | None]:
    stated = course or {"absent": True}
    for step in range(count):
        if "rate" in stated:
            yield last + float(stated["rate"]) * every * (step + 1)
        elif "climb" in stated:
            yield last + float(stated["climb"]) * every * (step + 1) / 60
        elif "quadratic" in stated:
            yield last + float(stated["quadratic"]) * ((step + 1) * every) ** 2
        elif "age" in stated:
            yield (at + step) * every - float(stated["age"])
        else:
            yield None if "absent" in stated else float(stated["value"])


def _shown(value: float | None, before: list[str]) -> str:
    if value is not None:
        return f"{value:.10g}"
    return "_" if not before or before[-1] in ("_", _STALE) else _STALE


def _packed(shown: list[str]) -> Iterator[str]:
    """Write what repeats once, with how often."""
    begin = 0
    for end in range(1, len(shown) + 1):
        if end == len(shown) or shown[end] != shown[begin]:
            count = end - begin
            repeated = f"_x{count}" if shown[begin] == "_" else f"{shown[begin]}x{count - 1}"
            yield shown[begin] if count == 1 else repeated
            begin = end
