"""Compare what the program registers before and after a change that should move nothing.

`python -m tests.platform.inputs --write FOLDER` renders every product on every stack without an engine and writes what
each registers: inputs, options, dependencies, the stack's outputs. `--compare FOLDER` renders them again and prints
every difference; it exits with 1 where there is one. `--only TEXT` renders the forms whose name holds the text.
"""

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, cast

from pulumi import AssetArchive, FileAsset, StringAsset

from components.platform import Platform
from tests.components import regions
from tests.components.graphs import FORMS, graph
from tests.components.recording import Recorder, Registration

Rendered = dict[str, Any]
_SHOWN = 12
"""Differences that are printed for each form."""


def forms(only: str) -> Iterator[tuple[str, Recorder[Platform]]]:
    """Build each product on each stack, and each stack of the example with three regions."""
    for form in FORMS:
        if only in str(form):
            yield str(form), graph(form)
    if only in "three-regions":
        yield "three-regions-prod", regions.primary()
        yield "three-regions-taker", regions.secondary(regions.TAKER)
        yield "three-regions-reader", regions.secondary(regions.READER)


def rendered(recorder: Recorder[Platform]) -> Rendered:
    """Return everything of a form that could change, as plain data: resources by URN, and the stack's outputs."""
    resources = {each.urn: _plain(each) for each in recorder.registrations}
    return cast(
        "Rendered",
        json.loads(
            json.dumps(
                {"resources": resources, "exports": recorder.value(recorder.result.exports)},
                default=_other,
                sort_keys=True,
            )
        ),
    )


def _plain(registration: Registration) -> Mapping[str, Any]:
    """Leave out what the stand-in for the engine makes up, and the order in which one resource waits for others."""
    stated = asdict(registration)
    del stated["outputs"]
    for key in ("dependencies", "secret_inputs"):
        stated[key] = sorted(stated[key])
    stated["property_dependencies"] = {key: sorted(urns) for key, urns in stated["property_dependencies"].items()}
    return stated


def _other(value: Any) -> Any:
    """Give the content of an asset, which is what the engine compares."""
    if isinstance(value, AssetArchive):
        return value.assets
    if isinstance(value, FileAsset):
        return Path(value.path).read_text(encoding="utf-8")
    return value.text if isinstance(value, StringAsset) else str(value)


def differences(before: Any, after: Any, at: str = "") -> Iterator[str]:
    """Name each place where two renderings differ, with both values."""
    if isinstance(before, dict) and isinstance(after, dict):
        old, new = cast("Rendered", before), cast("Rendered", after)
        for key in sorted({*old, *new}):
            place = f"{at} > {key}" if at else key
            if key not in old or key not in new:
                yield f"{place}: only {'after' if key in new else 'before'}"
            else:
                yield from differences(old[key], new[key], place)
    elif before != after:
        yield f"{at}: {_short(before)} -> {_short(after)}"


def _short(value: Any) -> str:
    text = json.dumps(value, sort_keys=True)
    return text if len(text) < 400 else f"{text[:400]}…"


def _compare(folder: Path, name: str, after: Rendered) -> int:
    file = folder / f"{name}.json"
    found = list(differences(json.loads(file.read_text()), after)) if file.is_file() else ["no rendering before"]
    sys.stdout.write(f"{name}: {len(after['resources'])} resources, {len(found)} differences\n")
    for each in found[:_SHOWN]:
        sys.stdout.write(f"  {each}\n")
    return len(found)


def main(arguments: Sequence[str]) -> int:
    """Write or compare the renderings; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m tests.platform.inputs", description=__doc__)
    parser.add_argument("--write", type=Path, metavar="FOLDER")
    parser.add_argument("--compare", type=Path, metavar="FOLDER")
    parser.add_argument("--only", default="", metavar="TEXT")
    chosen = parser.parse_args(arguments)
    if (chosen.write is None) == (chosen.compare is None):
        parser.error("name one of --write and --compare")
    different = 0
    for name, recorder in forms(chosen.only):
        after = rendered(recorder)
        if chosen.write is not None:
            chosen.write.mkdir(parents=True, exist_ok=True)
            (chosen.write / f"{name}.json").write_text(json.dumps(after, indent=1, sort_keys=True))
            sys.stdout.write(f"{name}: {len(after['resources'])} resources written\n")
        else:
            different += _compare(chosen.compare, name, after)
    return 1 if different else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
