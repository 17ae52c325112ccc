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
EXAMPLE = ROOT / "docs" / "how-to" / "examples" / "three-regions"
PRIMARY, TAKER, READER = "prod", "prod-eu-west-1", "prod-ap-south-1"
REGIONS = {PRIMARY: "us-east-1", TAKER: "eu-west-1", READER: "ap-south-1"}


def stated(stack: str) -> dict[str, Raw]:
    """What a stack file of the example states."""
    config = yaml.safe_load((EXAMPLE / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8"))["config"]
    return {key.partition(":")[2]: value for key, value in config.items()}


def settings(stack: str, workload: str = "service-layer", **changes: Raw) -> PlatformSettings:
    """A stack of the example, with some of its keys changed."""
    configuration = merged(merged(stated(stack), {"workload": workload}), changes)
    return load(stack, configuration, ROOT / "workloads", EXAMPLE)


@cache
def primary() -> Recorder[Platform]:
    return build(lambda: Platform("platform", settings(PRIMARY)))


@cache
def given_out() -> Mapping[str, Any]:
    """The primary's stack outputs."""
    recorder = primary()
    return recorder.value(recorder.result.exports)


@cache
def secondary(stack: str) -> Recorder[Platform]:
    return beside_the_primary(settings(stack))


def beside_the_primary(of: PlatformSettings) -> Recorder[Platform]:
    """A secondary region's platform, which reads the primary's outputs."""
    return build(lambda: Platform("platform", of), stacks={"organization/groundwork/prod": given_out()})
