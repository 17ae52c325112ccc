"""The docstring under each field, read from the models' own source and made the field's description.

Only what is made from the models (schemas, reference) wants it. With `use_attribute_docstrings` pydantic reads it
too, but whenever a model is defined: 120 of the 275 ms that importing the settings took in every run.
"""

import ast
import inspect
import sys
from collections.abc import Iterator
from functools import cache
from typing import get_args

from pydantic import BaseModel

from settings.base import Settings


@cache
def describe_fields() -> None:
    """Give every field of every model of the settings that is defined by now its description."""
    models = list(_models())
    for model in models:
        texts = field_texts(model)
        for name, info in model.model_fields.items():
            info.description = info.description or texts.get(name)
    for model in models:
        model.model_rebuild(force=True)


def _models() -> Iterator[type[Settings]]:
    """Yield every model, each after those that its fields hold: what it is built from is described by then."""
    seen: set[type[Settings]] = set()

    def visit(model: type[Settings]) -> Iterator[type[Settings]]:
        if model in seen:
            return
        seen.add(model)
        for info in model.model_fields.values():
            for held in _held(info.annotation):
                yield from visit(held)
        yield model

    for model in _below(Settings):
        yield from visit(model)


def _below(parent: type[Settings]) -> Iterator[type[Settings]]:
    for model in parent.__subclasses__():
        yield model
        yield from _below(model)


def _held(annotation: object) -> Iterator[type[Settings]]:
    """Find the models in an annotation, such as that of a mapping's values."""
    if isinstance(annotation, type) and issubclass(annotation, Settings):
        yield annotation
    for inner in get_args(annotation):
        yield from _held(inner)


def field_texts(model: type[BaseModel]) -> dict[str, str]:
    """Return field → text, with those of the models that this one was made from."""
    found: dict[str, str] = {}
    for each in reversed(model.__mro__):
        if issubclass(each, BaseModel) and each is not BaseModel:
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
