"""From YAML text to its nodes, within bounds that keep the answer quick: bytes, values, levels of nesting."""

import yaml
from yaml.nodes import Node

LARGEST_BYTES = 1024 * 1024
"""A ConfigMap or Secret holds 1 MiB, and so does the Secret that Helm keeps a release in: what a larger file states
could not be rolled out (https://kubernetes.io/docs/concepts/configuration/configmap/)."""

LARGEST_VALUES = 20_000
"""Keys and values of a file. The largest product here has about 700 of both."""

DEEPEST = 60


class TooMuchError(Exception):
    """The file holds more than anybody writes by hand; `line` is where the bound was passed."""

    def __init__(self, line: int, allowed: str) -> None:
        super().__init__(allowed)
        self.line = line
        self.allowed = allowed


class _BoundedLoader(yaml.BaseLoader):
    """Counts while it composes: a file of brackets costs time and memory long before its nodes are looked at."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._values = 0
        self._depth = 0

    def compose_node(self, parent: Node | None, index: int) -> Node | None:
        """Compose one node and what is below it. Raises `TooMuchError` beyond a bound."""
        self._values += 1
        self._depth += 1
        if self._values > LARGEST_VALUES or self._depth > DEEPEST:
            raise TooMuchError(self.get_mark().line + 1, within_bounds())
        try:
            node: Node | None = super().compose_node(parent, index)
            return node
        finally:
            self._depth -= 1


def within_bounds() -> str:
    """Say what a file may hold."""
    return f"at most {LARGEST_VALUES:,} values, {DEEPEST} levels deep, after aliases are followed"


def compose(text: str) -> Node | None:
    """Return the file's nodes, None for an empty one. Raises `TooMuchError` and `yaml.YAMLError`."""
    loader = _BoundedLoader(text)
    try:
        node: Node | None = loader.get_single_node()
        return node
    finally:
        loader.dispose()  # pyright: ignore[reportUnknownMemberType] -- PyYAML's stubs do not type it
