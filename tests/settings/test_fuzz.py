"""Whatever stands in the two files, the answer is settings or a SettingsError; a user never sees a traceback."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from yaml import safe_load

from settings import PlatformSettings, SettingsError
from settings.raw import Path as RawPath
from settings.raw import Raw, with_value, without
from tests.settings.product import STACK, WORKLOAD, Files

_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 70_000),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.sampled_from(["", "api", "database.url", "10.0.0.0/8", "workload", "0 2 * * *", "2Gi", "latest", "\u0000", "é"]),
    st.text(max_size=8),
)
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=6), inner, max_size=3)),
    max_leaves=6,
)


def _paths(data: Raw, above: RawPath = ()) -> list[RawPath]:
    inner: list[RawPath] = []
    if isinstance(data, dict):
        inner = [path for key, value in data.items() for path in _paths(value, (*above, key))]
    elif isinstance(data, list):
        inner = [path for index, value in enumerate(data) for path in _paths(value, (*above, index))]
    return [above, *inner] if above else inner


_STACK: dict[str, Raw] = safe_load(STACK)
_WORKLOAD: dict[str, Raw] = safe_load(WORKLOAD)


def _mutations(data: dict[str, Raw]) -> st.SearchStrategy[dict[str, Raw]]:
    change = st.tuples(st.sampled_from(_paths(data)), st.one_of(st.just("(delete)"), st.just("(add)"), _VALUES))
    return st.lists(change, min_size=1, max_size=4).map(lambda changes: _apply(data, changes))


def _apply(data: Raw, changes: list[tuple[RawPath, Raw]]) -> dict[str, Raw]:
    for path, value in changes:
        if value == "(delete)":
            data = without(data, path)
        elif value == "(add)":
            data = with_value(data, (*path[:-1], "added"), 1)
        else:
            data = with_value(data, path, value)
    assert isinstance(data, dict)
    return data


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_mutations(_STACK), _mutations(_WORKLOAD))
def test_any_change_gives_settings_or_a_settings_error(stack: dict[str, Raw], workload: dict[str, Raw]) -> None:
    with TemporaryDirectory() as folder:
        stated = Files(Path(folder), stack, workload)
        stated.write()
        answer = _answer(stated)
    if isinstance(answer, PlatformSettings):
        assert PlatformSettings.model_validate_json(answer.model_dump_json(by_alias=True)) == answer
        return
    assert answer.diagnostics
    for diagnostic in answer.diagnostics:
        assert diagnostic.setting
        assert diagnostic.allowed
        assert diagnostic.fix
        assert len(diagnostic.render().splitlines()) >= 4


def _answer(stated: Files) -> PlatformSettings | SettingsError:
    try:
        return stated.load()
    except SettingsError as error:
        return error
