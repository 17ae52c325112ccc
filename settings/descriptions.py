"""The docstring under each field, read from the models' own source and made the field's description.

Only what is made from the settings (schemas, reference) wants it. With `use_attribute_docstrings` pydantic reads it
too, but whenever a model is defined: 120 of the 275 ms that importing the settings took in every run.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache

from settings.base import Settings


@cache
def describe_fields() -> None:
    """Give every field of every model that is defined by now its description."""
    models = list(_models(Settings))
    for model in models:
        texts = _texts(model)
        for name, info in model.model_fields.items():
            info.description = info.description or texts.get(name)
    for model in models:
        model.model_rebuild(force=True)


def _models(parent: type[Settings]) -> Iterator[type[Settings]]:
    """Yield the models below `parent`, each after those that it was made from and after those defined before it."""
    for model in parent.__subclasses__():
        yield model
        yield from _models(model)


def _texts(model: type[Settings]) -> dict[str, str]:
    """Return field → text, with those of the models that this one was made from."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, Settings) and each is not Settings:
            found |= _docstrings(each.__module__).get(each.__name__, {})
    return found


@cache
def _docstrings(module: str) -> dict[str, dict[str, str]]:
    """Return class → field → text."""
    tree = ast.parse(inspect.getsource(sys.modules[module]))
    return {node.name: _of_class(node) for node in ast.walk(tree) if isinstance(node, ast.ClassDef)}


def _of_class(node: ast.ClassDef) -> dict[str, str]:
    found: dict[str, str] = {}
    for field, below in zip(node.body, node.body[1:], strict=False):
        match field, below:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                found[name] = inspect.cleandoc(text)
            case _:
                continue
    return found
