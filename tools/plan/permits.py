"""What the stack's file permits to be replaced or retired, held against the plan."""

import difflib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, cast

import yaml
from pydantic import TypeAdapter, ValidationError

from components.permits import pattern
from settings.environments import ENVIRONMENTS
from settings.permits import Permit
from settings.stacks import stack_file
from tools.plan.plan import Finding
from tools.plan.preview import Preview, label

_PREFIX: Final = "groundwork:"
_PERMITS: Final = TypeAdapter(tuple[Permit, ...])


class StatedError(Exception):
    """What a stack's file says of changes cannot be read; the message is for people, a line for each mistake."""


@dataclass(frozen=True)
class Allowed:
    """What a stack's settings say of changes."""

    permits: Sequence[Permit] = ()
    protected: bool = True
    """Whether what holds data is protected at all; a stack that says otherwise needs no word for each resource."""


def allowed(project: Path, stack: str) -> Allowed:
    """Read what a stack's file allows. Raises `StatedError`; the preview has judged the rest of the file."""
    file = project / stack_file(stack)
    try:
        stated = cast("dict[str, Any]", yaml.safe_load(file.read_text("utf-8"))["config"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        raise StatedError(f"there is no {file.name} with a section `config`") from None
    section: object = stated.get(f"{_PREFIX}permits") or []
    try:
        permits = _PERMITS.validate_json(section if isinstance(section, str) else json.dumps(section))
    except ValidationError as error:
        lines = (f"{file.name}: permits{_path(each['loc'])}: {each['msg']}" for each in error.errors())
        raise StatedError("\n".join(lines)) from None
    row = cast("dict[str, Any]", ENVIRONMENTS.get(str(stated.get(f"{_PREFIX}environment")), {}).get("protection") or {})
    own = cast("dict[str, Any]", stated.get(f"{_PREFIX}protection") or {})
    return Allowed(permits, bool({**row, **own}.get("stateful", True)))


def _path(location: Iterable[str | int]) -> str:
    return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in location)


def mistakes(given: Allowed, preview: Preview, today: date) -> Iterator[str]:
    """Say what is wrong with the permits themselves, a line each."""
    for index, permit in enumerate(given.permits):
        place = f"permits[{index}]"
        if not permit.on(today):
            yield (
                f"{place}.until: the permit to {permit.change} {permit.of} expired on {permit.until}; "
                "take it out, or date it anew"
            )
        elif preview.whole and permit.change == "replace":
            yield from _naming(place, permit.of, preview)


def _naming(place: str, name: str, preview: Preview) -> Iterator[str]:
    named = sorted(label(urn) for urn in preview.urns if matches(name, urn))
    if not named:
        known = {urn.rpartition("::")[2] for urn in preview.urns}
        near = difflib.get_close_matches(name.rpartition(" ")[2], known, 1)
        fix = f"did you mean {near[0]!r}?" if near else "write it as the plan does"
        yield f"{place}.of: {name!r} names no resource of the stack; {fix}"
    elif len(named) > 1:
        yield f"{place}.of: {name!r} names {len(named)} resources; write one of: {', '.join(named)}"


def matches(name: str, urn: str) -> bool:
    """Tell whether a permit is of a URN's resource: by its name, or by type and name."""
    return name in (urn.rpartition("::")[2], label(urn))


def permitted(finding: Finding, given: Allowed, today: date) -> bool:
    """Tell whether a permit that is in force covers a change."""
    return any(permit.on(today) and _covers(permit, finding.urn) for permit in given.permits)


def _covers(permit: Permit, urn: str) -> bool:
    if permit.change == "replace":
        return matches(permit.of, urn)
    return permit.change == "retire" and pattern(permit.of).fullmatch(urn.rpartition("::")[2]) is not None


def refused(found: Iterable[Finding], given: Allowed, today: date) -> list[Finding]:
    """Give what nothing permits: data that would be lost without a word for it, and what cannot be done at all."""
    return [each for each in found if each.impossible or each.protected or _unasked(each, given, today)]


def _unasked(finding: Finding, given: Allowed, today: date) -> bool:
    return finding.refused and given.protected and not permitted(finding, given, today)
