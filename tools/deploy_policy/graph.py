"""The resources that a stack's program registers, without an engine and without a cloud: what a preview would show."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

from pulumi import Output
from pulumi.runtime.mocks import MockCallArgs, MockResourceArgs, Mocks, set_mocks
from pulumi.runtime.stack import run_pulumi_func
from pulumi.runtime.sync_await import _sync_await  # pyright: ignore[reportPrivateUsage] -- as pulumi.runtime.test does

from components.platform import Platform
from settings import PlatformSettings


@dataclass(frozen=True)
class Planned:
    """One resource; what another computes is missing from its inputs."""

    type: str
    name: str
    inputs: Mapping[str, Any]


class _Nothing(Mocks):
    """Every resource is still to be made: nothing that it computes is known."""

    def __init__(self) -> None:
        self.planned: list[Planned] = []

    def call(self, args: MockCallArgs) -> tuple[dict[str, Any], list[tuple[str, str]]]:
        """Answer what is looked up of a network that stands already: no permission depends on it."""
        return {"cidrBlocks": [], "availabilityZone": ""}, []

    def new_resource(self, args: MockResourceArgs) -> tuple[str | None, dict[str, Any]]:
        inputs = cast("dict[str, Any]", args.inputs)
        self.planned.append(Planned(args.typ, args.name, inputs))
        return None, inputs


def planned(settings: PlatformSettings) -> list[Planned]:
    """Run the program for these settings and return the resources of AWS, in the order of type and name."""
    seen = _Nothing()
    set_mocks(seen, project="groundwork", stack=settings.stack_name, organization="organization", preview=True)
    values = Output.secret(dict.fromkeys(settings.stack.provided_secrets, "given-by-the-operator"))
    made: list[Platform] = []
    _sync_await(run_pulumi_func(lambda: made.append(Platform("platform", settings, values))))
    found = [each for each in seen.planned if each.type.startswith("aws:")]
    return sorted(found, key=lambda each: (each.type, each.name))
