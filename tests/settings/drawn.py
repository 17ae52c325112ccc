"""Any value of any setting: hypothesis strategies over the models' own types, in the form that YAML gives them."""

import re
from collections.abc import Iterator
from ipaddress import IPv4Network
from typing import Any, get_args

from annotated_types import Ge, Le, MaxLen, MinLen
from hypothesis import strategies as st

from settings.base import Settings
from settings.raw import Path, Raw, value_at
from settings.shape import Shape, defaulted, fields_of, members_of, sample, shape_of
from settings.types import Network
from settings.vocabulary import Means

Drawn = tuple[Path, st.SearchStrategy[Raw]]

_LARGEST = 10**9
"""Of a number without a bound of its own."""
_MOST_ITEMS = 2
"""Of a list or mapping; more of the same kind show nothing new."""
_NETWORK = shape_of(Network).find(Means)


def settings_of(model: type[Settings], data: Raw, above: Path = ()) -> Iterator[Drawn]:
    """Yield every setting of a section with what it may be; inside the sections and lists that `data` has as well."""
    for key, shape in fields_of(model).items():
        path = (*above, key)
        stated = value_at(data, path)
        inside = list(_inside(shape, data, path))
        if inside and shape.optional and isinstance(stated, dict):
            yield path, st.none()
        elif not inside:
            yield path, values(shape)
        yield from inside


def _inside(shape: Shape, data: Raw, path: Path) -> Iterator[Drawn]:
    stated = value_at(data, path)
    if shape.model is not None and (isinstance(stated, dict) or not shape.optional):
        yield from settings_of(shape.model, data, path)
    elif isinstance(stated, dict | list):
        item = shape_of(get_args(shape.kind)[-1 if shape.origin is dict else 0])
        for step in stated if isinstance(stated, dict) else range(len(stated)):
            if item.model is not None:
                yield from settings_of(item.model, data, (*path, step))


def values(shape: Shape) -> st.SearchStrategy[Raw]:
    """Draw what a type takes by itself; rules over several settings may refuse it."""
    return st.none() | _stated(shape) if shape.optional else _stated(shape)


def _stated(shape: Shape) -> st.SearchStrategy[Raw]:
    members = members_of(shape)
    if members:
        return st.one_of([values(member) for member in members.values()])
    if shape.model is not None:
        return _section(shape.model)
    if shape.literals:
        return st.sampled_from([each for each in shape.literals if isinstance(each, str | int)])
    if shape.origin is tuple or shape.origin is dict:
        return _collection(shape)
    return _scalar(shape)


def _section(model: type[Settings]) -> st.SearchStrategy[Raw]:
    fields = {key: values(shape) for key, shape in fields_of(model).items()}
    optional = {key: fields.pop(key) for key in list(fields) if defaulted(model, key)}
    return st.fixed_dictionaries(fields, optional=optional)


def _collection(shape: Shape) -> st.SearchStrategy[Raw]:
    least, most = shape.find(MinLen), shape.find(MaxLen)
    low = least.min_length if least else 0
    high = max(low, min(_MOST_ITEMS, most.max_length or _MOST_ITEMS) if most else _MOST_ITEMS)
    inner = [shape_of(each) for each in get_args(shape.kind)]
    if shape.origin is tuple:
        return st.lists(values(inner[0]), min_size=low, max_size=high)
    return st.dictionaries(_text(inner[0]), values(inner[1]), min_size=low, max_size=high)


def _scalar(shape: Shape) -> st.SearchStrategy[Raw]:
    if shape.kind is bool:
        return st.booleans()
    if shape.kind is int:
        ends = _ends(shape)
        return st.sampled_from(ends) | st.integers(*ends)
    if shape.kind is float:
        return st.floats(*_ends(shape))
    return _text(shape)


def _ends(shape: Shape) -> tuple[int, int]:
    low, high = shape.find(Ge), shape.find(Le)
    return _number(low.ge) if low else 0, _number(high.le) if high else _LARGEST


def _number(bound: Any) -> int:
    assert isinstance(bound, int | float)
    return int(bound)


def _text(shape: Shape) -> st.SearchStrategy[str]:
    """Text of the type's pattern, or its example: of the names of regions, machines and zones few are real ones."""
    example = st.just(str(sample(shape)))
    means, most = shape.find(Means), shape.find(MaxLen)
    if means == _NETWORK:
        return example | st.builds(_network, st.integers(0, 2**32 - 1), st.integers(0, 32))
    patterns = [each for item in shape.metadata if isinstance(each := getattr(item, "pattern", None), str)]
    if not patterns:
        return example
    drawn = st.from_regex(
        re.compile(patterns[0].rstrip("$"), re.ASCII), fullmatch=True, alphabet=st.characters(codec="ascii")
    )
    return example | drawn.filter(lambda text: most is None or len(text) <= most.max_length)


def _network(address: int, length: int) -> str:
    return str(IPv4Network((address, length), strict=False))
