"""The example programs in the SDK's documentation: inputs that others have written and that AWS takes."""

import ast
from collections.abc import Iterator, Mapping

from offline_cloud.cloud.model import UNKNOWN, Properties, Value
from offline_cloud.provider.catalog import ListOf, MapOf, ObjectOf, OneOf, Shape
from tools.aws_model import match, sdk
from tools.aws_model.sdk import Field, Type


def documents(type: Type) -> frozenset[str]:
    """Name the inputs that are JSON: every example that states one writes it with ``json.dumps``."""
    seen: dict[str, bool] = {}
    spelled = {match.normal(name): name for name in type.inputs}
    for call in _calls(type):
        for word in call.keywords:
            name = spelled.get(match.normal(word.arg or ""))
            if name is not None and not isinstance(word.value, ast.Attribute | ast.Name):
                seen[name] = seen.get(name, True) and _dumps(word.value)
    return frozenset(name for name, always in seen.items() if always)


def _dumps(node: ast.expr) -> bool:
    function = node.func if isinstance(node, ast.Call) else None
    return isinstance(function, ast.Attribute) and ast.unparse(function) in ("json.dumps", "pulumi.Output.json_dumps")


def inputs(type: Type) -> Iterator[Properties]:
    """Give the inputs of each example of a type; what an example computes is ``UNKNOWN``."""
    for call in _calls(type):
        yield _object({word.arg: word.value for word in call.keywords if word.arg}, type.inputs)


def _calls(type: Type) -> Iterator[ast.Call]:
    for code in type.examples:
        try:
            tree = ast.parse(code)
        except SyntaxError:
            continue
        yield from (node for node in ast.walk(tree) if isinstance(node, ast.Call) and _names(node.func, type))


def _names(function: ast.expr, type: Type) -> bool:
    owner = function.value if isinstance(function, ast.Attribute) else None
    module = owner.attr if isinstance(owner, ast.Attribute) else ""
    return isinstance(function, ast.Attribute) and function.attr == type.name and module.rstrip("_") == type.module


def _object(words: Mapping[str, ast.expr], fields: Mapping[str, Field]) -> Properties:
    spelled = {match.normal(name): name for name in fields}
    found: Properties = {}
    for word, node in words.items():
        name = spelled.get(match.normal(word))
        if name is not None:
            found[name] = _value(node, fields[name].shape)
    return found


def _value(node: ast.expr, shape: Shape) -> Value:
    match_shape = _shape_for(node, shape)
    if isinstance(node, ast.Constant) and isinstance(node.value, str | int | float | bool):
        return node.value
    if isinstance(node, ast.UnaryOp) and isinstance(node.op, ast.USub) and isinstance(node.operand, ast.Constant):
        value = node.operand.value
        return -value if isinstance(value, int | float) else UNKNOWN
    if isinstance(node, ast.List):
        item = match_shape.item if isinstance(match_shape, ListOf) else shape
        return [_value(each, item) for each in node.elts]
    if isinstance(node, ast.Dict):
        words = {
            key.value: each
            for key, each in zip(node.keys, node.values, strict=True)
            if isinstance(key, ast.Constant) and isinstance(key.value, str)
        }
        if isinstance(match_shape, ObjectOf):
            return _object(words, sdk.fields(match_shape))
        if isinstance(match_shape, MapOf):
            return {key: _value(each, match_shape.value) for key, each in words.items()}
    return UNKNOWN


def _shape_for(node: ast.expr, shape: Shape) -> Shape:
    if isinstance(shape, OneOf):
        wanted = ListOf if isinstance(node, ast.List) else ObjectOf
        return next((option for option in shape.options if isinstance(option, wanted)), shape)
    return shape
