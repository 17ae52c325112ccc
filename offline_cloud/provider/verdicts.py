"""What a change of a resource's inputs comes to: no change at all, one in place, or another resource in its stead."""

from offline_cloud.cloud import rules
from offline_cloud.cloud.model import UNKNOWN, Properties
from offline_cloud.kubernetes import plain
from offline_cloud.provider import diff, naming, replacements
from offline_cloud.provider.catalog import resource_type


def as_it_is(type: str, old: Properties, state: Properties) -> Properties:
    """Give the inputs of the last run; those that wait for a maintenance window, as the resource still has them.

    The provider compares with what it read, so that a change shows as one until the window has made it, and one that is
    taken back before shows as none, and is made all the same.
    """
    waiting = rules.deferred(type) & old.keys() & state.keys()
    return {**old, **{path: state[path] for path in waiting}}


def was_computed(change: diff.Change, state: Properties, new: Properties) -> bool:
    """Tell whether an input that is stated for the first time has the value that the cloud gave it before.

    A replica that is promoted states its engine, which it had from its source: that replaces nothing.
    """
    if change.kind != "add" or len(change.path) != 1 or not isinstance(change.path[0], str):
        return False
    wanted = new.get(change.path[0])
    return wanted is not UNKNOWN and wanted == state.get(change.path[0])


def replaces(type: str, new: Properties, path: str) -> bool | None:
    """Tell whether a change at a path replaces the resource; ``None``: ask about what holds that path."""
    if plain.is_plain(type, new):
        return plain.replaces(type.rpartition(":")[2], path)
    return replacements.forces_replacement(type, path)


def name_is_fixed(type: str, urn: str, old: Properties, new: Properties) -> bool:
    """Tell whether old and new would bear the same name, so that the old one has to go first."""
    if plain.is_plain(type, new):
        return not plain.is_autonamed(new)
    key = naming.name_property(resource_type(type)) or "name"
    name = new.get(key)
    return name is not None and name == old.get(key) and not naming.is_generated(name, urn.rsplit("::", 1)[-1])
