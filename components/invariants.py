"""What no input can bring about: the settings' checks refuse it before a component is built."""

from typing import TypeVar

Value = TypeVar("Value")


class InvariantError(AssertionError):
    """A fault of the program, and not of what a user states: there is nothing to fix in a file."""


def certain(value: Value | None, why: str) -> Value:
    """Return a value that the settings' checks make sure of. Raises InvariantError, with `why`, where it is missing."""
    if value is None:
        raise InvariantError(why)
    return value
