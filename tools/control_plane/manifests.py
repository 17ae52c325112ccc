"""Read manifests as Kubernetes does: `=` is text, and times stay as they are written."""

from typing import Any

import yaml


class _Loader(yaml.CSafeLoader):
    """PyYAML's loader without YAML 1.1's notion of values and timestamps."""


_Loader.add_constructor("tag:yaml.org,2002:value", lambda _, node: str(node.value))
_Loader.add_constructor("tag:yaml.org,2002:timestamp", lambda _, node: str(node.value))


def load_all(text: str) -> list[dict[str, Any]]:
    """Return every object of a text, in its order."""
    return [each for each in yaml.load_all(text, _Loader) if each]
