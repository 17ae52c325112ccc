"""Resource options that follow the environment, from one place."""

from pulumi import Resource, ResourceOptions


def stateful(parent: Resource, *, protect: bool, retain: bool = False) -> ResourceOptions:
    """Options for a resource that holds data.

    With `protect`, Pulumi refuses to delete the resource. With `retain`, a deletion takes it out of the state alone: it
    stays in the account, as it is. Neither follows from the other, so releasing the one loses nothing of the other.
    """
    return ResourceOptions(parent=parent, protect=protect, retain_on_delete=retain)
