"""Changes of what stands that are refused in the preview, before AWS or the engine says something else of them.

The settings alone do not know what a stack had: the engine does, and asks a resource's hooks with old and new inputs.
https://www.pulumi.com/docs/iac/concepts/resources/options/hooks/
"""

from collections.abc import Callable, Mapping
from typing import Any

from pulumi import ResourceHook, ResourceHookArgs, ResourceHookBinding, ResourceHookOptions, ResourceOptions

Inputs = Mapping[str, Any]


class RefusedChangeError(Exception):
    """One line on what was given, what is allowed, and what to do."""


def refusing(name: str, judge: Callable[[Inputs, Inputs], str | None]) -> ResourceOptions:
    """Return options that refuse a change in place which `judge` answers with a line: it gets old and new inputs.

    `name` is the resource's logical name.
    """

    def before(args: ResourceHookArgs) -> None:
        answer = judge(args.old_inputs or {}, args.new_inputs or {})
        if answer is not None:
            raise RefusedChangeError(answer)

    hook = ResourceHook(f"{name}-change", before, ResourceHookOptions(on_dry_run=True))
    return ResourceOptions(hooks=ResourceHookBinding(before_update=[hook]))
