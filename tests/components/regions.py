"""Service Layer in three regions, as docs/how-to/examples/three-regions states them, each beside the other."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from components.platform import Platform
from settings import PlatformSettings
from settings.load import load
from settings.raw import Raw, merged
from tests.components.recording import Recorder, build

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "docs" / "how-to" / "examples"
THREE_REGIONS = EXAMPLES / "three-regions"
STAND_BY = EXAMPLES / "stand-by-region"
PRIMARY, TAKER, READER = "prod", "prod-eu-west-1", "prod-ap-south-1"
REGIONS = {PRIMARY: "us-east-1", TAKER: "eu-west-1", READER: "ap-south-1"}


def settings(stack: str, folder: Path = THREE_REGIONS, **changes: Raw) -> PlatformSettings:
    """A stack of an example, with some of its keys changed."""
    config = yaml.safe_load((folder / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    stated: dict[str, Raw] = {key.partition(":")[2]: value for key, value in config.items()}
    return load(stack, merged(stated, changes), ROOT / "workloads", folder)


@cache
def primary(folder: Path = THREE_REGIONS) -> Recorder[Platform]:
    return build(lambda: Platform("platform", settings(PRIMARY, folder)))


def given_out(folder: Path = THREE_REGIONS) -> Mapping[str, Any]:
    """The primary's stack outputs."""
    return primary(folder).value(primary(folder).result.exports)


@cache
def secondary(stack: str, folder: Path = THREE_REGIONS) -> Recorder[Platform]:
    return beside_the_primary(settings(stack, folder), given_out(folder))


def beside_the_primary(of: PlatformSettings, given: Mapping[str, Any]) -> Recorder[Platform]:
    """A secondary region's platform, which reads what the primary gives out."""
    return build(lambda: Platform("platform", of), stacks={"organization/groundwork/prod": given})
