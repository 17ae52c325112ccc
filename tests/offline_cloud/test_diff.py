"""Changes between inputs, property by property."""

from hypothesis import given
from hypothesis import strategies as st

from offline_cloud.cloud.model import UNKNOWN, Properties
from offline_cloud.provider.diff import Change, changes, with_verdicts

scalars = st.none() | st.booleans() | st.integers() | st.text()
objects = st.dictionaries(st.text(max_size=3), scalars | st.lists(scalars, max_size=3), max_size=4)


@given(objects)
def test_nothing_differs_from_itself(properties: Properties) -> None:
    assert changes(properties, properties) == []


def test_each_kind_of_change_is_told_at_its_path() -> None:
    old: Properties = {"cidr": "a", "tags": {"x": "1", "y": "2"}, "zones": ["a", "b"], "gone": 1}
    new: Properties = {"cidr": "b", "tags": {"x": "1", "z": "3"}, "zones": ["a"], "made": {"k": True}}
    assert {(change.written, change.kind) for change in changes(old, new)} == {
        ("cidr", "update"),
        ("gone", "delete"),
        ("made", "add"),
        ("tags.y", "delete"),
        ("tags.z", "add"),
        ("zones[1]", "delete"),
    }


def test_an_unknown_value_may_be_a_change_and_a_null_is_none() -> None:
    assert [change.written for change in changes({"id": "a", "n": None}, {"id": UNKNOWN})] == ["id"]
    assert [change.written for change in changes({"id": UNKNOWN}, {"id": UNKNOWN})] == ["id"]
    assert changes({}, {"n": None, "__defaults": ["n"]}) == []


def test_the_longest_path_with_a_verdict_decides() -> None:
    table = {"network": True, "network.name": False}
    found = with_verdicts(
        [Change(("network", 0, "name"), "update"), Change(("network", 0, "range"), "update")], table.get
    )
    assert [change.replaces for change in found] == [False, True]
    assert not with_verdicts([Change(("other",), "update")], table.get)[0].replaces
