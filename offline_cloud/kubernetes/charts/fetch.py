"""Fetch the pinned upstream charts that can be reached: ``python -m offline_cloud.kubernetes.charts.fetch``.

A repository that does not answer within seconds is left alone, and the run says which charts stay unrendered.
"""

import argparse
import os
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, fields
from functools import cache
from pathlib import Path
from typing import Final, cast
from urllib.parse import urlsplit

from offline_cloud.kubernetes import catalog, fetched
from offline_cloud.kubernetes.render import chart_file
from offline_cloud.tools import MissingToolError, find

REACH_SECONDS: Final = 3.0
FETCH_SECONDS: Final = 60.0
_PORTS: Final = {"http": 80, "https": 443, "oci": 443}
_PROXIES: Final = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")


@dataclass(frozen=True, order=True)
class Source:
    """One version of a chart; ``address`` is its repository's, or its own with ``oci://``."""

    name: str
    version: str
    address: str

    @property
    def arguments(self) -> list[str]:
        """What `helm pull` takes to find it."""
        if self.address.startswith("oci://"):
            return [self.address, "--version", self.version]
        return [self.name, "--repo", self.address, "--version", self.version]


class NotFetchedError(Exception):
    """Why a chart could not be had, in one line."""


def pinned() -> list[Source]:
    """Give the charts that the platform installs."""
    return sorted(Source(name, entry["version"], entry["repository"]) for name, entry in catalog.pinned().items())


def fetch(source: Source) -> str:
    """Fetch a chart unless it is there; gives what was done, raises ``NotFetchedError``."""
    if fetched.find(source.name, source.version, source.address) is not None:
        return "ready"
    if not is_reached(source.address):
        raise NotFetchedError(f"{urlsplit(source.address).hostname} does not answer")
    place = fetched.place(source.name, source.version, source.address)
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".fetching-") as folder:
        _pull(source, Path(folder))
        chart = Path(folder) / "chart" / source.name
        _require(source, chart)
        if not place.exists():
            shutil.move(chart, place)
    return "fetched"


def _pull(source: Source, folder: Path) -> None:
    own = {f"HELM_{kind}_HOME": str(folder / kind.lower()) for kind in ("CACHE", "CONFIG", "DATA")}
    command = [str(find("helm")), "pull", *source.arguments, "--untar", "--untardir", str(folder / "chart")]
    try:
        said = subprocess.run(
            command, capture_output=True, text=True, check=False, timeout=FETCH_SECONDS, env={**os.environ, **own}
        )
    except subprocess.TimeoutExpired as error:
        raise NotFetchedError(f"{source.address} did not give it within {FETCH_SECONDS:.0f} s") from error
    if said.returncode != 0:
        raise NotFetchedError(" ".join(said.stderr.split()).removeprefix("Error: ")[:200])


def _require(source: Source, chart: Path) -> None:
    if not (chart / "Chart.yaml").is_file():
        raise NotFetchedError(f"what {source.address} gave is no chart called {source.name}")
    found = str(chart_file(chart).get("version"))
    if found.removeprefix("v") != source.version.removeprefix("v"):
        raise NotFetchedError(f"{source.address} gave version {found} instead of {source.version}")


@cache
def is_reached(address: str) -> bool:
    """Tell whether a repository's machine answers; behind a proxy only the fetching itself can tell."""
    parts = urlsplit(address)
    if any(os.environ.get(name) for name in _PROXIES):
        return True
    try:
        with socket.create_connection((parts.hostname or "", parts.port or _PORTS[parts.scheme]), REACH_SECONDS):
            return True
    except OSError:
        return False


def fetch_all(sources: Iterable[Source]) -> tuple[list[str], list[str]]:
    """Fetch charts side by side; gives a line on each that is there now, and on each that is not."""
    there: list[str] = []
    missing: list[str] = []
    with ThreadPoolExecutor() as pool:
        tasks = {source: pool.submit(fetch, source) for source in sources}
        for source, task in tasks.items():
            try:
                there.append(f"{source.name} {source.version}: {task.result()}")
            except (NotFetchedError, MissingToolError, OSError) as error:
                missing.append(f"{source.name} {source.version}: {error}")
    return there, missing


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what can be reached; 0 whatever that is, for the offline cloud does without: 1 only for a chart by name."""
    parser = argparse.ArgumentParser(prog="python -m offline_cloud.kubernetes.charts.fetch", description=__doc__)
    parser.add_argument("--brief", action="store_true", help="one line for all")
    parser.add_argument("chart", nargs="*", help="name, version and address of one other chart (default: those pinned)")
    chosen = parser.parse_args(arguments)
    named = cast("list[str]", chosen.chart)
    if len(named) not in (0, len(fields(Source))):
        parser.error(
            "name a chart by three words: its name, its version, its repository's address (or its own, oci://)"
        )
    there, missing = fetch_all([Source(*named)] if named else pinned())
    for line in [] if chosen.brief else [*there, *missing]:
        sys.stdout.write(f"{line}\n")
    left = f"; {len(missing)} out of reach: their values' keys are checked, and nothing else" if missing else ""
    sys.stdout.write(f"upstream charts: {len(there)} of {len(there) + len(missing)} here{left}\n")
    return 1 if named and missing else 0


if __name__ == "__main__":
    raise SystemExit(main())
