"""The whole platform of Service Layer, as stack prod registers it; built once for all tests that only look."""

from functools import cache

from components.platform import Platform
from tests.charts.service_layer import settings
from tests.components.recording import Recorder, Registration, build

RELEASE = "kubernetes:helm.sh/v3:Release"


@cache
def platform() -> Recorder[Platform]:
    """Record the platform."""
    return build(lambda: Platform("platform", settings("prod")))


def release(name: str) -> Registration:
    """Return the release of that name."""
    (found,) = [each for each in platform().of_type(RELEASE) if each.inputs["name"] == name]
    return found
