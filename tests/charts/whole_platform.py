"""The releases of local charts that a whole platform installs, with the values that the program hands over."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import yaml
from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from settings.load import load
from tests.charts.rendering import ROOT
from tests.components.recording import Recorder, build

RELEASE = "kubernetes:helm.sh/v3:Release"
_SIGN_ON = {
    "issuer": "https://id.example.com",
    "authorization_endpoint": "https://id.example.com/authorize",
    "token_endpoint": "https://id.example.com/token",
    "user_info_endpoint": "https://id.example.com/userinfo",
    "client_id": "consoles",
    "client_secret": "CONSOLES_CLIENT_SECRET",
}
_STATED: dict[tuple[str, str], dict[str, Any]] = {
    # 20 pods of 50 connections while they roll are more than the environment's class admits; the refusal says so.
    ("gridtokenx", "staging"): {"database": {"instance_class": "db.m6g.xlarge"}},
    # One product with the operators' consoles, so that their chart is judged too.
    ("ai-trading", "production"): {
        "consoles": {"sign_on": _SIGN_ON},
        "provided_secrets": ["CONSOLES_CLIENT_SECRET"],
    },
}
"""What a stack of a product states here beside its environment."""
WORKLOADS = tuple(sorted(path.stem for path in (ROOT / "workloads").glob("*.yaml")))


@dataclass(frozen=True)
class LocalRelease:
    """A release of one of this project's charts."""

    name: str
    namespace: str
    chart: Path
    values: Mapping[str, Any]


def settings(workload: str, stack: str, workloads: Path = ROOT / "workloads", **changes: Any) -> PlatformSettings:
    """A product on Pulumi.<stack>.yaml, with what is laid over it."""
    config = cast("dict[str, Any]", yaml.safe_load((ROOT / f"Pulumi.{stack}.yaml").read_text()))["config"]
    stated = {key.split(":", 1)[1]: value for key, value in config.items()}
    return load(stack, {**stated, "workload": workload, **changes}, workloads, ROOT)


def platform(given: PlatformSettings) -> Recorder[Platform]:
    """What the program registers with these settings, with made-up outputs of the cloud."""
    values = Output.secret(dict.fromkeys(given.stack.provided_secrets, "given-by-the-operator"))
    return build(lambda: Platform("platform", given, values))


@cache
def recorded(workload: str, environment: str) -> Recorder[Platform]:
    """What the program registers for a product in an environment."""
    return platform(settings(workload, "prod", environment=environment, **_STATED.get((workload, environment), {})))


def releases_of(recorder: Recorder[Platform]) -> list[LocalRelease]:
    """The releases of local charts."""
    return [
        LocalRelease(each.inputs["name"], each.inputs["namespace"], ROOT / each.inputs["chart"], each.inputs["values"])
        for each in recorder.of_type(RELEASE)
        if each.inputs["chart"].startswith("./")
    ]


def local_releases(workload: str, environment: str) -> list[LocalRelease]:
    """The releases of local charts for a product in an environment."""
    return releases_of(recorded(workload, environment))
