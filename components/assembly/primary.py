"""What a secondary region reads from the stack of the primary one."""

import pulumi
from pulumi import Output, ResourceOptions, StackReference


class Primary:
    """The outputs of the primary region's stack that a secondary region builds on.

    `stack` is a name such as `prod` within this project, or organization/project/stack.
    """

    zone_id: Output[str]
    """The public zone of the primary's domain."""

    def __init__(self, stack: str, opts: ResourceOptions) -> None:
        full = stack if "/" in stack else f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"
        reference = StackReference("primary", stack_name=full, opts=opts)
        self.zone_id = reference.require_output("zone_id").apply(str)
