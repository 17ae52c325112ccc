"""Resource options that follow the environment, from one place."""

from pulumi import Resource, ResourceOptions


def stateful(parent: Resource, *, protect: bool) -> ResourceOptions:
    """Options for a resource that holds data.

    With `protect`, Pulumi refuses to delete the resource; removed from the program, it stays in the account.
    """
    return ResourceOptions(parent=parent, protect=protect, retain_on_delete=protect)
