"""What a secondary region reads from the stack of the primary one."""

from collections.abc import Callable, Mapping
from typing import Any

import pulumi
from pulumi import Output, ResourceOptions, StackReference

FOR_OTHER_REGIONS = "for_other_regions"
"""The output under which a stack gives out what secondary regions build on."""


class Primary:
    """The outputs of the primary region's stack that a secondary region builds on.

    `stack` is a name such as `prod` within this project, or organization/project/stack. What was not given out when
    that stack was last brought up raises an error that names it.
    """

    zone_id: Output[str]
    """The public zone of the primary's domain."""

    def __init__(self, stack: str, opts: ResourceOptions) -> None:
        full = stack if "/" in stack else f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
        self._stack = stack
        self._reference = StackReference("primary", stack_name=full, opts=opts)
        self.zone_id = self._given("zone_id").apply(str)

    def text(self, name: str) -> Output[str]:
        """Give one value of `components.assembly.exports.for_other_regions`, such as vpc_id or database_arn."""
        return self._shared(lambda given: str(given[name]), name)

    def data_route_table_ids(self, zones: int) -> list[Output[str]]:
        """Give the route table of the data tier in each zone of the primary, which has `zones` of them."""
        return [self._item("data_route_table_ids", position) for position in range(zones)]

    def validation_name(self, position: int) -> Output[str]:
        """Give the name of the record that validates the certificate for the host at that place."""
        return self._item("validation_names", position)

    def secrets_key_arn(self, region: str) -> Output[str]:
        """Give the key, in `region`, of the copies of secrets there."""
        return self._shared(lambda given: str(given["secrets_key_arns"][region]), f"secrets_key_arns.{region}")

    def _item(self, name: str, position: int) -> Output[str]:
        return self._shared(lambda given: str(given[name][position]), f"{name}[{position}]")

    def _shared(self, pick: Callable[[Mapping[str, Any]], str], name: str) -> Output[str]:
        def picked(given: Mapping[str, Any]) -> str:
            try:
                return pick(given)
            except (KeyError, IndexError):
                raise pulumi.RunError(
                    f"stack {self._stack} gives out no {FOR_OTHER_REGIONS}.{name}: state what this region needs of it "
                    "(docs/how-to/another-region.md), and bring it up first"
                ) from None

        return self._given(FOR_OTHER_REGIONS).apply(picked)

    def _given(self, name: str) -> Output[Any]:
        """Give one output of the primary's stack, which has none before its first `up`."""

        def present(value: object) -> object:
            if value is None:
                raise pulumi.RunError(f"stack {self._stack} has no output {name}: bring it up first")
            return value

        return self._reference.get_output(name).apply(present)
