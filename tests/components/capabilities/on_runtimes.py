"""The tests' product with a capability, as a platform builds it on each runtime."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from pulumi import Output

from components.platform import Platform
from settings import PlatformSettings
from tests.components.recording import Recorder, build
from tests.settings.product import DELETE, files, with_change

RUNTIMES = ("eks", "ecs")
_ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
_PERMISSIONS = {"eks": "{}-secrets-permissions", "ecs": "application-{}-roles-task-permissions"}


def settings_on(runtime: str, changes: Mapping[str, Any]) -> PlatformSettings:
    """Give the product's settings on a runtime; `changes` are values of its workload file by their paths."""
    with TemporaryDirectory() as folder:
        stated = files(Path(folder))
        for path, value in changes.items():
            stated.workload = with_change(stated.workload, path, value)
        if runtime == "ecs":
            stated.stack = with_change(with_change(stated.stack, "runtime", "ecs"), "cluster", DELETE)
            stated.stack = with_change(stated.stack, "access", DELETE)
        stated.write()
        return stated.load()


def platform_of(given: PlatformSettings) -> Recorder[Platform]:
    return build(lambda: Platform("platform", given, Output.secret({"PARTNER_KEY": "v"})))


def allowed(recorder: Recorder[Platform], runtime: str, service: str) -> dict[str, Any]:
    """Give the statements of a service's role, by their names."""
    policy = recorder.one(_ROLE_POLICY, _PERMISSIONS[runtime].format(service)).document("policy")
    sids = [each["Sid"] for each in policy["Statement"]]
    assert len(sids) == len(set(sids))
    return {each["Sid"]: each for each in policy["Statement"]}
